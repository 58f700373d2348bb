import type { Actor } from '../release/release';

/** Whoever reads who has moved a date reads that it was nobody. */
export const PLANNER: Actor = { id: 'the planner', roles: ['engine'] };

/**
 * Of every move that the planner makes or proposes, whatever its cause: one that told of its cause would tell of a fix that is a
 * secret, and so would one that did not where the others do.
 */
export const PLANNER_REASON = 'Dates follow the deadlines of the product.';

/** What a move of the planner is keyed with: made again it is the same one. */
export function plannerKey({
  release,
  from,
  day,
}: {
  readonly release: string;
  /** ISO 8601; where its publication was. */
  readonly from: string;
  readonly day: string;
}): string {
  return `planner/${release}/${from}/${day}`;
}
