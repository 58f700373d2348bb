import type { CalendarEvent } from '../../../domain/calendar/calendar-event';
import { publishedEvents, type CalendarRevision } from '../../../domain/calendar/published-calendar';
import { moving } from '../../../domain/calendar/revise-calendar';
import {
  advise,
  type CalendarAdvice,
  type PlanningPolicy,
  type ProposedMove,
} from '../../../domain/planning/advise';
import type { PendingFix } from '../../../domain/planning/pending-fix';
import { closesAt, publicationsFor } from '../../../domain/planning/carrying';
import { PLANNER, PLANNER_REASON } from '../../../domain/planning/planner';
import { DAY_MS, instant, revision, rules } from './planned';
import type { GeneratedFix } from './generated-fixes';
import { calendarOf2024, realPatches } from './year-2024';

const FIRST_DAY = '2024-01-01T08:00:00Z';
const LAST_DAY = '2025-01-01T08:00:00Z';

/** Which moves are made: none, those that the planner makes by itself, or also those that it asks for. */
export type Moves = 'none' | 'by itself' | 'all';

export interface Replayed {
  /** By the fix: the patch that brought it and when. */
  readonly out: ReadonlyMap<string, { readonly release: string; readonly at: string }>;
  /** By the patch, the moves that were proposed for it, each day once. */
  readonly proposed: ReadonlyMap<string, readonly Pick<ProposedMove, 'day' | 'beyond'>[]>;
  /** Fixes for which a patch of their own was proposed. */
  readonly critical: ReadonlySet<string>;
}

/** Every day of 2024 the planner looks at the calendar and at what is pending then. */
export function replayed(
  fixes: readonly GeneratedFix[],
  { policy, moves }: { readonly policy: PlanningPolicy; readonly moves: Moves },
): Replayed {
  let revisions = calendarOf2024();
  const out = new Map<string, { readonly release: string; readonly at: string }>();
  const proposed = new Map<string, readonly Pick<ProposedMove, 'day' | 'beyond'>[]>();
  const critical = new Set<string>();
  for (let now = instant(FIRST_DAY); now < instant(LAST_DAY); now = now.plus({ days: 1 })) {
    const events = publishedEvents(revisions).filter(({ at }) => isNear(at, now.toMillis()));
    const pending = fixes
      .filter(({ id, since }) => Date.parse(since) <= now.toMillis() && !out.has(id))
      .map((fix) => pendingAt(fix, now.toMillis()));
    // What would be proposed where nothing is moved is not asked: it would be proposed again every day.
    const calendar = { events, rules, now };
    const advised = moves === 'none' ? NOTHING : advise({ calendar, revisions, pending, policy });
    for (const { id, verdict } of advised.advice) if (verdict === 'critical_patch') critical.add(id);
    for (const move of advised.moves) {
      const known = proposed.get(move.release) ?? [];
      if (!known.some(({ day }) => day === move.day)) proposed.set(move.release, [...known, move]);
    }
    const made = advised.moves.filter(
      ({ beyond }) => moves === 'all' || (moves === 'by itself' && beyond.length === 0),
    );
    revisions = made.reduce((before, move) => revised(before, { move, madeAt: now.toISO() }), revisions);
    const all = publishedEvents(revisions);
    for (const fix of fixes) board(fix, { events: all, out, until: now.plus({ days: 1 }).toMillis() });
  }
  return { out, proposed, critical };
}

const NOTHING: CalendarAdvice = { advice: [], moves: [] };

/** A fix that is ready is brought by the next patches: what is farther away changes nothing of what is proposed today. */
function isNear(at: string, now: number): boolean {
  return Math.abs(Date.parse(at) - now) < 60 * DAY_MS;
}

function pendingAt({ readyAt, ...fix }: GeneratedFix, now: number): PendingFix {
  if (Date.parse(readyAt) <= now) return fix;
  return { ...fix, lacks: { what: 'it is not sealed', who: 'somebody', command: 'none' } };
}

function revised(
  before: readonly CalendarRevision[],
  { move: { release, day }, madeAt }: { readonly move: ProposedMove; readonly madeAt: string },
): readonly CalendarRevision[] {
  const calendar = { events: publishedEvents(before), rules, now: instant(madeAt) };
  const revising = moving(calendar, { release, milestone: 'published', day });
  if ('refused' in revising) throw new Error(revising.refused.what);
  const by = { by: PLANNER, reason: PLANNER_REASON, madeAt };
  return [...before, revision(before, { kind: 'move', entries: revising.entries, ...by })];
}

interface Boarding {
  readonly events: readonly CalendarEvent[];
  readonly out: Map<string, { readonly release: string; readonly at: string }>;
  /** Milliseconds. */
  readonly until: number;
}

/** The first patch that closes once a fix is ready brings it. */
function board(fix: GeneratedFix, { events, out, until }: Boarding): void {
  if (out.has(fix.id) || Date.parse(fix.readyAt) > until) return;
  const [patch] = publicationsFor(fix, { events, now: instant(fix.readyAt) });
  if (patch === undefined || Date.parse(closesAt(events, patch.release)) > until) return;
  out.set(fix.id, { release: patch.release, at: patch.at });
}

/** A line for each patch of the year, in Markdown. */
export function replayTable(
  fixes: readonly GeneratedFix[],
  { planned, byItself }: { readonly planned: Replayed; readonly byItself: Replayed },
): readonly string[] {
  return [
    '| patch | fixes as planned | late | proposed | fixes with the planner | late |',
    '| --- | --- | --- | --- | --- | --- |',
    ...realPatches().map(({ day }) => {
      const release = `patch:${day}`;
      const cells = [planned, byItself].map((one) => boardedBy(release, { fixes, replay: one }));
      return `| ${day} | ${cells[0]} | ${proposalOf(byItself.proposed.get(release))} | ${cells[1]} |`;
    }),
  ];
}

function boardedBy(
  release: string,
  { fixes, replay: { out } }: { readonly fixes: readonly GeneratedFix[]; readonly replay: Replayed },
): string {
  const own = fixes.filter(({ id }) => out.get(id)?.release === release);
  return `${own.length} | ${own.filter((fix) => isLate(fix, out)).length}`;
}

/** Those that were due within the year and were not out by then. */
export function lateOf(fixes: readonly GeneratedFix[], { out }: Replayed): readonly GeneratedFix[] {
  return dueOf(fixes).filter((fix) => isLate(fix, out));
}

export function dueOf(fixes: readonly GeneratedFix[]): readonly GeneratedFix[] {
  return fixes.filter(({ dueAt }) => Date.parse(dueAt) < Date.parse(LAST_DAY));
}

function isLate({ id, dueAt }: GeneratedFix, out: Replayed['out']): boolean {
  const at = out.get(id)?.at;
  return at === undefined || Date.parse(at) > Date.parse(dueAt);
}

function proposalOf(moves: readonly Pick<ProposedMove, 'day' | 'beyond'>[] = []): string {
  if (moves.length === 0) return 'confirmed';
  return moves
    .map(({ day, beyond }) => (beyond.length === 0 ? `to ${day}` : `asks: to ${day} (${beyond.join(', ')})`))
    .join('; ');
}
