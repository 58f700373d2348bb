import type { DateTime } from 'luxon';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import { mayRead } from '../domain/embargo/embargo';
import type { CalendarAdvice, PlanningPolicy } from '../domain/planning/advise';
import type { Measures } from '../domain/planning/measures';
import { plannerNotices } from '../domain/planning/planner-notices';
import { pressureReport } from '../domain/planning/pressure';
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

/** On the fixes that this person may know of, and on no others, and on what everybody may know. @throws RecordsUnavailable */
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
  const recorded = await adviseOn(deps, { person, isPendingOnly: false });
  const { advised, fixes } = recorded;
  const { deadlines } = deps.planning;
  const now = deps.now.toISO();
  return sloReport(fixes, {
    advice: advised.advice,
    deadlines,
    measures: measuresOf(deps.planning, recorded),
    now,
  });
}

function measuresOf({ measures }: PlanningPolicy, { unreleased, calendar }: RecordedAdvice): Measures {
  return { pressure: pressureReport(unreleased, { policy: measures?.pressure, calendar }) };
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
