import type { MeasuredFacts, MeasureName } from '../../records/measurements';
import { askRecords } from '../records/ask-records';
import type { MeasuredDelivery } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';

type Looking = Pick<CalendarOutside, 'records' | 'measuring'>;

/** Measure by measure: one that cannot be taken keeps no other from being noted. */
export async function measureDelivery(outside: Looking): Promise<MeasuredDelivery> {
  const { read } = outside.measuring;
  const looks = await Promise.allSettled([
    isNoted(outside, 'pressure', read.pressure),
    isNoted(outside, 'production', read.production),
  ]);
  const [pressure, production] = looks.map((look) => {
    if (look.status === 'rejected') throw look.reason;
    return look.value;
  });
  const measured = [
    ...(pressure === true ? ['pressure'] : []),
    ...(production === true ? ['production'] : []),
  ];
  return { at: new Date().toISOString(), measured };
}

async function isNoted<Name extends MeasureName>(
  { records: { measurements }, measuring: { lookEveryMs } }: Looking,
  measure: Name,
  read: (() => Promise<MeasuredFacts[Name]>) | undefined,
): Promise<boolean> {
  if (read === undefined) return false;
  const measuredAt = new Date().toISOString();
  const last = await askRecords(() => measurements.find(measure));
  if (last !== undefined && Date.parse(measuredAt) - Date.parse(last.measuredAt) < lookEveryMs) return false;
  const facts = await read();
  await askRecords(() => measurements.note(measure, { facts, measuredAt }));
  return true;
}
