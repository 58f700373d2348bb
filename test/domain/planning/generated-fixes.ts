import { SEVERITIES, type Severity } from '../../../domain/embargo/embargo';
import type { Deadlines } from '../../../domain/planning/deadlines';
import { dueAfter } from '../../../domain/planning/deadlines';
import type { PendingFix } from '../../../domain/planning/pending-fix';
import { linesAt, MONTHLIES } from './year-2024';

/** Nobody outside knows when the fixes of 2024 were known first: these are drawn. */
export const SEED = 2024;
const FIXES = 60;
const FIRST = '2023-12-20T08:00:00.000Z';
const LAST = '2024-11-15T08:00:00.000Z';
/** How many of a hundred are of each severity. */
const SHARES: Readonly<Record<Severity, number>> = { S1: 10, S2: 40, S3: 40, S4: 10 };
/** What part of its time goes by until a fix is ready, at least. */
const EARLIEST_READY = 0.5;

export interface GeneratedFix extends PendingFix {
  /** ISO 8601 */
  readonly readyAt: string;
}

export function generatedFixes({ security }: Deadlines): readonly GeneratedFix[] {
  const draw = drawing(SEED);
  const [first, last] = [FIRST, LAST].map((at) => Date.parse(at));
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: FIXES }, (_, index): GeneratedFix => {
    const since = new Date(first + draw() * (last - first)).toISOString();
    const grade = severityOf(draw() * 100);
    const withinMs = security[grade]?.publishedMs ?? 0;
    const readyAt = dueAfter(since, (EARLIEST_READY + draw() * (1 - EARLIEST_READY)) * withinMs);
    const common = { id: `generated:${index + 1}`, kind: 'security', grade } as const;
    return {
      ...common,
      since,
      readyAt,
      dueAt: dueAfter(since, withinMs),
      minors: affected(since.slice(0, 10)),
    };
  });
}

/** The three lines that got fixes then, and all that were cut later. */
function affected(day: string): readonly string[] {
  const later = MONTHLIES.filter((monthly) => monthly.day >= day).map(({ minor }) => minor);
  return [...linesAt(day).slice(0, 3), ...later];
}

function severityOf(percent: number): Severity {
  let below = 0;
  for (const severity of SEVERITIES) {
    below += SHARES[severity];
    if (percent < below) return severity;
  }
  return 'S4';
}

/** Numbers from 0 to 1, the same ones for a seed everywhere: mulberry32. */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
