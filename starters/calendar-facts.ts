import type { DateTime } from 'luxon';
import type { CalendarFacts } from '../domain/calendar/lines-out';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { PublishedCalendar } from '../domain/calendar/wanted-revision';
import type { Records } from '../records/records';
import { publishedCalendar } from './revise-calendar';

export interface FactsDeps {
  readonly records: Pick<Records, 'calendar' | 'versions'>;
  readonly calendar: PlannedBy;
  readonly calendarNow: () => DateTime<true>;
}

/** What everybody may know of releases now. @throws RecordsUnavailable */
export async function calendarFacts({
  records,
  calendar: plannedBy,
  calendarNow,
}: FactsDeps): Promise<CalendarFacts & PublishedCalendar> {
  const [calendar, versions] = await Promise.all([publishedCalendar(records), records.versions.published()]);
  return { ...calendar, versions, plannedBy, now: calendarNow() };
}
