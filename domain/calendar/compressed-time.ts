import { DateTime } from 'luxon';

/** In a sandbox the calendar may run faster than the engine, so that a year of it passes in an hour. */
export interface CompressedTime {
  /** ISO 8601, by the clock of the engine. */
  readonly since: string;
  /** What the calendar shows at that instant; ISO 8601. */
  readonly shows: string;
  /** How long the engine takes for a day of the calendar. Before `since` both take the same. */
  readonly dayMs: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** What the calendar shows when the clock of the engine shows `engineMs`. */
export function calendarTime(engineMs: number, compressed: CompressedTime | undefined): DateTime<true> {
  return DateTime.fromMillis(Math.round(stretched(engineMs, compressed)), { zone: 'utc' }) as DateTime<true>;
}

/** An instant by the clock of the engine as the calendar shows it; ISO 8601. */
export function onCalendarTime(at: string, compressed: CompressedTime | undefined): string {
  return compressed === undefined ? at : calendarTime(Date.parse(at), compressed).toISO();
}

/** When the calendar shows the instant, by the clock of the engine; milliseconds. */
export function engineTimeOf(instant: string, compressed: CompressedTime | undefined): number {
  const calendarMs = Date.parse(instant);
  if (compressed === undefined) return calendarMs;
  const sinceMs = Date.parse(compressed.since);
  const aheadMs = calendarMs - Date.parse(compressed.shows);
  return sinceMs + (aheadMs > 0 ? (aheadMs / DAY_MS) * compressed.dayMs : aheadMs);
}

/** The same events, dated by the clock of the engine: what starts by itself does so by that. */
export function onEngineTime<Dated extends { readonly at: string }>(
  events: readonly Dated[],
  compressed: CompressedTime | undefined,
): readonly Dated[] {
  if (compressed === undefined) return events;
  return events.map((event) => ({
    ...event,
    at: new Date(engineTimeOf(event.at, compressed)).toISOString(),
  }));
}

function stretched(engineMs: number, compressed: CompressedTime | undefined): number {
  if (compressed === undefined) return engineMs;
  const passedMs = engineMs - Date.parse(compressed.since);
  return Date.parse(compressed.shows) + (passedMs > 0 ? (passedMs / compressed.dayMs) * DAY_MS : passedMs);
}
