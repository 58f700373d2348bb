import type { DateTime } from 'luxon';
import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import { publishedEvents, type CalendarRevision } from '../domain/calendar/published-calendar';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import { mayRead } from '../domain/embargo/embargo';
import { advise, type CalendarAdvice, type PlanningPolicy } from '../domain/planning/advise';
import { plannerNotices } from '../domain/planning/planner-notices';
import { sloReport, type SloReport } from '../domain/planning/slo-report';
import { isPending, type TimedFix } from '../domain/planning/timed-fix';
import type { Actor } from '../domain/release/release';
import type { Records } from '../records/records';
import { readTimedFixes, type FixRecords } from '../records/timed-fixes';

export interface AdviceDeps {
  readonly records: FixRecords & Pick<Records, 'calendar'>;
  readonly calendar: PlannedBy;
  readonly planning: PlanningPolicy;
  /** As the calendar shows it. */
  readonly now: DateTime<true>;
}

/** On the fixes that this person may know of, and on no others. @throws RecordsUnavailable */
export async function calendarAdvice(deps: AdviceDeps, person: Actor): Promise<CalendarAdvice> {
  return (await adviseOn(deps, { person, isPendingOnly: true })).advised;
}

/** What asks this person for something. @throws RecordsUnavailable */
export async function adviceNotices(deps: AdviceDeps, person: Actor): Promise<readonly FoundNotice[]> {
  const { advised, revisions } = await adviseOn(deps, { person, isPendingOnly: true });
  return plannerNotices(advised, revisions);
}

/** Which deadlines were kept, of the fixes that this person may know of. @throws RecordsUnavailable */
export async function sloReportFor(deps: AdviceDeps, person: Actor): Promise<SloReport> {
  const { advised, fixes } = await adviseOn(deps, { person, isPendingOnly: false });
  const { deadlines } = deps.planning;
  return sloReport(fixes, { advice: advised.advice, deadlines, now: deps.now.toISO() });
}

interface Advised {
  readonly advised: CalendarAdvice;
  readonly fixes: readonly TimedFix[];
  readonly revisions: readonly CalendarRevision[];
}

async function adviseOn(
  { records, calendar: { rules }, planning, now }: AdviceDeps,
  { person, isPendingOnly }: { readonly person: Actor; readonly isPendingOnly: boolean },
): Promise<Advised> {
  const revisions = (await records.calendar.revisions()).map((revision) => ({
    ...revision,
    madeAt: onCalendarTime(revision.madeAt, planning.compressed),
  }));
  const events = publishedEvents(revisions);
  const fixes = await readTimedFixes(records, {
    policy: planning,
    events,
    mayRead: (embargo) => mayRead(person, embargo, new Date().toISOString()),
    isPendingOnly,
  });
  const advised = advise({
    calendar: { events, rules, now },
    revisions,
    pending: fixes.filter(isPending),
    policy: planning,
  });
  return { advised, fixes, revisions };
}
