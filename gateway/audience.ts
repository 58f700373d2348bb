import { lacksRole } from './endpoint';
import { RELEASE_MANAGER, SECURITY_ENGINEER, type Person } from './people';

const AUDIENCE = [RELEASE_MANAGER, SECURITY_ENGINEER];

/** For what may tell of the private sides. Asked before anything is looked up, so that all others are told the same of everything. @throws Forbidden */
export function demandAudience(person: Person): void {
  if (!person.roles.some((role) => AUDIENCE.includes(role))) throw lacksRole(person, AUDIENCE.join(' or '));
}
