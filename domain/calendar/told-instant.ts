import { DateTime } from 'luxon';

/** `Thu 2026-12-17 13:00 UTC`, the same wherever and in whatever language it is written. @param at ISO 8601 @param zone IANA name */
export function toldInstant(at: string, zone = 'UTC'): string {
  const told = DateTime.fromISO(at, { zone }).setLocale('en').toFormat('ccc yyyy-MM-dd HH:mm');
  return `${told} ${zone}`;
}
