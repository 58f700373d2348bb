import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { FoundUnreleased } from '../domain/planning/pressure';
import type { Records } from './records';

export type MeasureRecords = Pick<Records, 'measurements'>;

/** What was merged and is in no version, dated as the calendar counts; undefined where nobody has looked, or nobody is to. */
export async function readUnreleased(
  { measurements }: MeasureRecords,
  { measures, compressed }: Pick<PlanningPolicy, 'measures' | 'compressed'>,
): Promise<FoundUnreleased | undefined> {
  if (measures?.pressure === undefined) return undefined;
  const found = await measurements.find('pressure');
  if (found === undefined) return undefined;
  const lines = found.facts.map(({ minor, changes }) => ({
    minor,
    changes: changes.map((one) => ({ ...one, mergedAt: onCalendarTime(one.mergedAt, compressed) })),
  }));
  return { lines, measuredAt: onCalendarTime(found.measuredAt, compressed) };
}
