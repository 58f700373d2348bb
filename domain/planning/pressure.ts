import { FIX_KINDS, type FixKind } from '../backport/backport';
import type { PublishedAt } from '../calendar/revise-calendar';
import { closesAt, publications } from './carrying';
import { dueAfter } from './deadlines';
import { notLookedYet, unmeasured, type Measured } from './measures';
import type { PendingFix } from './pending-fix';
import { withinText } from './within-text';

/** How much may wait for a version. */
export interface PressurePolicy {
  /** Merged changes of one line that may wait while nothing is asked for. */
  readonly changes: number;
  /** Milliseconds within which a patch follows once more of them wait. */
  readonly withinMs: number;
}

/** A change on the stable branch of a line, which no version that is out has. */
export interface UnreleasedChange {
  /** Name of the project. */
  readonly project: string;
  readonly mergeRequest: number;
  /** ISO 8601 */
  readonly mergedAt: string;
  /** Absent where nothing says what it mends. */
  readonly mends?: FixKind;
}

/** What is unreleased of a line that gets fixes. */
export interface UnreleasedLine {
  /** `18.6` */
  readonly minor: string;
  readonly changes: readonly UnreleasedChange[];
}

/** What was found of all lines, as far as everybody may know of it. */
export interface FoundUnreleased {
  /** Newest first. */
  readonly lines: readonly UnreleasedLine[];
  /** ISO 8601 */
  readonly measuredAt: string;
}

export interface PressureReport extends Measured {
  /** Newest first. */
  readonly lines: readonly LinePressure[];
}

export interface LinePressure {
  readonly minor: string;
  readonly waiting: number;
  /** How many of them mend what; `other` is all of which nothing says it. */
  readonly mends: Readonly<Record<FixKind | 'other', number>>;
  /** ISO 8601; until when a patch is to follow, where more wait than may. */
  readonly dueAt?: string;
}

type Dated = Pick<PublishedAt, 'events' | 'now'>;

/** A patch may come out some hours after its date, and its tags are seen at the next look. */
const SEEN_MS = 24 * 60 * 60_000;

/**
 * What no patch has on board, oldest first. One that has closed takes along what was merged before, until a day after it was to be out:
 * what is not seen in a version by then waits again. That goes by its dates: what is told of a line is told to everybody, and is worked out
 * of the calendar and of canonical alone.
 */
export function waitingChanges(
  { minor, changes }: UnreleasedLine,
  { events, now }: Dated,
): readonly UnreleasedChange[] {
  const seen = now.toMillis() - SEEN_MS;
  const closed = publications(events)
    .filter(({ kind, minors, at }) => kind === 'patch' && minors.includes(minor) && Date.parse(at) > seen)
    .map(({ release }) => Date.parse(closesAt(events, release)))
    .filter((at) => at <= now.toMillis());
  const last = Math.max(...closed);
  return changes
    .filter(({ mergedAt }) => Date.parse(mergedAt) > last)
    .toSorted((left, right) => Date.parse(left.mergedAt) - Date.parse(right.mergedAt));
}

/**
 * A line on which more waits than may, as the planner takes it: as something that is to be out in time. Its time began with the first
 * change that was too many.
 */
export function pressedLine(
  line: UnreleasedLine,
  { policy, calendar }: { readonly policy: PressurePolicy; readonly calendar: Dated },
): PendingFix | undefined {
  const waiting = waitingChanges(line, calendar);
  const { changes, withinMs } = policy;
  const first = waiting[changes];
  if (first === undefined) return undefined;
  const { minor } = line;
  return {
    id: `pressure:${minor}`,
    kind: 'pressure',
    what: `A patch of ${minor} for ${waiting.length} waiting changes, more than ${changes},`,
    since: first.mergedAt,
    dueAt: dueAfter(first.mergedAt, withinMs),
    minors: [minor],
  };
}

/** All lines on which more waits than may; none where it is not judged, or nobody has looked. */
export function pressedLines(
  found: FoundUnreleased | undefined,
  { policy, calendar }: { readonly policy: PressurePolicy | undefined; readonly calendar: Dated },
): readonly PendingFix[] {
  if (policy === undefined || found === undefined) return [];
  return found.lines.flatMap((line) => pressedLine(line, { policy, calendar }) ?? []);
}

/** How much waits on each line, and whether that is too much. */
export function pressureReport(
  found: FoundUnreleased | undefined,
  { policy, calendar }: { readonly policy: PressurePolicy | undefined; readonly calendar: Dated },
): PressureReport {
  if (policy === undefined)
    return { ...unmeasured('`measures.pressure` is not in signalbox.yaml'), lines: [] };
  if (found === undefined) return { ...notLookedYet(), lines: [] };
  const lines = found.lines.map((line) => linePressure(line, { policy, calendar }));
  const { measuredAt } = found;
  return { standing: standingOf(lines, calendar), sentence: sentenceOf(lines, policy), measuredAt, lines };
}

function linePressure(
  line: UnreleasedLine,
  judged: { readonly policy: PressurePolicy; readonly calendar: Dated },
): LinePressure {
  const waiting = waitingChanges(line, judged.calendar);
  const pressed = pressedLine(line, judged);
  const count = (kind: FixKind | undefined): number => waiting.filter(({ mends }) => mends === kind).length;
  return {
    minor: line.minor,
    waiting: waiting.length,
    mends: { security: count('security'), bug: count('bug'), perf: count('perf'), other: count(undefined) },
    ...(pressed === undefined ? {} : { dueAt: pressed.dueAt }),
  };
}

function standingOf(lines: readonly LinePressure[], { now }: Dated): Measured['standing'] {
  const due = lines.flatMap(({ dueAt }) => dueAt ?? []);
  if (due.length === 0) return 'kept';
  return due.some((at) => Date.parse(at) <= now.toMillis()) ? 'broken' : 'at_risk';
}

function sentenceOf(lines: readonly LinePressure[], { changes, withinMs }: PressurePolicy): string {
  const rule = `More than ${changes} ask for a patch within ${withinText(withinMs)}.`;
  if (lines.length === 0) return `No line gets fixes. ${rule}`;
  const told = lines.map(({ minor, waiting, mends }) => `${minor} ${waiting}${mendsText(mends)}`);
  return `Merged and in no version: ${told.join(', ')}. ${rule}`;
}

function mendsText(mends: LinePressure['mends']): string {
  const told = FIX_KINDS.flatMap((kind) => (mends[kind] === 0 ? [] : [`${mends[kind]} ${kind}`]));
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}
