import { DateTime } from 'luxon';
import { compareNumbers } from '../version/number';
import type { CalendarRules } from './calendar-rules';
import type { CalendarEntry } from './published-calendar';

/** Two patches of one day would be one, and a minor is published after the one before it. */
export function isInTheWay(
  other: CalendarEntry,
  { kind, minors, at }: CalendarEntry,
  { zone }: Pick<CalendarRules, 'zone'>,
): boolean {
  if (other.milestone !== 'published' || other.kind !== kind) return false;
  const [there, here] = [other.at, at].map((text) => DateTime.fromISO(text, { zone }).toISODate() ?? text);
  if (there === undefined || here === undefined || there === here) return true;
  return kind === 'monthly' && compareNumbers(`${other.minors[0]}.0`, `${minors[0]}.0`) < 0 !== there < here;
}

export function publishedOn({ release, at }: Pick<CalendarEntry, 'release' | 'at'>): string {
  return `${release} is published ${at.slice(0, 10)}`;
}
