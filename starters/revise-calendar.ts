import { DateTime } from 'luxon';
import type { CalendarEvent } from '../domain/calendar/calendar-event';
import { planCalendar, type PlannedBy } from '../domain/calendar/plan-calendar';
import { publishedEvents, type CalendarRevision } from '../domain/calendar/published-calendar';
import { publishing } from '../domain/calendar/publish-plan';
import { cancelling, moving, type PublishedAt, type Revising } from '../domain/calendar/revise-calendar';
import type { PublishedCalendar, Revised, WantedRevision } from '../domain/calendar/wanted-revision';
import { mayRead } from '../domain/embargo/embargo';
import { ExplainedError } from '../domain/explained-error';
import type { PlanningPolicy } from '../domain/planning/advise';
import { brokenDeadlines } from '../domain/planning/broken-deadlines';
import { isPending } from '../domain/planning/timed-fix';
import { pressedLines } from '../domain/planning/pressure';
import type { Project } from '../domain/project';
import type { Actor } from '../domain/release/release';
import type { Records } from '../records/records';
import { readTimedFixes, type FixRecords } from '../records/timed-fixes';
import { readUnreleased, type MeasureRecords } from '../records/unreleased';
import { madeRevision } from './made-revision';
import { InvalidRequest, NotPossible } from './refusals';
import { refuseSecretWords } from './refuse-secret-words';

export interface CalendarDeps {
  readonly records: FixRecords & MeasureRecords & Pick<Records, 'calendar'>;
  readonly calendar: PlannedBy;
  readonly planning: Pick<PlanningPolicy, 'deadlines' | 'measures' | 'compressed'>;
  readonly projects: readonly Project[];
  readonly now: DateTime<true>;
}

export interface Asking {
  readonly wanted: WantedRevision;
  readonly by: Actor;
  /** Asked again with it, the calendar is revised once. */
  readonly key: string;
}

export async function publishedCalendar({ calendar }: Pick<Records, 'calendar'>): Promise<PublishedCalendar> {
  const revisions = await calendar.revisions();
  return { revisions, events: publishedEvents(revisions) };
}

/** @throws InvalidRequest, NotPossible, RecordsConflict, RecordsUnavailable */
export async function reviseCalendar(deps: CalendarDeps, { wanted, by, key }: Asking): Promise<Revised> {
  const { calendar } = deps.records;
  const asked = { subject: 'the calendar', wanted, by };
  const first = await calendar.findRevision(key);
  if (first !== undefined) return { revision: madeRevision(first, asked), breaks: [], departures: [] };
  const reason = wanted.reason ?? '';
  await refuseSecretWords(deps.records, { name: 'the reason', words: reason, projects: deps.projects });
  const { events, revisions } = await publishedCalendar(deps.records);
  const number = revisions.length + 1;
  const at = { events, rules: deps.calendar.rules, now: deps.now };
  const { entries, breaks, departures } =
    wanted.kind === 'publish'
      ? fromPlan(deps, { events, until: wanted.until })
      : await fromWish(deps, { at, wanted, by });
  if (entries.length === 0) return { breaks, departures };
  if (reason === '') throw asksForReason(wanted, breaks);
  const { kind } = wanted;
  const kept = await calendar.revise({ number, requestKey: key, wanted, kind, entries, by, reason });
  return { revision: madeRevision(kept, asked), breaks, departures };
}

interface Content extends Pick<Revised, 'breaks' | 'departures'> {
  readonly entries: CalendarRevision['entries'];
}

function fromPlan(
  { calendar: { rules, maintenance }, now }: CalendarDeps,
  { events, until }: { readonly events: readonly CalendarEvent[]; readonly until: string },
): Content {
  const last = lastDay(until, { zone: rules.zone, now });
  const plan = explained(() =>
    planCalendar({ rules, maintenance, from: now, until: last.startOf('day').plus({ days: 1 }), now }),
  );
  return { ...publishing({ events, rules, now }, plan), breaks: [] };
}

/** Nobody promises what is farther ahead; and a plan is computed while everybody else waits, longer for each of its years. */
const LONGEST = { years: 5 };

function lastDay(
  until: string,
  { zone, now }: { readonly zone: string; readonly now: DateTime<true> },
): DateTime<true> {
  const where = `until ${until}`;
  const last = DateTime.fromISO(until, { zone });
  if (!last.isValid || last <= now)
    throw new InvalidRequest({
      where,
      what: last.isValid ? 'it is past' : 'it is no day',
      remedy: 'Write a day to come, such as 2028-11-30',
    });
  const farthest = now.setZone(zone).plus(LONGEST);
  if (last <= farthest) return last;
  throw new InvalidRequest({
    where,
    what: 'it is more than five years ahead',
    remedy: `Write a day no later than ${farthest.toISODate()}`,
  });
}

/** What the rules contradict is told to whoever asks. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExplainedError) throw new NotPossible(error.explanation);
    throw error;
  }
}

interface Wish extends Pick<Asking, 'by'> {
  readonly at: PublishedAt;
  readonly wanted: Exclude<WantedRevision, { readonly kind: 'publish' }>;
}

/** What it would break is told as far as whoever asks may know of it. */
async function fromWish(deps: CalendarDeps, { at, wanted, by }: Wish): Promise<Content> {
  const revising: Revising = wanted.kind === 'move' ? moving(at, wanted) : cancelling(at, wanted.release);
  if ('refused' in revising) throw new NotPossible(revising.refused);
  const { entries, breaks } = revising;
  const { planning: policy } = deps;
  const fixes = await readTimedFixes(deps.records, {
    policy,
    calendar: at,
    mayRead: (embargo) => mayRead(by, embargo, new Date().toISOString()),
    isPendingOnly: true,
  });
  const unreleased = await readUnreleased(deps.records, policy);
  const pressed = pressedLines(unreleased, { policy: policy.measures?.pressure, calendar: at });
  const late = brokenDeadlines(at, { entries, pending: [...fixes.filter(isPending), ...pressed] });
  return { entries, breaks: [...breaks, ...late], departures: [] };
}

function asksForReason(wanted: WantedRevision, breaks: readonly string[]): NotPossible {
  const broken = breaks.length === 0 ? 'it breaks no rule' : breaks.join(' ').replace(/\.$/, '');
  return new NotPossible({
    where: `${wanted.kind} ${'release' in wanted ? wanted.release : ''}`.trim(),
    what: `a reason is asked for first; ${broken}`,
    remedy: 'Say why with `--reason`: it is kept with your name, and everybody reads it',
  });
}
