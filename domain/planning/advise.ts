import type { CompressedTime } from '../calendar/compressed-time';
import type { PublishedAt } from '../calendar/revise-calendar';
import type { CalendarRevision } from '../calendar/published-calendar';
import { adviceOn, moveCommand, type Advice } from './advice';
import { isKept, isLost, withEntries } from './carrying';
import type { Deadlines } from './deadlines';
import type { PlanningLimits } from './limits';
import type { MeasurePolicies } from './measures';
import type { PendingFix } from './pending-fix';
import { pullForward, type Pull, type Pulling } from './pull-forward';

/** By what dates are judged and moved. */
export interface PlanningPolicy {
  readonly deadlines: Deadlines;
  /** Absent: nothing is judged but deadlines. */
  readonly measures?: MeasurePolicies;
  /** Absent: a person is asked about every move. */
  readonly limits?: PlanningLimits;
  /** In a sandbox alone: how much faster the calendar runs than the clock by which fixes are recorded. */
  readonly compressed?: CompressedTime;
}

export interface Asking {
  readonly calendar: PublishedAt;
  /** Of the calendar, oldest first. */
  readonly revisions: readonly CalendarRevision[];
  readonly pending: readonly PendingFix[];
  readonly policy: PlanningPolicy;
}

export interface ProposedMove {
  readonly release: string;
  /** ISO 8601; where its publication is, after the moves before this one. */
  readonly from: string;
  /** ISO 8601 */
  readonly at: string;
  readonly day: string;
  /** Why a person is asked first, in clauses; empty where nobody has to be. */
  readonly beyond: readonly string[];
  readonly command: string;
}

export interface CalendarAdvice {
  /** By what is due first; before all of it what is asked of all that is at risk together. */
  readonly advice: readonly Advice[];
  /** In the order in which they are made. */
  readonly moves: readonly ProposedMove[];
}

/**
 * What becomes of every deadline with the calendar as it is published, and the least that keeps those that it would break. Asked
 * again of the calendar that it proposes, it confirms.
 */
export function advise(asking: Asking): CalendarAdvice {
  const pending = asking.pending.toSorted(
    (left, right) => Date.parse(left.dueAt) - Date.parse(right.dueAt) || (left.id < right.id ? -1 : 1),
  );
  const { policy } = asking;
  const calendar = withoutPast(asking.calendar, policy.limits);
  const alone = pullByItself({ ...asking, pending, calendar });
  const { proposed, pulls } = pullAll(
    { ...asking, pending, calendar: alone.proposed },
    { isByItself: false, movedNow: alone.pulls.length },
  );
  const all = [...alone.pulls, ...pulls];
  const judged = {
    calendar,
    proposed,
    pulls: all,
    deadlines: policy.deadlines,
    lateInstead: (fix: PendingFix) => lateInstead(fix, { ...asking, pending, calendar: proposed }),
  };
  return {
    advice: pending.map((fix) => adviceOn(fix, judged)),
    moves: all.map(({ entries: _entries, ...move }) => ({ ...move, command: moveCommand(move) })),
  };
}

/** With what puts dates at risk beside deadlines; it moves none. */
export function withRisks(advised: CalendarAdvice, risks: readonly Advice[]): CalendarAdvice {
  if (risks.length === 0) return advised;
  const advice = [...advised.advice, ...risks].toSorted(
    (left, right) => Date.parse(left.dueAt) - Date.parse(right.dueAt),
  );
  return { ...advised, advice };
}

/** It is gone through for every day of every fix, and what is past grows for ever: what no move can come near to is left out. */
function withoutPast({ events, ...at }: PublishedAt, limits: PlanningLimits | undefined): PublishedAt {
  const since = at.now.toMillis() - Math.max(DAY_MS, limits?.apartMs ?? 0);
  const near = new Set(events.filter((one) => Date.parse(one.at) >= since).map(({ release }) => release));
  return { ...at, events: events.filter(({ release }) => near.has(release)) };
}

const DAY_MS = 24 * 60 * 60_000;
const AFTER_ANOTHER = 'a move before it is asked about';

interface Pulled {
  readonly proposed: PublishedAt;
  readonly pulls: readonly Pull[];
}

/**
 * Where what waits on a line would take from a fix the last move that is made with nobody asked, fixes are served first: they are
 * promised. Anywhere else it is not, for a move in time for the line brings what is due later, too.
 */
function pullByItself(asking: Asking): Pulled {
  const pulling = { isByItself: true, movedNow: 0 } as const;
  const inTurn = pullAll(asking, pulling);
  const fixes = asking.pending.filter(({ kind }) => kind !== 'pressure');
  if (fixes.length === asking.pending.length) return inTurn;
  const unhindered = pullAll({ ...asking, pending: fixes }, pulling);
  const isHindered = (fix: PendingFix): boolean =>
    isLost(fix, { before: unhindered.proposed, after: inTurn.proposed });
  if (!fixes.some(isHindered)) return inTurn;
  const lines = asking.pending.filter(({ kind }) => kind === 'pressure');
  return pullAll({ ...asking, pending: [...fixes, ...lines] }, pulling);
}

/**
 * What is due first is served first: whatever is pulled forward for it takes along all that is due later. Once a person is asked, what
 * would happen by itself is judged by a calendar that there may never be, so a person is asked about that, too.
 */
function pullAll(asking: Asking, { isByItself, movedNow }: Pick<Pulling, 'isByItself' | 'movedNow'>): Pulled {
  let proposed = asking.calendar;
  const pulls: Pull[] = [];
  for (const fix of asking.pending) {
    if (fix.lacks !== undefined || isKept(fix, proposed)) continue;
    const pull = pullForward(fix, {
      ...pullingOf({ ...asking, calendar: proposed }),
      isByItself,
      movedNow: movedNow + pulls.length,
    });
    if (pull === undefined) continue;
    pulls.push(isByItself || pull.beyond.length > 0 ? pull : { ...pull, beyond: [AFTER_ANOTHER] });
    proposed = { ...proposed, events: withEntries(proposed.events, pull.entries) };
  }
  return { proposed, pulls };
}

function pullingOf({ calendar, revisions, pending, policy: { limits } }: Asking): Pulling {
  const common = { calendar, revisions, pending, isByItself: false, movedNow: 0 };
  return limits === undefined ? common : { ...common, limits };
}

/** Fixes that would be late if nothing were asked but that this one is in time. */
function lateInstead(fix: PendingFix, asking: Asking): readonly string[] {
  const { calendar, pending } = asking;
  const pull = pullForward(fix, { ...pullingOf(asking), pending: [] });
  if (pull === undefined) return [];
  const after = { ...calendar, events: withEntries(calendar.events, pull.entries) };
  return pending.filter((other) => isLost(other, { before: calendar, after })).map(({ id }) => id);
}
