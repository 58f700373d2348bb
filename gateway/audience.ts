import type { ReleaseSettings } from '../domain/release/release';
import { AUDIENCE, isAudience } from '../domain/roles';
import { lacksRole } from './endpoint';
import type { Person } from './people';

/** For what may tell of the private sides. Asked before anything is looked up, so that all others are told the same of everything. @throws Forbidden */
export function demandAudience(person: Person): void {
  if (!isAudience(person)) throw lacksRole(person, AUDIENCE.join(' or '));
}

/** Who may ask for an internal release, and what one would be; asked before anything is looked up, too. @throws Forbidden */
export function demandInternalAsker(person: Person, { internal }: Pick<ReleaseSettings, 'internal'>): void {
  const operators = internal?.installations.map(({ role }) => role) ?? [];
  const may = [...new Set([...AUDIENCE, ...operators])];
  if (!person.roles.some((role) => may.includes(role))) throw lacksRole(person, may.join(' or '));
}
