const UNITS = [
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const;

/** A pace as people say it, in the largest unit of which it is a whole number: `every 5 minutes`, `every hour`. */
export function every(ms: number): string {
  for (const [unit, size] of UNITS) {
    const count = ms / size;
    if (count === 1) return `every ${unit}`;
    if (Number.isInteger(count)) return `every ${count} ${unit}s`;
  }
  return `every ${ms} milliseconds`;
}
