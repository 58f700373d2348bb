import type { Embargo, EmbargoMove } from './embargo';
import type { Actor } from '../release/release';
import type { Evidence, Verdict } from '../verdict';

/** What the audience of an embargo may know of it. Its place in the registry is not among it: gaps would tell of others. */
export type EmbargoTold = Omit<Embargo, 'ordinal'>;

/** An embargo with everything that was done and found. */
export interface EmbargoDetail extends EmbargoTold {
  /** What may come next, and whether this person may do it now. */
  readonly moves: readonly { readonly move: EmbargoMove; readonly verdict: Verdict }[];
  readonly findings: readonly EmbargoFinding[];
  readonly history: readonly EmbargoAct[];
}

export interface EmbargoFinding {
  /** What was stopped, what looks alike, what is public already. */
  readonly kind: 'denied' | 'question' | 'exposed';
  readonly project: string;
  readonly release: string;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  /** ISO 8601 */
  readonly at: string;
}

export interface EmbargoAct {
  readonly act: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** ISO 8601 */
  readonly at: string;
}
