import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { latenessOf, type Lateness } from '../../domain/calendar/lateness';
import { calendarKey, datedMilestones, type StartingSettings } from '../../domain/calendar/starting';
import type { ReleaseRow } from '../../records/releases';
import type { CalendarOutside } from './calendar-outside';

export const TOLD_STEP = 'calendar';

export interface ReleaseStanding {
  /** Absent where the release was not started. */
  readonly row?: ReleaseRow;
  /** Milestones that it was told of. */
  readonly told: ReadonlySet<string>;
}

/** A release of the calendar as the records know it; a monthly is found whoever has started it. */
export async function standingOf(
  { records }: Pick<CalendarOutside, 'records'>,
  release: string,
): Promise<ReleaseStanding> {
  const { releases, effects } = records;
  const row = (await releases.find(release)) ?? (await releases.findByRequestKey(calendarKey(release)));
  if (row === undefined) return { told: new Set() };
  const done = await effects.ofStep({ release: row.id, step: TOLD_STEP });
  return { row, told: new Set(done.map(({ target }) => target)) };
}

export interface Judging {
  readonly events: readonly CalendarEvent[];
  readonly standing: ReleaseStanding;
  readonly now: number;
  readonly settings: StartingSettings;
}

export function judge(event: CalendarEvent, { events, standing, now, settings }: Judging): Lateness {
  const dated = datedMilestones(events, event.release).map(({ milestone }) => milestone);
  if (!dated.includes(event.milestone)) return 'past';
  const isStart = dated[0] === event.milestone;
  const isStarted = standing.row !== undefined;
  const isDone = standing.told.has(event.milestone);
  return latenessOf(event, { now, settings, isStart, isStarted, isDone });
}
