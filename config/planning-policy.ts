import type { PlanningPolicy } from '../domain/planning/advise';
import type { Deadlines } from '../domain/planning/deadlines';
import type { PlanningLimits } from '../domain/planning/limits';
import type { MeasurePolicies } from '../domain/planning/measures';
import type { ProductionPolicy } from '../domain/planning/time-to-production';
import { SEVERITIES } from '../domain/embargo/embargo';
import type { Configuration } from './schema';
import { compressedTime } from './starting-settings';

/** By what the dates of the calendar are judged, and within which limits they are moved with nobody asked. */
export function planningPolicy(
  configuration: Pick<Configuration, 'candidate' | 'deadlines' | 'measures' | 'calendar'>,
): PlanningPolicy {
  const { planning } = configuration.calendar;
  const compressed = compressedTime(configuration.calendar);
  return {
    deadlines: deadlinesOf(configuration),
    measures: measuresOf(configuration),
    ...(planning === undefined ? {} : { limits: limitsOf(planning) }),
    ...(compressed === undefined ? {} : { compressed }),
  };
}

function deadlinesOf({ deadlines }: Pick<Configuration, 'deadlines'>): Deadlines {
  const { security, backports, critical, warnBefore } = deadlines;
  const bySeverity = SEVERITIES.flatMap((severity) => {
    const deadline = security[severity];
    if (deadline === undefined) return [];
    const { mitigated, published } = deadline;
    const mitigation = mitigated === undefined ? {} : { mitigatedMs: mitigated };
    return [[severity, { publishedMs: published, ...mitigation }] as const];
  });
  return { security: Object.fromEntries(bySeverity), backports, critical, warnBeforeMs: warnBefore };
}

function measuresOf({
  candidate,
  measures: { pressure, errorBudget, timeToProduction, blocked },
}: Pick<Configuration, 'candidate' | 'measures'>): MeasurePolicies {
  return {
    ...(pressure === undefined ? {} : { pressure: { changes: pressure.changes, withinMs: pressure.within } }),
    ...(errorBudget === undefined
      ? {}
      : { errorBudget: { objective: errorBudget.objective, windowMs: errorBudget.window } }),
    ...(timeToProduction === undefined
      ? {}
      : { timeToProduction: productionOf(timeToProduction, candidate) }),
    ...(blocked === undefined ? {} : { blocked: { atMostMs: blocked.atMost, windowMs: blocked.window } }),
  };
}

function productionOf(
  { environment, within, window }: NonNullable<Configuration['measures']['timeToProduction']>,
  candidate: Configuration['candidate'],
): ProductionPolicy {
  const feedsMonthlies = candidate.from === 'environment' && candidate.environment === environment;
  return { environment, withinMs: within, windowMs: window, feedsMonthlies };
}

function limitsOf({
  furthest,
  times,
  per,
  apart,
  notice,
}: NonNullable<Configuration['calendar']['planning']>): PlanningLimits {
  return { furthestMs: furthest, times, perMs: per, apartMs: apart, noticeMs: notice };
}
