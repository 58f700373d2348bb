import type { DateTime } from 'luxon';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import { mayRead } from '../domain/embargo/embargo';
import { withRisks, type CalendarAdvice, type PlanningPolicy } from '../domain/planning/advise';
import { errorBudget } from '../domain/planning/error-budget';
import type { Measures } from '../domain/planning/measures';
import { plannerNotices } from '../domain/planning/planner-notices';
import { pressureReport } from '../domain/planning/pressure';
import { measuredFixes, sloReport, type SloReport } from '../domain/planning/slo-report';
import { productionReport, productionRisk } from '../domain/planning/time-to-production';
import { underBudget } from '../domain/planning/under-budget';
import type { Actor } from '../domain/release/release';
import { isAudience } from '../domain/roles';
import { readAdvice, type AdviceRecords, type RecordedAdvice } from '../records/calendar-advice';
import { readProduction } from '../records/production-changes';

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

/** Which deadlines were kept, of the fixes that this person may know of, and how else it stands. @throws RecordsUnavailable */
export async function sloReportFor(deps: AdviceDeps, person: Actor): Promise<SloReport> {
  const { advised, fixes, measures } = await adviseOn(deps, { person, isPendingOnly: false });
  const { deadlines } = deps.planning;
  return sloReport(fixes, { advice: advised.advice, deadlines, measures, now: deps.now.toISO() });
}

interface Advised extends RecordedAdvice {
  readonly measures: Measures;
}

/** Whether more may be missed is told by what is over, too. */
async function adviseOn(
  { records, calendar: { rules }, planning: policy, now: shown }: AdviceDeps,
  { person, isPendingOnly }: { readonly person: Actor; readonly isPendingOnly: boolean },
): Promise<Advised> {
  const { pressure, errorBudget: budgeted, timeToProduction } = policy.measures ?? {};
  const recorded = await readAdvice(records, {
    policy,
    rules,
    now: shown,
    mayRead: (embargo) => mayRead(person, embargo, new Date().toISOString()),
    isPendingOnly: isPendingOnly && budgeted === undefined,
  });
  const { advised, calendar, fixes, unreleased } = recorded;
  const now = shown.toISO();
  const found = await readProduction(records, { policy, isAudience: isAudience(person) });
  const production = productionReport(found, { policy: timeToProduction, now });
  const budget = errorBudget(measuredFixes(fixes, { ...advised, now }), { policy: budgeted, now });
  const { warnBeforeMs } = policy.deadlines;
  const risk = productionRisk(production, { policy: timeToProduction, calendar, warnBeforeMs });
  return {
    ...recorded,
    advised: underBudget(withRisks(advised, risk === undefined ? [] : [risk]), { budget, now }),
    measures: {
      pressure: pressureReport(unreleased, { policy: pressure, calendar }),
      errorBudget: budget,
      timeToProduction: production,
    },
  };
}
