import type { CalendarEvent } from './calendar-event';

/** The dates of one line: of its monthly, and of every patch that it is in. */
export function eventsOfLine(events: readonly CalendarEvent[], line: string): readonly CalendarEvent[] {
  return events.filter(({ minors }) => minors.includes(line));
}

/** When a calendar came to be as it is, ISO 8601; nothing where it is empty. */
export function lastRevisedAt(events: readonly Pick<CalendarEvent, 'revisedAt'>[]): string | undefined {
  return events
    .map(({ revisedAt }) => revisedAt)
    .toSorted((left, right) => Date.parse(left) - Date.parse(right))
    .at(-1);
}
