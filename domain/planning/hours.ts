export const HOUR_MS = 60 * 60_000;

/** One decimal. */
export function hoursOf(ms: number): number {
  return Number((ms / HOUR_MS).toFixed(1));
}
