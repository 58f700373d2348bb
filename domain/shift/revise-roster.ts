import { DateTime, IANAZone } from 'luxon';
import type { Explanation } from '../explained-error';
import type { RosterRevision, Shift, ShiftEntry } from './roster';

/** `reason`: why, for everybody to read. */
export type WantedShift =
  | {
      readonly kind: 'set';
      /** The one that is changed; absent for a new one. */
      readonly shift?: string | undefined;
      readonly people: readonly string[];
      /** ISO 8601 with its offset */
      readonly from: string;
      readonly until: string;
      readonly zone: string;
      readonly reason: string;
    }
  | { readonly kind: 'cancel'; readonly shift: string; readonly reason: string };

export interface RosterAt {
  readonly shifts: readonly Shift[];
  /** That the revision would get. */
  readonly number: number;
  /** ISO 8601 */
  readonly now: string;
}

/** What a revision of the roster would say, or why there can be none. */
export type RevisingRoster = Pick<RosterRevision, 'kind' | 'shift'> | { readonly refused: Explanation };

export function revisingRoster(roster: RosterAt, wanted: WantedShift): RevisingRoster {
  const before = wanted.shift === undefined ? undefined : roster.shifts.find(({ id }) => id === wanted.shift);
  const where = wanted.shift ?? 'the new shift';
  const refusal = wanted.shift === undefined ? undefined : notChangeable(before, roster.now);
  if (refusal !== undefined) return { refused: { where, ...refusal } };
  if (wanted.kind === 'cancel') return cancelled(before, where);
  const [first, ...others] = wanted.people;
  const [from, until] = [wanted.from, wanted.until].map((at) => DateTime.fromISO(at, { zone: 'utc' }));
  if (first === undefined || from?.isValid !== true || until?.isValid !== true)
    return refused(where, 'it names nobody, or no instants', 'Name people, and from when to when.');
  if (new Set(wanted.people).size < wanted.people.length)
    return refused(where, 'it names somebody twice', 'Name each person once.');
  if (!IANAZone.isValidZone(wanted.zone))
    return refused(where, `${wanted.zone} is no time zone`, 'Write an IANA name such as Europe/Berlin.');
  if (until <= from) return refused(where, 'it ends before it begins', 'Name a later end.');
  if (until.toMillis() <= Date.parse(roster.now))
    return refused(where, 'it would be over', 'Name an end that is to come.');
  if (before !== undefined && hasBegun(before, roster.now) && from.toMillis() !== Date.parse(before.from))
    return refused(where, `it has begun at ${before.from}`, 'Leave its beginning as it is.');
  const shift: ShiftEntry = {
    id: wanted.shift ?? `shift:${roster.number}`,
    people: [first, ...others],
    from: from.toISO(),
    until: until.toISO(),
    zone: wanted.zone,
  };
  return { kind: 'set', shift };
}

function cancelled(before: Shift | undefined, where: string): RevisingRoster {
  if (before === undefined) return refused(where, 'there is none of that name', SEE);
  const { id, people, from, until, zone } = before;
  return { kind: 'cancel', shift: { id, people, from, until, zone } };
}

const SEE = 'See `signalbox shift show`.';

/** What has been stays as it is. */
function notChangeable(before: Shift | undefined, now: string): Omit<Explanation, 'where'> | undefined {
  if (before === undefined) return { what: 'there is none of that name', remedy: SEE };
  if (before.isCancelled) return { what: 'it is cancelled', remedy: 'Set a new one.' };
  if (Date.parse(before.until) > Date.parse(now)) return undefined;
  return { what: 'it is over', remedy: 'What has been stays in the roster as it is.' };
}

function hasBegun({ from }: Shift, now: string): boolean {
  return Date.parse(from) <= Date.parse(now);
}

function refused(where: string, what: string, remedy: string): RevisingRoster {
  return { refused: { where, what, remedy } };
}
