import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { FoundProduction } from '../domain/planning/time-to-production';
import type { MeasureRecords } from './unreleased';

/** What came to production and when, dated as the calendar counts; undefined where nobody has looked, or nobody is to. */
export async function readProduction(
  { measurements }: MeasureRecords,
  { measures, compressed }: Pick<PlanningPolicy, 'measures' | 'compressed'>,
): Promise<FoundProduction | undefined> {
  if (measures?.timeToProduction === undefined) return undefined;
  const found = await measurements.find('production');
  if (found === undefined) return undefined;
  const changes = found.facts.map(({ deployedAt, ...change }) => ({
    ...change,
    mergedAt: onCalendarTime(change.mergedAt, compressed),
    ...(deployedAt === undefined ? {} : { deployedAt: onCalendarTime(deployedAt, compressed) }),
  }));
  return { changes, measuredAt: onCalendarTime(found.measuredAt, compressed) };
}
