import type { BlockedPolicy, BlockedReport } from './blocked-hours';
import type { BudgetPolicy, BudgetReport } from './error-budget';
import type { PressurePolicy, PressureReport } from './pressure';
import type { ProductionPolicy, ProductionReport } from './time-to-production';

/** By what the product is judged beside its deadlines. What is absent is not judged. */
export interface MeasurePolicies {
  readonly pressure?: PressurePolicy;
  readonly errorBudget?: BudgetPolicy;
  readonly timeToProduction?: ProductionPolicy;
  readonly blocked?: BlockedPolicy;
}

/**
 * `kept`: as it was promised. `at_risk`: it asks for something that has to come in time. `broken`: it is not. `unmeasured`: nobody knows,
 * which is never as good as `kept`.
 */
export const MEASURE_STANDINGS = ['kept', 'at_risk', 'broken', 'unmeasured'] as const;

/** What is said of every measure. */
export interface Measured {
  readonly standing: (typeof MEASURE_STANDINGS)[number];
  readonly sentence: string;
  /** ISO 8601; absent where it is worked out whenever it is asked for. */
  readonly measuredAt?: string;
}

/** Everything that is measured beside deadlines. */
export interface Measures {
  readonly pressure: PressureReport;
  /** Of the deadlines themselves. */
  readonly errorBudget: BudgetReport;
  readonly timeToProduction: ProductionReport;
  readonly blocked: BlockedReport;
}

export interface NamedMeasure extends Measured {
  readonly name: string;
}

/** Each of them, in the order in which they are told. */
export function namedMeasures({
  errorBudget,
  pressure,
  timeToProduction,
  blocked,
}: Measures): readonly NamedMeasure[] {
  return [
    { ...errorBudget, name: 'error budget' },
    { ...pressure, name: 'release pressure' },
    { ...timeToProduction, name: 'time to production' },
    { ...blocked, name: 'hours blocked' },
  ];
}

/** @param why in a clause, with what to do */
export function unmeasured(why: string): Measured {
  return { standing: 'unmeasured', sentence: `It is not measured: ${why}.` };
}

/** Of what is asked of repositories and GitLab. */
export function notLookedYet(): Measured {
  return unmeasured(
    'what keeps the Schedules has not looked yet, which it does where `calendar.starting` is in signalbox.yaml',
  );
}
