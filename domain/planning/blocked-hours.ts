import { comingReleases } from '../calendar/coming-releases';
import { isEnd, milestonesOf, type ReleaseKind } from '../release/milestones';
import { stepOfLine } from '../release/step-lines';
import type { Advice } from './advice';
import { dateAtRisk, type Warning } from './date-at-risk';
import { hoursOf } from './hours';
import { unmeasured, type Measured } from './measures';
import { withinText } from './within-text';

/** For how long releases may be blocked. */
export interface BlockedPolicy {
  /** Milliseconds. */
  readonly atMostMs: number;
  /** Milliseconds over which it is counted. */
  readonly windowMs: number;
}

/**
 * `held`: by a person. `blocked`: by something outside. `failed_step`: until somebody has it tried again. `approval`: from the first
 * reminder on; what is approved before one was needed has kept nobody waiting.
 */
export const BLOCK_KINDS = ['held', 'blocked', 'failed_step', 'approval'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

const KIND_WORDS: Readonly<Record<BlockKind, string>> = {
  held: 'a hold',
  blocked: 'something outside',
  failed_step: 'a step that failed',
  approval: 'an approval',
};

/** One line of the record of a release or of one of its versions. */
export interface RecordedLine {
  /** Of the workflow that wrote it. */
  readonly workflowId: string;
  readonly to: string;
  readonly sentence: string;
  /** ISO 8601 */
  readonly at: string;
}

/** The record of one release. */
export interface ReleaseRecord {
  /** Workflow id. */
  readonly release: string;
  readonly kind: ReleaseKind;
  /** Whether a hold ends once it has run out. */
  readonly holdsEnd: boolean;
  /** In the order in which they were recorded. */
  readonly lines: readonly RecordedLine[];
}

export interface BlockedInterval {
  readonly kind: BlockKind;
  /** Milliseconds since 1970, as below. */
  readonly from: number;
  readonly until: number;
}

export interface BlockedReport extends Measured {
  /** Absent where it is not judged. */
  readonly figures?: BlockedFigures;
}

export interface BlockedFigures {
  /** During which at least one release was. One decimal, as below. */
  readonly hours: number;
  /** The longest single one, as far as it falls into the window. */
  readonly longest?: { readonly kind: BlockKind; readonly hours: number };
}

/** What begins one, by the line that says so; the text tells those of one kind apart. */
function begunBy({
  to,
  sentence,
}: RecordedLine): { readonly kind: BlockKind; readonly key: string } | undefined {
  if (to === 'held' || to === 'blocked') return { kind: to, key: to };
  if (to === 'approval_reminded') return { kind: 'approval', key: 'approval' };
  return to === 'step_failed' ? { kind: 'failed_step', key: stepKey(sentence) } : undefined;
}

function stepKey(sentence: string): string {
  return `step ${stepOfLine(sentence)}`;
}

/** A milestone that is reached says that nothing outside keeps the release, and that all have approved who were to. */
function endedBy(line: RecordedLine, { kind, release, holdsEnd }: ReleaseRecord): readonly string[] {
  const { to, sentence, workflowId } = line;
  if (to === 'resumed' || (to === 'hold_expired' && holdsEnd)) return ['held'];
  if (to === 'approved') return ['approval'];
  if (to === 'step_resumed') return [stepKey(sentence)];
  const milestones: readonly string[] = milestonesOf(kind);
  return workflowId === release && milestones.includes(to) ? ['blocked', 'approval'] : [];
}

/** When a release was blocked or waited for a person, by its record. What goes on still goes on until now. */
export function blockedIntervals(record: ReleaseRecord, now: string): readonly BlockedInterval[] {
  const open = new Map<string, Omit<BlockedInterval, 'until'>>();
  const found: BlockedInterval[] = [];
  const end = (keys: readonly string[], until: number): void => {
    for (const key of keys) {
      const begun = open.get(key);
      if (begun !== undefined) found.push({ ...begun, until });
      open.delete(key);
    }
  };
  for (const line of record.lines) {
    const at = Date.parse(line.at);
    const begun = begunBy(line);
    if (begun !== undefined && !open.has(begun.key)) open.set(begun.key, { kind: begun.kind, from: at });
    end(endedBy(line, record), at);
    if (line.workflowId !== record.release || !isEnd(record.kind, line.to)) continue;
    // What fails after that, such as its texts, keeps no release waiting.
    end([...open.keys()], at);
    return found;
  }
  end([...open.keys()], Date.parse(now));
  return found;
}

/** For how many milliseconds at least one of them went on: two at the same time block no longer than one. */
export function unionMs(intervals: readonly Pick<BlockedInterval, 'from' | 'until'>[]): number {
  let total = 0;
  let covered = -Infinity;
  for (const { from, until } of intervals.toSorted((left, right) => left.from - right.from)) {
    total += Math.max(0, until - Math.max(from, covered));
    covered = Math.max(covered, until);
  }
  return total;
}

/** For how long at least one release was blocked or waited for a person within the window. What blocked it is told by its kind alone. */
export function blockedReport(
  records: readonly ReleaseRecord[],
  { policy, now }: { readonly policy: BlockedPolicy | undefined; readonly now: string },
): BlockedReport {
  if (policy === undefined) return unmeasured('`measures.blocked` is not in signalbox.yaml');
  const { atMostMs, windowMs } = policy;
  const begin = Date.parse(now) - windowMs;
  const within = records
    .flatMap((record) => blockedIntervals(record, now))
    .map(({ from, ...interval }) => ({ ...interval, from: Math.max(from, begin) }))
    .filter(({ from, until }) => until > from);
  const longest = within.toSorted((left, right) => lengthOf(right) - lengthOf(left))[0];
  const total = unionMs(within);
  const figures: BlockedFigures = {
    hours: hoursOf(total),
    ...(longest === undefined ? {} : { longest: { kind: longest.kind, hours: hoursOf(lengthOf(longest)) } }),
  };
  const sentence = `Releases were blocked, or waited for people, for ${figures.hours} h within ${withinText(windowMs)}; ${withinText(atMostMs)} may be.${longestText(figures)}`;
  return { standing: total > atMostMs ? 'broken' : 'kept', sentence, figures };
}

function longestText({ longest }: BlockedFigures): string {
  return longest === undefined ? '' : ` Longest: ${KIND_WORDS[longest.kind]}, ${longest.hours} h.`;
}

function lengthOf({ from, until }: Pick<BlockedInterval, 'from' | 'until'>): number {
  return until - from;
}

/** Where releases wait for longer than they may, the next publication may have to wait, too: a person has to know before. */
export function blockedRisk({ standing, sentence }: BlockedReport, warning: Warning): Advice | undefined {
  const { events, now } = warning.calendar;
  const [coming] = comingReleases(events, { now: now.toISO() });
  if (standing !== 'broken' || coming === undefined) return undefined;
  const date = coming.publication;
  const told = { id: 'blocked-hours', kind: 'blocked_hours', command: 'signalbox shift hand-over' } as const;
  return dateAtRisk({ ...told, coming, date, why: `. ${sentence}` }, warning);
}
