import type { CalendarEvent } from '../calendar/calendar-event';
import { cutOf } from '../calendar/merge-by';
import { nameOf, type CalendarEntry } from '../calendar/published-calendar';
import type { PublishedAt } from '../calendar/revise-calendar';
import { datedMilestones, standingEvents } from '../calendar/starting';
import type { PendingFix } from './pending-fix';

type Dated = Pick<PublishedAt, 'events' | 'now'>;

/** Publications of the planned releases that can still take a fix along, by their time. */
export function publicationsFor(fix: PendingFix, { events, now }: Dated): readonly CalendarEvent[] {
  return publications(events)
    .filter(({ at }) => Date.parse(at) > now.toMillis())
    .filter(({ at }) => fix.notBefore === undefined || Date.parse(fix.notBefore) <= Date.parse(at))
    .filter((publication) =>
      fix.aboard === undefined
        ? isFor(fix, publication) && Date.parse(closesAt(events, publication.release)) > now.toMillis()
        : publication.release === fix.aboard.release,
    );
}

function isFor({ minors: owing }: PendingFix, { kind, minors }: CalendarEvent): boolean {
  return kind === 'patch' && minors.some((minor) => owing.includes(minor));
}

/** Those that are promised and in time, by their time. One within a hard lock is promised to nobody. */
export function keepingPublications(fix: PendingFix, calendar: Dated): readonly CalendarEvent[] {
  return publicationsFor(fix, calendar).filter(
    ({ status, at }) => status === 'confirmed' && Date.parse(at) <= Date.parse(fix.dueAt),
  );
}

export function isKept(fix: PendingFix, calendar: Dated): boolean {
  return keepingPublications(fix, calendar).length > 0;
}

/** Whether a change of the calendar would have a fix be late that is in time now. */
export function isLost(fix: PendingFix, { before, after }: Record<'before' | 'after', Dated>): boolean {
  return isKept(fix, before) && !isKept(fix, after);
}

/** Of every release that the calendar holds to, by their time. */
export function publications(events: readonly CalendarEvent[]): readonly CalendarEvent[] {
  return standingEvents(events)
    .filter(({ milestone }) => milestone === 'published')
    .toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
}

/** Publications of the patches that are still to come, by their time. */
export function patchesToCome({ events, now }: Dated): readonly CalendarEvent[] {
  return publications(events).filter(({ kind, at }) => kind === 'patch' && Date.parse(at) > now.toMillis());
}

/** Whether patches are still to come, and none of them is for this line. Where the calendar names none, it tells nothing. */
export function isLeftBehind(minor: string, calendar: Dated): boolean {
  const toCome = patchesToCome(calendar);
  return toCome.length > 0 && toCome.every(({ minors }) => !minors.includes(minor));
}

/** Until when a patch takes fixes on board: what it is made of is settled then. ISO 8601 */
export function closesAt(events: readonly CalendarEvent[], release: string): string {
  const [first, ...others] = datedMilestones(events, release);
  return first === undefined ? '' : cutOf({ kind: first.kind, dates: [first, ...others] }).at;
}

/** The calendar as a revision would leave it. */
export function withEntries(
  events: readonly CalendarEvent[],
  entries: readonly CalendarEntry[],
): readonly CalendarEvent[] {
  const changed = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return events.map((event) => ({ ...event, ...changed.get(nameOf(event)) }));
}
