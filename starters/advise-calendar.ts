import type { DateTime } from 'luxon';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { PublishedAt } from '../domain/calendar/revise-calendar';
import type { FoundNotice } from '../domain/calendar/keeper-status';
import { mayRead } from '../domain/embargo/embargo';
import { withRisks, type CalendarAdvice, type PlanningPolicy } from '../domain/planning/advise';
import type { Advice } from '../domain/planning/advice';
import { blockedReport, blockedRisk } from '../domain/planning/blocked-hours';
import { errorBudget } from '../domain/planning/error-budget';
import type { Measures } from '../domain/planning/measures';
import { plannerNotices } from '../domain/planning/planner-notices';
import { pressureReport } from '../domain/planning/pressure';
import { measuredFixes, sloReport, type MeasuredFix, type SloReport } from '../domain/planning/slo-report';
import { productionReport, productionRisk } from '../domain/planning/time-to-production';
import { underBudget } from '../domain/planning/under-budget';
import type { Actor } from '../domain/release/release';
import { isAudience } from '../domain/roles';
import { readAdvice, type AdviceRecords, type RecordedAdvice } from '../records/calendar-advice';
import { readProduction } from '../records/production-changes';
import type { Records } from '../records/records';
import { readReleaseRecords } from '../records/release-records';

export interface AdviceDeps {
  readonly records: AdviceRecords & Pick<Records, 'transitions'>;
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
  const { measured, measures } = await adviseOn(deps, { person, isPendingOnly: false });
  return sloReport(measured, { deadlines: deps.planning.deadlines, measures });
}

interface Advised extends RecordedAdvice {
  readonly measured: readonly MeasuredFix[];
  readonly measures: Measures;
}

/** Whether more may be missed is told by what is over, too. */
async function adviseOn(
  { records, calendar: { rules }, planning: policy, now: shown }: AdviceDeps,
  { person, isPendingOnly }: { readonly person: Actor; readonly isPendingOnly: boolean },
): Promise<Advised> {
  const { pressure, errorBudget: budgeted } = policy.measures ?? {};
  const recorded = await readAdvice(records, {
    policy,
    rules,
    now: shown,
    mayRead: (embargo) => mayRead(person, embargo, new Date().toISOString()),
    isPendingOnly: isPendingOnly && budgeted === undefined,
  });
  const { advised, calendar, fixes, unreleased } = recorded;
  const now = shown.toISO();
  const measured = measuredFixes(fixes, { ...advised, now });
  const budget = errorBudget(measured, { policy: budgeted, now });
  const { risks, ...slow } = await slowness(records, { policy, calendar, person });
  return {
    ...recorded,
    measured,
    advised: underBudget(withRisks(advised, risks), { budget, now }),
    measures: {
      pressure: pressureReport(unreleased, { policy: pressure, calendar }),
      errorBudget: budget,
      ...slow,
    },
  };
}

/** What puts dates at risk, however many fixes wait. */
async function slowness(
  records: AdviceDeps['records'],
  {
    policy,
    calendar,
    person,
  }: { readonly policy: PlanningPolicy; readonly calendar: PublishedAt; readonly person: Actor },
): Promise<Pick<Measures, 'timeToProduction' | 'blocked'> & { readonly risks: readonly Advice[] }> {
  const { timeToProduction: production, blocked: blocking } = policy.measures ?? {};
  const { warnBeforeMs } = policy.deadlines;
  const now = calendar.now.toISO();
  const found = await readProduction(records, policy);
  const timeToProduction = productionReport(found, { policy: production, now });
  const underWay = await readReleaseRecords(records, { policy, isAudience: isAudience(person), now });
  const blocked = blockedReport(underWay, { policy: blocking, now });
  const risks = [
    productionRisk(timeToProduction, { policy: production, calendar, warnBeforeMs }),
    blockedRisk(blocked, { calendar, warnBeforeMs }),
  ];
  return { timeToProduction, blocked, risks: risks.filter((risk) => risk !== undefined) };
}
