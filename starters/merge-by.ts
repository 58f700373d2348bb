import { linesWithFixes } from '../domain/calendar/lines-out';
import { CLOSED_BY, mergeBy, type MergeBy } from '../domain/calendar/merge-by';
import type { Records } from '../records/records';
import { calendarFacts, type FactsDeps } from './calendar-facts';
import { reachedReleases } from './reached-releases';

export interface MergeByDeps extends Omit<FactsDeps, 'records'> {
  readonly records: Pick<Records, 'calendar' | 'versions' | 'releases'>;
}

/**
 * By when a change has to be merged to be in the next monthly, and in the next patch of each line. Of releases that run the record is
 * believed before the calendar: whoever cut one before its time has closed it.
 * @throws RecordsUnavailable
 */
export async function mergeByNow(deps: MergeByDeps): Promise<MergeBy> {
  const [facts, closed] = await Promise.all([calendarFacts(deps), reachedReleases(deps.records, CLOSED_BY)]);
  const { events, now } = facts;
  return mergeBy({ events, lines: linesWithFixes(facts), closed, now: now.toUTC().toISO() });
}
