/** Starts releases and decides about them. Held while on shift. */
export const RELEASE_MANAGER = 'release-manager';

/** Of AppSec or PSIRT: marks fixes as embargoed, and may know what is not public. */
export const SECURITY_ENGINEER = 'security-engineer';
