import type { Rehearsal } from './rehearsal';
import type { Actor } from './release';

/** The newest rehearsal of a release, as those who sign it see it. */
export interface ShownRehearsal {
  readonly release: string;
  readonly digest: string;
  /** ISO 8601 */
  readonly at: string;
  readonly rehearsal: Rehearsal;
  /** What is not as it was in the rehearsal before. */
  readonly moved: readonly string[];
  readonly signatures: readonly { readonly by: Actor; readonly reason: string; readonly at: string }[];
}
