import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { PublishedAt } from '../domain/calendar/revise-calendar';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { PendingFix } from '../domain/planning/pending-fix';
import { pressedLine, type FoundUnreleased } from '../domain/planning/pressure';
import type { Records } from './records';

export type MeasureRecords = Pick<Records, 'measurements'>;

type Policy = Pick<PlanningPolicy, 'measures' | 'compressed'>;

/** What was merged and is in no version, dated as the calendar counts; undefined where nobody has looked, or nobody is to. */
export async function readUnreleased(
  { measurements }: MeasureRecords,
  { measures, compressed }: Policy,
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

/** The lines on which more waits than may, to be out in time like a fix. */
export function pressedLines(
  found: FoundUnreleased | undefined,
  { policy: { measures }, calendar }: { readonly policy: Policy; readonly calendar: PublishedAt },
): readonly PendingFix[] {
  const policy = measures?.pressure;
  if (policy === undefined || found === undefined) return [];
  return found.lines.flatMap((line) => pressedLine(line, { policy, calendar }) ?? []);
}
