import { comingReleases } from '../calendar/coming-releases';
import { cutOf } from '../calendar/merge-by';
import { secondOf } from '../calendar/wanted-schedules';
import type { Advice } from './advice';
import { dateAtRisk, type Warning } from './date-at-risk';
import { HOUR_MS, hoursOf } from './hours';
import { notLookedYet, unmeasured, type Measured } from './measures';
import { withinText } from './within-text';

/** How fast what is merged is to run in production. */
export interface ProductionPolicy {
  /** As GitLab names it: `gprd`. */
  readonly environment: string;
  /** Milliseconds within which half of the changes run there. */
  readonly withinMs: number;
  /** Milliseconds; of what came there within it. */
  readonly windowMs: number;
  /** Whether a monthly takes what runs there. */
  readonly feedsMonthlies: boolean;
}

/** A change on the default branch. */
export interface ProductionChange {
  /** Name of the project. */
  readonly project: string;
  readonly mergeRequest: number;
  /** ISO 8601 */
  readonly mergedAt: string;
  /** ISO 8601; when a successful deployment brought it to production first. Absent: it waits. */
  readonly deployedAt?: string;
}

/** What was found of changes and production. */
export interface FoundProduction {
  readonly changes: readonly ProductionChange[];
  /** ISO 8601 */
  readonly measuredAt: string;
}

export interface ProductionReport extends Measured {
  /** Absent where nothing is to be counted. */
  readonly figures?: ProductionFigures;
}

export interface ProductionFigures {
  /** Changes that are counted. */
  readonly changes: number;
  /** Half of them took no longer. One decimal, as below. */
  readonly medianHours: number;
  /** 95 of a hundred took no longer. */
  readonly p95Hours: number;
  /** Changes that wait. */
  readonly waiting: number;
}

/** The least of the values that so great a share of them does not exceed. @param share above 0, at most 1 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const inOrder = values.toSorted((left, right) => left - right);
  return inOrder[Math.ceil(share * inOrder.length) - 1];
}

/**
 * How long changes took, in milliseconds. One that waits counts once it has waited for longer than it may: it is late already,
 * however long it will take, and production that gets nothing at all is not fast.
 */
export function timesToProduction(
  changes: readonly ProductionChange[],
  { policy: { withinMs, windowMs }, now }: { readonly policy: ProductionPolicy; readonly now: string },
): readonly number[] {
  const until = Date.parse(now);
  return changes.flatMap(({ mergedAt, deployedAt }) => {
    const took = Date.parse(deployedAt ?? now) - Date.parse(mergedAt);
    if (deployedAt === undefined) return took > withinMs ? [took] : [];
    return Date.parse(deployedAt) > until - windowMs ? [Math.max(0, took)] : [];
  });
}

/** How long it takes from merge to production. */
export function productionReport(
  found: FoundProduction | undefined,
  { policy, now }: { readonly policy: ProductionPolicy | undefined; readonly now: string },
): ProductionReport {
  if (policy === undefined) return unmeasured('`measures.timeToProduction` is not in signalbox.yaml');
  if (found === undefined) return notLookedYet();
  const times = timesToProduction(found.changes, { policy, now });
  const [median, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  const { environment, withinMs, windowMs } = policy;
  if (median === undefined || p95 === undefined)
    return unmeasured(`nothing is known to have come to ${environment} within ${withinText(windowMs)}`);
  const waiting = found.changes.filter(({ deployedAt }) => deployedAt === undefined).length;
  const figures = {
    changes: times.length,
    medianHours: hoursOf(median),
    p95Hours: hoursOf(p95),
    waiting,
  };
  return {
    standing: median > withinMs ? 'broken' : 'kept',
    sentence: [
      `Merge to ${environment} within ${withinText(windowMs)}: half of ${times.length} changes took ${figures.medianHours} h or less, 95 % ${figures.p95Hours} h or less.`,
      `Half are to take ${withinText(withinMs)} at most.`,
      ...(waiting === 0 ? [] : [`Waiting: ${waiting}.`]),
    ].join(' '),
    measuredAt: found.measuredAt,
    figures,
  };
}

/**
 * The next monthly takes what production runs when it is cut, so whoever merges in what was promised before that is to be in it. Where
 * half of the changes take longer, they are not, and a person has to know that before: no date is moved for it, since a monthly is out on
 * the day that was promised.
 */
export function productionRisk(
  { standing, figures }: ProductionReport,
  { policy, ...warning }: Warning & { readonly policy: ProductionPolicy | undefined },
): Advice | undefined {
  if (policy?.feedsMonthlies !== true || standing !== 'broken' || figures === undefined) return undefined;
  const { events, now } = warning.calendar;
  const next = comingReleases(events, { now: now.toISO() })
    .filter(({ kind }) => kind === 'monthly')
    .map((coming) => ({ coming, date: cutOf(coming) }))
    .find(({ date }) => Date.parse(date.at) > now.toMillis());
  if (next === undefined) return undefined;
  const { coming, date } = next;
  const lastMerge = new Date(Date.parse(date.at) - figures.medianHours * HOUR_MS).toISOString();
  const why = `: what is merged ${withinText(policy.withinMs)} before is not in ${policy.environment} by then, for half of the changes take ${figures.medianHours} h or more. What is merged after ${secondOf(lastMerge)} is not in ${coming.minors.join(', ')}, as it goes now.`;
  const told = {
    id: 'time-to-production',
    kind: 'time_to_production',
    command: 'signalbox slo report',
  } as const;
  return dateAtRisk({ ...told, coming, date, why }, warning);
}
