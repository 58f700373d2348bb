import type { CalendarEvent } from './calendar-event';
import { standingEvents } from './starting';

/** A release whose publication is to come. */
export interface ComingRelease {
  readonly release: string;
  readonly kind: CalendarEvent['kind'];
  /** Newest first. */
  readonly minors: readonly string[];
  readonly publication: CalendarEvent;
  /** Those that the calendar holds to, by their time. */
  readonly dates: readonly [CalendarEvent, ...CalendarEvent[]];
}

/** Releases of the published calendar that are not published yet, in the order of their publications. */
export function comingReleases(
  events: readonly CalendarEvent[],
  { now }: { readonly now: string },
): readonly ComingRelease[] {
  const standing = standingEvents(events);
  return standing
    .filter(({ milestone, at }) => milestone === 'published' && Date.parse(at) > Date.parse(now))
    .map((publication) => {
      const { release, kind, minors } = publication;
      const [first = publication, ...others] = standing.filter((event) => event.release === release);
      return { release, kind, minors, publication, dates: [first, ...others] };
    });
}
