import type { ReleaseStanding } from '../../domain/calendar/lateness';
import { calendarKey } from '../../domain/calendar/starting';
import { isEnd } from '../../domain/release/milestones';
import type { ReleaseRow } from '../../records/releases';
import type { CalendarOutside } from './calendar-outside';

export const TOLD_STEP = 'calendar';

export interface FoundRelease extends ReleaseStanding {
  /** Absent where nobody has asked for the release. */
  readonly row?: ReleaseRow;
}

/** A release of the calendar as records and engine know it; a monthly is found whoever has started it. */
export async function standingOf(
  outside: Pick<CalendarOutside, 'records' | 'isThere'>,
  release: string,
): Promise<FoundRelease> {
  const { releases, effects } = outside.records;
  const row = (await releases.find(release)) ?? (await releases.findByRequestKey(calendarKey(release)));
  if (row === undefined) return { isStarted: false, told: new Set() };
  const done = await effects.ofStep({ release: row.id, step: TOLD_STEP });
  const told = new Set(done.map(({ target }) => target));
  return { row, told, isStarted: told.size > 0 || (await wasStarted(outside, row.id)) };
}

/** What ran long ago the engine may have forgotten; its record says so. */
async function wasStarted(
  { records, isThere }: Pick<CalendarOutside, 'records' | 'isThere'>,
  id: string,
): Promise<boolean> {
  const lines = await records.transitions.ofRelease(id);
  return lines.some(({ workflowId }) => workflowId === id) || isThere(id);
}

/** By its record: a release that has ended is told of nothing any more. */
export async function hasEnded({ records }: Pick<CalendarOutside, 'records'>, id: string): Promise<boolean> {
  const row = await records.releases.find(id);
  if (row === undefined) return false;
  const lines = await records.transitions.ofRelease(id);
  return lines.some(({ workflowId, to }) => workflowId === id && isEnd(row.kind, to));
}
