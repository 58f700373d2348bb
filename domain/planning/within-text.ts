import { HOUR_MS } from './hours';

const DAY_MS = 24 * HOUR_MS;

/** `30 d`, and in hours what is no whole number of days, or one alone: `24 h`. */
export function withinText(ms: number): string {
  return ms % DAY_MS === 0 && ms > DAY_MS ? `${ms / DAY_MS} d` : `${Math.round(ms / HOUR_MS)} h`;
}
