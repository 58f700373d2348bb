import { calendarNameOf } from '../domain/calendar/starting';
import type { Records } from '../records/records';

/** Releases that were aborted, as the calendar names them. @throws RecordsUnavailable */
export async function abortedReleases({ releases }: Pick<Records, 'releases'>): Promise<ReadonlySet<string>> {
  const rows = await releases.aborted();
  return new Set(rows.map(({ id, requestKey }) => calendarNameOf(requestKey) ?? id));
}
