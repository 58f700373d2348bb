/** Starts releases and decides about them. Held while on shift. */
export const RELEASE_MANAGER = 'release-manager';

/** Of AppSec or PSIRT: marks fixes as embargoed, and may know what is not public. */
export const SECURITY_ENGINEER = 'security-engineer';

/** Roles of those who may know what tells of the private sides. */
export const AUDIENCE: readonly string[] = [RELEASE_MANAGER, SECURITY_ENGINEER];

/** Whether a person may know what tells of the private sides. */
export function isAudience({ roles }: { readonly roles: readonly string[] }): boolean {
  return roles.some((role) => AUDIENCE.includes(role));
}
