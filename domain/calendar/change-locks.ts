import type { DateTime } from 'luxon';
import type { YearlyLock } from './calendar-rules';

/** The lock that an instant falls into, the hard one first. */
export function lockAt(locks: readonly YearlyLock[], at: DateTime<true>): YearlyLock | undefined {
  const held = locks.filter((lock) => isHeld(lock, at.toUTC()));
  return held.find(({ kind }) => kind === 'hard') ?? held[0];
}

function isHeld({ from, until }: YearlyLock, at: DateTime<true>): boolean {
  const now = at.toFormat("MM-dd'T'HH:mm");
  if (from < until) return from <= now && now < until;
  // Over the end of the year.
  return from <= now || now < until;
}
