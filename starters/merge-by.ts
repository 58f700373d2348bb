import { linesWithFixes } from '../domain/calendar/lines-out';
import { CUT, mergeBy, type MergeBy } from '../domain/calendar/merge-by';
import { calendarKey } from '../domain/calendar/starting';
import type { Records } from '../records/records';
import { calendarFacts, type FactsDeps } from './calendar-facts';

export interface MergeByDeps extends Omit<FactsDeps, 'records'> {
  readonly records: Pick<Records, 'calendar' | 'versions' | 'releases' | 'transitions'>;
}

/**
 * By when a change has to be merged to be in the next monthly, and in the next patch of each line. Of releases that run the record is
 * believed before the calendar: whoever cut one before its time has closed it.
 * @throws RecordsUnavailable
 */
export async function mergeByNow(deps: MergeByDeps): Promise<MergeBy> {
  const facts = await calendarFacts(deps);
  const asked = { events: facts.events, lines: linesWithFixes(facts), now: facts.now.toUTC().toISO() };
  const closed = new Set<string>();
  const open = new Set<string>();
  for (;;) {
    const told = mergeBy({ ...asked, closed });
    const unknown = releasesOf(told).filter((release) => !open.has(release));
    if (unknown.length === 0) return told;
    for (const release of unknown) {
      const takesMore = !(await isClosed(deps.records, release));
      (takesMore ? open : closed).add(release);
    }
  }
}

function releasesOf({ next, backports }: MergeBy): readonly string[] {
  const all = [next, ...backports.map(({ boarding }) => boarding)];
  return [...new Set(all.flatMap((one) => (one === undefined ? [] : [one.release])))];
}

async function isClosed(
  { releases, transitions }: Pick<Records, 'releases' | 'transitions'>,
  release: string,
): Promise<boolean> {
  const row = (await releases.find(release)) ?? (await releases.findByRequestKey(calendarKey(release)));
  if (row === undefined || row.kind === 'internal') return false;
  const ends: readonly string[] = [CUT[row.kind], 'aborted'];
  const lines = await transitions.ofRelease(row.id);
  return lines.some(({ workflowId, to }) => workflowId === row.id && ends.includes(to));
}
