import type { CalendarEvent } from './calendar-event';
import type { CalendarEntry } from './published-calendar';

/**
 * Patches whose lines are recorded as they were before a monthly was moved or cancelled: no revision of another release writes
 * them anew.
 * @param moved none where it is cancelled
 */
export function outdatedBy(
  events: readonly CalendarEvent[],
  { anchor, moved }: { readonly anchor: CalendarEvent; readonly moved: readonly CalendarEntry[] },
): readonly string[] {
  const [minor] = anchor.minors;
  if (anchor.kind !== 'monthly' || anchor.milestone !== 'published' || minor === undefined) return [];
  const before = Date.parse(anchor.at);
  const to = moved.find(({ milestone }) => milestone === 'published')?.at;
  const after = to === undefined ? Infinity : Date.parse(to);
  const between = events.filter(({ kind, milestone, status, at }) => {
    const instant = Date.parse(at);
    if (kind !== 'patch' || milestone !== 'published' || status === 'cancelled') return false;
    return Math.min(before, after) <= instant && instant < Math.max(before, after);
  });
  const isLater = after > before;
  const outdated = between.filter(({ minors }) => minors.includes(minor) === isLater);
  if (outdated.length === 0) return [];
  const names = outdated.map(({ release }) => release).join(', ');
  if (!isLater) return [`The calendar does not have ${minor} among the lines of ${names}, after it is out.`];
  const why = to === undefined ? 'and it does not come' : 'before it is out';
  return [`The calendar still has ${minor} among the lines of ${names}, ${why}.`];
}
