import type { DateTime } from 'luxon';
import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { CalendarFacts } from '../domain/calendar/lines-out';
import type { PlannedBy } from '../domain/calendar/plan-calendar';
import type { PublishedCalendar } from '../domain/calendar/wanted-revision';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { PublicVersion } from '../domain/version/public-version';
import type { Records } from '../records/records';
import { publishedCalendar } from './revise-calendar';

export interface FactsDeps {
  readonly records: Pick<Records, 'calendar' | 'versions'>;
  readonly calendar: PlannedBy;
  readonly calendarNow: () => DateTime<true>;
  readonly planning: Pick<PlanningPolicy, 'compressed'>;
}

/** What everybody may know of releases now, by the time that the calendar shows. @throws RecordsUnavailable */
export async function calendarFacts({
  records,
  calendar: plannedBy,
  calendarNow,
  planning: { compressed },
}: FactsDeps): Promise<CalendarFacts & PublishedCalendar> {
  const [calendar, published] = await Promise.all([publishedCalendar(records), records.versions.published()]);
  const versions = published.map((version) => onCalendar(version, compressed));
  return { ...calendar, versions, plannedBy, now: calendarNow() };
}

/** Records are written by the clock. */
function onCalendar(
  { withdrawn, ...version }: PublicVersion,
  compressed: PlanningPolicy['compressed'],
): PublicVersion {
  const publishedAt = onCalendarTime(version.publishedAt, compressed);
  if (withdrawn === undefined) return { ...version, publishedAt };
  const at = onCalendarTime(withdrawn.at, compressed);
  return { ...version, publishedAt, withdrawn: { ...withdrawn, at } };
}
