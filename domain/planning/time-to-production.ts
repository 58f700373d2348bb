import { comingReleases } from '../calendar/coming-releases';
import { cutOf } from '../calendar/merge-by';
import type { PublishedAt } from '../calendar/revise-calendar';
import { milestoneName } from '../calendar/starting';
import { secondOf } from '../calendar/wanted-schedules';
import { RELEASE_MANAGER } from '../roles';
import type { Advice } from './advice';
import { unmeasured, type Measured } from './measures';
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

const HOUR_MS = 60 * 60_000;

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
  if (found === undefined)
    return unmeasured('what keeps the Schedules (`calendar.starting`) has not looked yet');
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

function hoursOf(ms: number): number {
  return Number((ms / HOUR_MS).toFixed(1));
}

/**
 * The next monthly takes what production runs when it is cut, so whoever merges in what was promised before that is to be in it. Where
 * half of the changes take longer, they are not, and a person has to know that before: no date is moved for it, since a monthly is out on
 * the day that was promised.
 */
export function productionRisk(
  { standing, figures }: ProductionReport,
  {
    policy,
    calendar: { events, now },
    warnBeforeMs,
  }: {
    readonly policy: ProductionPolicy | undefined;
    readonly calendar: Pick<PublishedAt, 'events' | 'now'>;
    readonly warnBeforeMs: number;
  },
): Advice | undefined {
  if (policy?.feedsMonthlies !== true || standing !== 'broken' || figures === undefined) return undefined;
  const next = comingReleases(events, { now: now.toISO() })
    .filter(({ kind }) => kind === 'monthly')
    .map((coming) => ({ coming, cut: cutOf(coming) }))
    .find(({ cut }) => Date.parse(cut.at) > now.toMillis());
  if (next === undefined) return undefined;
  const { coming, cut } = next;
  const cutMs = Date.parse(cut.at);
  if (cutMs - now.toMillis() > warnBeforeMs) return undefined;
  const lastMerge = new Date(cutMs - figures.medianHours * HOUR_MS).toISOString();
  return {
    id: 'time-to-production',
    kind: 'time_to_production',
    // It is told of from here on, however often it is measured.
    since: new Date(cutMs - warnBeforeMs).toISOString(),
    dueAt: cut.at,
    verdict: 'warn',
    sentence: `${milestoneName(cut)} (${secondOf(cut.at)}) is at risk: what is merged ${withinText(policy.withinMs)} before is not in ${policy.environment} by then, for half of the changes take ${figures.medianHours} h or more. What is merged after ${secondOf(lastMerge)} is not in ${coming.minors.join(', ')}, as it goes now.`,
    whoActs: RELEASE_MANAGER,
    release: coming.release,
    publishAt: coming.publication.at,
    command: 'signalbox slo report',
  };
}
