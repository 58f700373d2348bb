import type { Project } from '../domain/project';
import type { Actor } from '../domain/release/release';
import { revisingRoster, type WantedShift } from '../domain/shift/revise-roster';
import { rosterOf, type RosterRevision, type Shift } from '../domain/shift/roster';
import type { Records } from '../records/records';
import { madeRevision } from './made-revision';
import { InvalidRequest, NotPossible } from './refusals';
import { refuseSecretWords } from './refuse-secret-words';

export interface Roster {
  /** By their beginning. */
  readonly shifts: readonly Shift[];
  /** Oldest first. */
  readonly revisions: readonly RosterRevision[];
}

export async function roster({ shifts }: Pick<Records, 'shifts'>): Promise<Roster> {
  const revisions = await shifts.revisions();
  return { revisions, shifts: rosterOf(revisions) };
}

export interface RosterDeps {
  readonly records: Pick<Records, 'shifts' | 'embargoes'>;
  readonly projects: readonly Project[];
  /** Whether there is somebody of that id. */
  readonly isKnown: (person: string) => boolean;
  /** ISO 8601 */
  readonly now: string;
}

/** @throws InvalidRequest, NotPossible, RecordsConflict, RecordsUnavailable */
export async function reviseRoster(
  { records, projects, isKnown, now }: RosterDeps,
  { wanted, by, key }: { readonly wanted: WantedShift; readonly by: Actor; readonly key: string },
): Promise<RosterRevision> {
  const asked = { subject: 'the roster', wanted, by };
  const first = await records.shifts.findRevision(key);
  if (first !== undefined) return madeRevision(first, asked);
  await refuseSecretWords(records, { name: 'the reason', words: wanted.reason, projects });
  const strangers = wanted.kind === 'set' ? wanted.people.filter((person) => !isKnown(person)) : [];
  if (strangers.length > 0) throw nobody(strangers);
  const { shifts, revisions } = await roster(records);
  const number = revisions.length + 1;
  const revising = revisingRoster({ shifts, number, now }, wanted);
  if ('refused' in revising) throw new NotPossible(revising.refused);
  const { reason } = wanted;
  const kept = await records.shifts.revise({ number, requestKey: key, wanted, by, reason, ...revising });
  return madeRevision(kept, asked);
}

function nobody(strangers: readonly string[]): InvalidRequest {
  return new InvalidRequest({
    where: 'the people of the shift',
    what: `there is nobody with the id ${strangers.join(', ')}`,
    remedy: 'Name people by their ids, as people.json has them',
  });
}
