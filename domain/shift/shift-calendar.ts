import type { CalendarEvent } from '../calendar/calendar-event';
import { lastRevisedAt } from '../calendar/calendar-line';
import { isWithin, type Shift } from './roster';

/** Shifts with the dates that fall into them. */
export interface ShiftCalendar {
  readonly shifts: readonly Shift[];
  readonly events: readonly CalendarEvent[];
  /** ISO 8601; when it came to be as it is, or later. */
  readonly changedAt?: string | undefined;
}

/**
 * Some shifts of the roster, with the dates of the calendar that fall into them: whoever is on them sees to these.
 * @param all the whole roster and the whole calendar
 */
export function shiftCalendar(
  own: readonly Shift[],
  { shifts, events }: Pick<ShiftCalendar, 'shifts' | 'events'>,
): ShiftCalendar {
  const standing = own.filter(({ isCancelled }) => !isCancelled);
  return {
    shifts: own,
    events: events.filter(({ at }) => standing.some((shift) => isWithin(shift, at))),
    // A date that was moved away is in it no more, and has changed it all the same: so the last change of any counts.
    changedAt: lastRevisedAt([...shifts, ...events]),
  };
}
