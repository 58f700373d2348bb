import type { ScheduleFace, WantedSchedule } from './wanted-schedules';

/** A Schedule as it was found. */
export interface FoundSchedule {
  readonly id: string;
  readonly face: ScheduleFace;
  /** What it was set to last by the calendar; absent for one that somebody else has made. */
  readonly lastSet?: ScheduleFace;
}

export type ScheduleStep =
  | { readonly kind: 'create' | 'update'; readonly wanted: WantedSchedule }
  | { readonly kind: 'remove'; readonly id: string };

/** What somebody ought to know, in sentences that everybody may read. */
export interface CalendarNotice {
  /** What it is about: `calendar:monthly:18.7.announced` of a Schedule, `monthly:18.7.announced` of a milestone. */
  readonly about: string;
  readonly what: string;
  readonly why: string;
  /** What to do, or that there is nothing to do. */
  readonly how: string;
}

export interface Compared {
  readonly steps: readonly ScheduleStep[];
  readonly notices: readonly CalendarNotice[];
}

/**
 * What is to be done so that Schedules are as the calendar wants them, and which of them somebody has changed by hand.
 * @param open ids of those that the calendar does not want now and whose milestones are neither done nor cancelled
 */
export function compareSchedules(
  wanted: readonly WantedSchedule[],
  found: readonly FoundSchedule[],
  open: ReadonlySet<string>,
): Compared {
  const there = new Map(found.map((schedule) => [schedule.id, schedule]));
  const ids = new Set(wanted.map(({ id }) => id));
  const compared = [
    ...wanted.map((schedule) => compare(schedule, there.get(schedule.id))),
    ...found.filter(({ id }) => !ids.has(id)).map((schedule) => leftOver(schedule, open)),
  ];
  return {
    steps: compared.flatMap(({ steps }) => steps),
    notices: compared.flatMap(({ notices }) => notices),
  };
}

function compare(wanted: WantedSchedule, found: FoundSchedule | undefined): Compared {
  if (found === undefined) return { steps: [{ kind: 'create', wanted }], notices: [] };
  const { lastSet, face } = found;
  const byHand = lastSet === undefined ? [] : differing(lastSet, face);
  if (lastSet !== undefined && byHand.length === 0)
    return { steps: isSame(wanted.face, face) ? [] : [{ kind: 'update', wanted }], notices: [] };
  if (isSame(wanted.face, face)) return { steps: [{ kind: 'update', wanted }], notices: [] };
  if (wanted.face.paused === 'no' && isPausedByPerson(found))
    return { steps: [], notices: [pausedNotice(found)] };
  return { steps: [{ kind: 'update', wanted }], notices: [changedNotice(found, byHand)] };
}

function isSame(left: ScheduleFace, right: ScheduleFace): boolean {
  return differing(left, right).length === 0;
}

function differing(left: ScheduleFace, right: ScheduleFace): readonly (keyof ScheduleFace)[] {
  return (Object.keys(left) as (keyof ScheduleFace)[]).filter((field) => left[field] !== right[field]);
}

/** Somebody stands behind a pause with a reason: it holds until they end it. */
function isPausedByPerson({ face, lastSet }: FoundSchedule): boolean {
  return (
    lastSet?.paused === 'no' &&
    face.paused === 'yes' &&
    face.note !== '' &&
    face.note !== lastSet.note &&
    differing(lastSet, face).every((field) => field === 'paused' || field === 'note')
  );
}

/** Operators read the reason where they gave it. Here everybody reads, and nobody has judged whether it tells a secret. */
function pausedNotice({ id }: FoundSchedule): CalendarNotice {
  return {
    about: id,
    what: 'its Schedule was paused by hand, and nothing starts by itself at its time',
    why: 'whoever paused it gave a reason: the Temporal UI shows it with the Schedule',
    how: `Unpause it (\`temporal schedule toggle --schedule-id ${id} --unpause --reason …\`), or cancel the release in the calendar`,
  };
}

function changedNotice({ id, lastSet }: FoundSchedule, fields: readonly string[]): CalendarNotice {
  return {
    about: id,
    what:
      lastSet === undefined
        ? 'its Schedule was made by somebody else'
        : `its Schedule was changed by hand: ${fields.join(', ')}`,
    why: 'the calendar says otherwise, and it was set to what the calendar says',
    how: 'Move or cancel the release with `signalbox calendar`, or pause the Schedule with a reason',
  };
}

/**
 * What the calendar has set and wants no more is over, unless a person holds it: moved farther ahead, say, it would be made anew
 * later, and start. What the calendar never set is somebody's own.
 */
function leftOver(found: FoundSchedule, open: ReadonlySet<string>): Compared {
  const { id, lastSet } = found;
  if (isPausedByPerson(found) && open.has(id)) return { steps: [], notices: [pausedNotice(found)] };
  if (lastSet !== undefined) return { steps: [{ kind: 'remove', id }], notices: [] };
  const notice: CalendarNotice = {
    about: id,
    what: 'there is a Schedule of this name that is of no milestone in the published calendar',
    why: 'it was left as it is: somebody else has made it',
    how: `Delete it (\`temporal schedule delete --schedule-id ${id}\`), or name it otherwise`,
  };
  return { steps: [], notices: [notice] };
}
