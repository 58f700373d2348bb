import { calendarNameOf } from '../domain/calendar/starting';
import type { Records } from '../records/records';

/** Releases that have come to one of these states, as the calendar names them. @throws RecordsUnavailable */
export async function reachedReleases(
  { releases }: Pick<Records, 'releases'>,
  states: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await releases.reached(states);
  return new Set(rows.flatMap((row) => calendarNameOf(row) ?? []));
}
