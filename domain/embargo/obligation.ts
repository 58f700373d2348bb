import type { Embargo } from './embargo';
import { firstOf } from '../version/naming';
import { compareNumbers } from '../version/number';
import type { Verdict } from '../verdict';

/** The line of the default branch; every other line is a minor. */
export const DEFAULT_LINE = 'default';

/** Whether what a fix has for one line is in a minor, too: its own, or that of the default branch, which it was cut from. */
export function reachesMinor(line: string, minor: string): boolean {
  return line === minor || line === DEFAULT_LINE;
}

/** What a fix is for: lines that have the hole, as its embargo declares them. Ancestry cannot tell. */
export interface Affected {
  readonly fix: string;
  /** Minors, and `default`. */
  readonly affects: readonly string[];
}

/**
 * The minors that owe fixes: the maintained ones, and those whose stable branch is born though nothing of them is out. What is
 * disclosed between the birth and X.Y.0 would otherwise be a hole of X.Y.0 that everybody can read about.
 */
export function owingMinors({
  maintained,
  unreleased,
}: {
  readonly maintained: readonly string[];
  /** Minors with a stable branch and without a published version. */
  readonly unreleased: readonly string[];
}): readonly string[] {
  return [...new Set([...unreleased, ...maintained])];
}

/** The minors that owe this fix: affected ∩ owing. */
export function obligationsOf(
  { affects }: Affected,
  { owing }: { readonly owing: readonly string[] },
): readonly string[] {
  return owing.filter((minor) => affects.includes(minor));
}

/** What a fix is for once a stable branch is born: what was cut from an affected default branch is affected. */
export function affectsAfterBirth({ affects }: Affected, minor: string): readonly string[] {
  if (!affects.includes(DEFAULT_LINE) || affects.includes(minor)) return affects;
  return [...affects, minor];
}

/** As {@link affectsAfterBirth}, for every minor that is newer than those the fix knows of: it was cut later. */
export function affectsNow(fix: Affected, owing: readonly string[]): readonly string[] {
  const known = fix.affects.filter((line) => line !== DEFAULT_LINE);
  if (known.length === 0) return fix.affects;
  const later = owing.filter((minor) =>
    known.every((one) => compareNumbers(firstOf(minor), firstOf(one)) > 0),
  );
  return later.reduce<readonly string[]>(
    (affects, minor) => affectsAfterBirth({ ...fix, affects }, minor),
    fix.affects,
  );
}

/** Whether a minor has the hole, by itself or because it was cut later from what has it. */
export function affectsMinor({ id, affects }: Pick<Embargo, 'id' | 'affects'>, minor: string): boolean {
  const lines = affects.map(({ line }) => line);
  return affectsNow({ fix: id, affects: lines }, [minor]).includes(minor);
}

/**
 * The minors that a patch covers. A minor that left the window while the patch was made keeps its promise; one that entered it
 * has the hole in public as soon as the fix is.
 */
export function coverageOf({
  atOpening,
  atPublication,
}: {
  /** Maintained when the patch opened. */
  readonly atOpening: readonly string[];
  /** Maintained now. */
  readonly atPublication: readonly string[];
}): readonly string[] {
  return [...new Set([...atPublication, ...atOpening])];
}

/** Whether a fix may go public with these versions: all or nothing over the minors that owe it. */
export function coverageVerdict(
  fix: Affected,
  {
    owing,
    fixed,
  }: {
    readonly owing: readonly string[];
    /** Minors of which a version that contains the fix goes public, or whose first version will contain it. */
    readonly fixed: readonly string[];
  },
): Verdict {
  const obligations = obligationsOf(fix, { owing });
  const evidence = [
    { label: 'owed to', value: obligations.join(', ') },
    { label: 'fixed in', value: fixed.join(', ') },
  ];
  const missing = obligations.filter((minor) => !fixed.includes(minor));
  if (missing.length === 0) {
    return { verdict: 'pass', sentence: `${fix.fix} is fixed in every minor that owes it.`, evidence };
  }
  const sentence = `${fix.fix} is not fixed in ${missing.join(', ')}: disclosed now, ${missing.length === 1 ? 'it' : 'they'} would have a hole that everybody knows.`;
  return { verdict: 'fail', sentence, whoActs: `owner of ${fix.fix}`, evidence };
}
