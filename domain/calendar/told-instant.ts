import { DateTime } from 'luxon';

/** `Thu 2026-12-17 13:00 UTC`, the same wherever and in whatever language it is written. @param at ISO 8601 */
export function toldInstant(at: string): string {
  return DateTime.fromISO(at, { zone: 'utc' }).setLocale('en').toFormat("ccc yyyy-MM-dd HH:mm 'UTC'");
}
