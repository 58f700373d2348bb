import type { FixKind } from '../backport/backport';
import type { VersionState } from '../version/superset';
import type { SystemException } from '../version/system-exceptions';
import type { Verdict } from '../verdict';

/** Where a fix stands in one minor of one project. */
export const FIX_STATES = [
  'missing',
  'not_sealed',
  'waits',
  'waits_for_approval',
  'conflict',
  'left_out',
  'pulled',
  'ready',
  'boarded',
  'published',
  'disclosed',
  'not_needed',
  'reverted',
  'unknown',
] as const;
export type FixState = (typeof FIX_STATES)[number];

/** A version that has the fix, and is not burned. */
export interface Carrier {
  readonly release: string;
  /** The product's version. */
  readonly version: string;
  readonly minor: string;
  readonly project: string;
  readonly state: VersionState;
  /** ISO 8601; when the version came into its state. */
  readonly at: string;
  /** Commit of the topic that was composed in; absent for what is public. */
  readonly head?: string;
  /** What the release waits for, where it waits for people. */
  readonly waitsFor?: { readonly who: string; readonly sentence: string };
}

export interface FixCell {
  /** Absent while the fix has nothing anywhere. */
  readonly project?: string;
  /** Or `default`, where the default branch has lost it. */
  readonly minor: string;
  readonly state: FixState;
  readonly verdict: Verdict;
  /** The release that has it. */
  readonly release?: string;
  readonly version?: string;
}

/** A fix on the board. */
export interface BoardedFix {
  /** `embargo:k3v9x0q2ab`, or the merge request of the change: `gitlab!1234`. */
  readonly id: string;
  /** What it mends; a fix under embargo a hole. */
  readonly kind: FixKind;
  readonly title: string;
  readonly owner: string;
  /** Of a fix under embargo. */
  readonly severity?: string;
  /** Of a fix under embargo that is a secret still: managed systems that its disclosure does not wait for. */
  readonly exceptions?: readonly SystemException[];
  /** By project, then newest minor first. */
  readonly cells: readonly FixCell[];
}

const OPEN_ENDED: readonly FixState[] = ['published', 'disclosed', 'not_needed'];

/** Whether somebody or something still has to happen to it. */
export function isOpen({ cells }: Pick<BoardedFix, 'cells'>): boolean {
  return cells.some(({ state, verdict }) =>
    state === 'reverted' ? verdict.verdict !== 'pass' : !OPEN_ENDED.includes(state),
  );
}

/** The cell of what a version has. */
export function carriedCell(carrier: Carrier): Pick<FixCell, 'state' | 'verdict' | 'release' | 'version'> {
  const { release, version, state, waitsFor } = carrier;
  const where = { release, version };
  const evidence = [{ label: 'version', value: `${version} is ${state}` }];
  if (state === 'published') {
    return {
      ...where,
      state: 'published',
      verdict: { verdict: 'pass', sentence: `Published in ${version}.`, evidence },
    };
  }
  if (state === 'publishing') {
    const sentence = `${release} is publishing it in ${version}.`;
    return { ...where, state: 'boarded', verdict: { verdict: 'wait', sentence, evidence } };
  }
  if (waitsFor === undefined) {
    const sentence = `${release} has it in ${version}.`;
    return { ...where, state: 'boarded', verdict: { verdict: 'wait', sentence, evidence } };
  }
  const { who, sentence: what } = waitsFor;
  const sentence = `${release} has it in ${version}, and waits: ${what}`;
  return {
    ...where,
    state: 'waits_for_approval',
    verdict: { verdict: 'wait', sentence, whoActs: who, evidence },
  };
}
