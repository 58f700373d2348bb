import type { Seen } from './seen';

export interface Difference {
  readonly without: string;
  readonly withFixes: string;
}

const AROUND = 120;

/** Where two looks at a surface differ, each with the text around the first difference: whole answers are megabytes. */
export function firstDifferences(without: Seen, withFixes: Seen): Readonly<Record<string, Difference>> {
  const found: Record<string, Difference> = {};
  for (const where of new Set([...Object.keys(without), ...Object.keys(withFixes)])) {
    const [one, other] = [without[where] ?? '<nothing>', withFixes[where] ?? '<nothing>'];
    if (one === other) continue;
    const at = one.split('').findIndex((character, index) => character !== other[index]);
    const from = Math.max(0, (at < 0 ? one.length : at) - AROUND);
    const to = from + 2 * AROUND;
    found[where] = { without: one.slice(from, to), withFixes: other.slice(from, to) };
  }
  return found;
}
