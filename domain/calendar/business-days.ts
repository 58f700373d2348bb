import { Duration, type DateTime } from 'luxon';
import { ExplainedError } from '../explained-error';
import { WEEKDAYS, type CalendarRules, type OnDayOff } from './calendar-rules';

export type WorkingDays = Pick<CalendarRules, 'workingDays' | 'holidays'>;

/** No run of days off is longer than a year: rules that leave nobody a day to work on end here. */
const LONGEST_PAUSE = 366;

export function isDayOff({ workingDays, holidays }: WorkingDays, date: DateTime<true>): boolean {
  const weekday = WEEKDAYS[date.weekday - 1];
  if (weekday === undefined || !workingDays.includes(weekday)) return true;
  const [everyYear, once] = [date.toFormat('MM-dd'), date.toISODate()];
  return holidays.some(({ day }) => day === everyYear || day === once);
}

/** Where a publication goes whose date is a day off. */
export function besideDaysOff(
  days: WorkingDays,
  { date, onDayOff }: { readonly date: DateTime<true>; readonly onDayOff: OnDayOff },
): DateTime<true> {
  if (onDayOff === 'stay' || !isDayOff(days, date)) return date;
  return nextBusinessDay(days, { date, step: onDayOff === 'before' ? -1 : 1 });
}

/** `-P2D` from a date, each of the days one on which people work; a week has as many as they work in. */
export function plusBusinessDays(
  days: WorkingDays,
  { date, offset }: { readonly date: DateTime<true>; readonly offset: string },
): DateTime<true> {
  const { hours, minutes } = Duration.fromISO(offset);
  const count = businessDaysOf(days, offset);
  let reached = date;
  for (let left = Math.abs(count); left > 0; left--)
    reached = nextBusinessDay(days, { date: reached, step: count < 0 ? -1 : 1 });
  return reached.plus({ hours, minutes });
}

/** Days on which people work of an offset; below zero before a date. */
export function businessDaysOf({ workingDays }: Pick<WorkingDays, 'workingDays'>, offset: string): number {
  const { weeks, days } = Duration.fromISO(offset);
  return weeks * workingDays.length + days;
}

function nextBusinessDay(
  days: WorkingDays,
  { date, step }: { readonly date: DateTime<true>; readonly step: 1 | -1 },
): DateTime<true> {
  for (let count = 1; count <= LONGEST_PAUSE; count++) {
    const candidate = date.plus({ days: count * step });
    if (!isDayOff(days, candidate)) return candidate;
  }
  throw new ExplainedError({
    where: 'calendar.holidays',
    what: `within a year of ${date.toISODate()} there is no day on which anybody works`,
    remedy: 'Take some of the holidays out, or name more days in `calendar.workingDays`.',
  });
}
