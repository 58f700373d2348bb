import type { DateTime } from 'luxon';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import { mayRead } from '../domain/embargo/embargo';
import type { CalendarAdvice, PlanningPolicy } from '../domain/planning/advise';
import { plannerNotices } from '../domain/planning/planner-notices';
import { sloReport, type SloReport } from '../domain/planning/slo-report';
import type { Actor } from '../domain/release/release';
import { readAdvice, type AdviceRecords, type RecordedAdvice } from '../records/calendar-advice';

export interface AdviceDeps {
  readonly records: AdviceRecords;
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

function adviseOn(
  { records, calendar: { rules }, planning: policy, now }: AdviceDeps,
  { person, isPendingOnly }: { readonly person: Actor; readonly isPendingOnly: boolean },
): Promise<RecordedAdvice> {
  return readAdvice(records, {
    policy,
    rules,
    now,
    mayRead: (embargo) => mayRead(person, embargo, new Date().toISOString()),
    isPendingOnly,
  });
}
