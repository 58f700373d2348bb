import type { MeasuredFacts, MeasureName } from '../../records/measurements';
import { askRecords } from '../records/ask-records';
import type { MeasuredDelivery } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';

type Looking = Pick<CalendarOutside, 'records' | 'measuring'>;

/** Measure by measure: one that cannot be taken keeps no other from being noted. */
export async function measureDelivery(outside: Looking): Promise<MeasuredDelivery> {
  const { read } = outside.measuring;
  const looks = await Promise.allSettled([
    noted(outside, 'pressure', read.pressure),
    noted(outside, 'production', read.production),
  ]);
  const measured = looks.flatMap((look) => {
    if (look.status === 'rejected') throw look.reason;
    return look.value;
  });
  return { at: new Date().toISOString(), measured };
}

/** Its name where it was measured. */
async function noted<Name extends MeasureName>(
  { records: { measurements }, measuring: { lookEveryMs } }: Looking,
  measure: Name,
  read: (() => Promise<MeasuredFacts[Name]>) | undefined,
): Promise<readonly Name[]> {
  if (read === undefined) return [];
  const measuredAt = new Date().toISOString();
  const last = await askRecords(() => measurements.find(measure));
  if (last !== undefined && Date.parse(measuredAt) - Date.parse(last.measuredAt) < lookEveryMs) return [];
  const facts = await read();
  await askRecords(() => measurements.note(measure, { facts, measuredAt }));
  return [measure];
}
