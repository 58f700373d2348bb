import type { Actor, ReleaseSettings } from '../release/release';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import type { InternalRequest } from './internal-request';

/** An internal release as far as its audience is read from it. */
export interface InternalAudience {
  readonly startedBy: Actor;
  readonly settings: Pick<ReleaseSettings, 'approvals'>;
  readonly request: Pick<InternalRequest, 'engineeringManager' | 'installations'>;
}

/**
 * Who may know that there is one: security, release managers, whoever asked for it, approves it, or runs an installation that
 * gets it. To all others it does not exist.
 */
export function mayKnowOf(person: Actor, { startedBy, settings, request }: InternalAudience): boolean {
  const roles = new Set([
    SECURITY_ENGINEER,
    RELEASE_MANAGER,
    ...request.installations.map(({ role }) => role),
    ...settings.approvals.filter(({ kinds }) => kinds.includes('internal')).flatMap((policy) => policy.roles),
  ]);
  return (
    person.id === startedBy.id ||
    person.id === request.engineeringManager ||
    person.roles.some((role) => roles.has(role))
  );
}
