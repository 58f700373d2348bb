import type { CalendarEvent } from '../calendar/calendar-event';
import type { ComingRelease } from '../calendar/coming-releases';
import type { PublishedAt } from '../calendar/revise-calendar';
import { milestoneName } from '../calendar/starting';
import { secondOf } from '../calendar/wanted-schedules';
import { RELEASE_MANAGER } from '../roles';
import type { Advice } from './advice';

/** By what a date is told to be near. */
export interface Warning {
  readonly calendar: Pick<PublishedAt, 'events' | 'now'>;
  readonly warnBeforeMs: number;
}

export interface Risk extends Pick<Advice, 'id' | 'kind' | 'command'> {
  readonly coming: ComingRelease;
  /** One of its dates. */
  readonly date: CalendarEvent;
  /** In sentences; the first one goes on after what names the date, and begins with its punctuation. */
  readonly why: string;
}

/** A warning that a date of the calendar may not be kept; nothing while it is far. It moves none. */
export function dateAtRisk(
  { coming: { release, publication }, date, why, ...told }: Risk,
  { calendar: { now }, warnBeforeMs }: Warning,
): Advice | undefined {
  const toldFrom = Date.parse(date.at) - warnBeforeMs;
  if (now.toMillis() < toldFrom) return undefined;
  return {
    ...told,
    // However it is measured from then on, it is told of as the same.
    since: new Date(toldFrom).toISOString(),
    dueAt: date.at,
    verdict: 'warn',
    sentence: `${milestoneName(date)} (${secondOf(date.at)}) is at risk${why}`,
    whoActs: RELEASE_MANAGER,
    release,
    publishAt: publication.at,
  };
}
