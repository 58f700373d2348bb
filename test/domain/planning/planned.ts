import { DateTime } from 'luxon';
import type { CalendarEvent } from '../../../domain/calendar/calendar-event';
import { planCalendar } from '../../../domain/calendar/plan-calendar';
import { publishing } from '../../../domain/calendar/publish-plan';
import { publishedEvents, type CalendarRevision } from '../../../domain/calendar/published-calendar';
import { advise, type CalendarAdvice, type PlanningPolicy } from '../../../domain/planning/advise';
import { moving, type PublishedAt, type WantedMove } from '../../../domain/calendar/revise-calendar';
import { blockedReport } from '../../../domain/planning/blocked-hours';
import { errorBudget } from '../../../domain/planning/error-budget';
import type { PlanningLimits } from '../../../domain/planning/limits';
import type { Measures } from '../../../domain/planning/measures';
import type { PendingFix } from '../../../domain/planning/pending-fix';
import { PLANNER, PLANNER_REASON } from '../../../domain/planning/planner';
import { pressureReport } from '../../../domain/planning/pressure';
import { productionReport } from '../../../domain/planning/time-to-production';
import type { TimedFix } from '../../../domain/planning/timed-fix';
import { gitlabRules } from '../calendar/calendars';

export const DAY_MS = 24 * 60 * 60_000;
export const MARIA = { id: 'maria', roles: ['release-manager'] };
/** The patches then are of 12-09, 12-23 (within a hard lock), 01-13 and 01-27; the monthlies of 12-17 and 01-21. */
export const NOW = instant('2026-11-26T08:00:00Z');
export const { calendar: rules, maintenance } = gitlabRules();

export const LIMITS: PlanningLimits = {
  furthestMs: 14 * DAY_MS,
  times: 2,
  perMs: 30 * DAY_MS,
  apartMs: 2 * DAY_MS,
  noticeMs: 2 * DAY_MS,
};

export const POLICY: PlanningPolicy = {
  deadlines: {
    security: { S1: { mitigatedMs: DAY_MS, publishedMs: 30 * DAY_MS }, S2: { publishedMs: 30 * DAY_MS } },
    backports: { bug: 30 * DAY_MS },
    critical: ['S1', 'S2'],
    warnBeforeMs: 7 * DAY_MS,
  },
  limits: LIMITS,
};

export function instant(text: string): DateTime<true> {
  const date = DateTime.fromISO(text, { zone: 'UTC' });
  if (!date.isValid) throw new Error(text);
  return date;
}

export function revision(
  before: readonly CalendarRevision[],
  more: Pick<CalendarRevision, 'kind' | 'entries'> & Partial<CalendarRevision>,
): CalendarRevision {
  const number = before.length + 1;
  return { number, by: MARIA, reason: 'Planned by the rules.', madeAt: '2026-11-01T08:00:00.000Z', ...more };
}

/** The calendar of four months as the rules have it, published. */
export function published(until = '2027-04-01'): readonly CalendarRevision[] {
  const from = instant('2026-11-01T08:00:00Z');
  const plan = planCalendar({ rules, maintenance, from, until: instant(until), now: from });
  const { entries } = publishing({ events: [], rules, now: from }, plan);
  return [revision([], { kind: 'publish', entries })];
}

export const PUBLISHED = published();

export function at(revisions = PUBLISHED, now = NOW): PublishedAt {
  return { events: publishedEvents(revisions), rules, now };
}

/** Revised by a person, or by the planner. */
export function moved(
  before: readonly CalendarRevision[],
  {
    release,
    milestone = 'published',
    day,
    ...more
  }: Pick<WantedMove, 'release' | 'day'> & Partial<WantedMove & CalendarRevision>,
): readonly CalendarRevision[] {
  const now = more.madeAt === undefined ? NOW : instant(more.madeAt);
  const revising = moving(at(before, now), { release, milestone, day });
  if ('refused' in revising) throw new Error(revising.refused.what);
  const { entries } = revising;
  return [...before, revision(before, { kind: 'move', entries, madeAt: NOW.toISO(), ...more })];
}

/** All that the planner proposes, done by itself. */
export function allMoved(
  before: readonly CalendarRevision[],
  { moves }: Pick<CalendarAdvice, 'moves'>,
): readonly CalendarRevision[] {
  return moves.reduce(
    (revisions, { release, day }) => moved(revisions, { release, day, by: PLANNER, reason: PLANNER_REASON }),
    before,
  );
}

export function fix(more: Partial<TimedFix> = {}): TimedFix {
  return {
    id: 'embargo:k3v9x0q2ab',
    kind: 'security',
    grade: 'S2',
    since: '2026-11-20T08:00:00.000Z',
    dueAt: '2026-12-20T08:00:00.000Z',
    minors: ['19.6', '19.5', '19.4'],
    ...more,
  };
}

export function backport(more: Partial<TimedFix> = {}): TimedFix {
  return fix({ id: 'gitlab!1234 19.6', kind: 'backport', grade: 'bug', minors: ['19.6'], ...more });
}

export function asked(
  pending: readonly PendingFix[],
  {
    revisions = PUBLISHED,
    now = NOW,
    policy = POLICY,
  }: {
    readonly revisions?: readonly CalendarRevision[];
    readonly now?: DateTime<true>;
    readonly policy?: PlanningPolicy;
  } = {},
): CalendarAdvice {
  return advise({ calendar: at(revisions, now), revisions, pending, policy });
}

export function publicationOf(
  { events }: Pick<PublishedAt, 'events'>,
  release: string,
): CalendarEvent | undefined {
  return events.find((event) => event.release === release && event.milestone === 'published');
}

/** Where nothing is configured but deadlines. */
export function nothingMeasured(): Measures {
  return {
    pressure: pressureReport(undefined, { policy: undefined, calendar: at() }),
    errorBudget: errorBudget([], { policy: undefined, now: NOW.toISO() }),
    blocked: blockedReport([], { policy: undefined, now: NOW.toISO() }),
    timeToProduction: productionReport(undefined, { policy: undefined, now: NOW.toISO() }),
  };
}
