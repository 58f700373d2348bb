import { compareNumbers, nextNumber, nextPatch, sameCounter } from './number';
import type { RegisteredVersion } from './superset';
import type { Verdict } from '../verdict';

export interface Reservation {
  readonly release: string;
  /** The lowest number that would do. */
  readonly atLeast: string;
  /** Every number that its line and minor ever gave out, burned ones too. */
  readonly taken: readonly Pick<RegisteredVersion, 'number' | 'release' | 'state'>[];
}

/**
 * The number that a release gets. Asked for as late as its tag is made, for a number that is taken early burns when another
 * release is faster. Asked again, a release gets what it has, so that a repeated step takes nothing twice.
 */
export function reservedNumber({ release, atLeast, taken }: Reservation): string {
  const mine = taken
    .filter((row) => row.release === release && row.state !== 'burned' && row.state !== 'withdrawn')
    .map(({ number }) => number)
    .filter((number) => sameCounter(number, atLeast) && compareNumbers(number, atLeast) >= 0)
    // Of several, as of X.Y.0 and X.Y.1 in one unit, the one that was asked for.
    .toSorted(compareNumbers);
  return mine[0] ?? nextNumber({ atLeast, taken: taken.map(({ number }) => number) });
}

/** What a release wants instead of a number that burned: the content again, on the head as it is now. */
export function replacementFor(
  burned: string,
  { head }: { readonly head: string | undefined },
): { readonly atLeast: string; readonly composedOn?: string } {
  if (head === undefined) return { atLeast: nextPatch(burned) };
  const above = compareNumbers(head, burned) > 0 ? head : burned;
  return { atLeast: nextPatch(above), composedOn: head };
}

/** Whether a release may give its numbers up: with a reason, and only while nothing of them can be public. */
export function burnVerdict({
  release,
  versions,
  reason,
  publicBytes,
  disclosing,
  registered,
}: {
  readonly release: string;
  /** Product versions. */
  readonly versions: readonly string[];
  readonly reason: string;
  /** Whether anything of them has left for a public place. */
  readonly publicBytes: boolean;
  /** Fixes whose disclosure by this release has begun: others may count on it from then on. */
  readonly disclosing: readonly string[];
  readonly registered: readonly RegisteredVersion[];
}): Verdict {
  const named = versions.join(', ');
  if (reason.trim() === '') {
    const sentence = `${named} is not burned without a reason.`;
    return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence: [] };
  }
  const evidence = [{ label: 'reason', value: reason }];
  const isGivenUp = (row: RegisteredVersion): boolean =>
    row.release === release && versions.includes(row.productVersion);
  const given = registered.filter(isGivenUp);
  const out = given.find(({ state }) => state === 'published' || state === 'withdrawn');
  if (publicBytes || out !== undefined) {
    return {
      verdict: 'fail',
      sentence: `${out?.number ?? named} is public: the only way is forward.`,
      evidence,
    };
  }
  if (disclosing.length > 0) {
    const sentence = `${named} discloses ${disclosing.join(', ')}, and others count on that: the only way is forward.`;
    return { verdict: 'fail', sentence, evidence };
  }
  for (const row of given) {
    const above = registered.find((other) => !isGivenUp(other) && standsOn(other, row));
    if (above === undefined) continue;
    const sentence = `${row.number} is in ${above.number}, which ${above.release} publishes: the only way is forward.`;
    return { verdict: 'fail', sentence, evidence };
  }
  return { verdict: 'pass', sentence: `${named} burns, and no version gets its number again.`, evidence };
}

/** Whether the other one contains this version and goes public, or is public. */
function standsOn(other: RegisteredVersion, row: RegisteredVersion): boolean {
  const isClaimed = other.state === 'publishing' || other.state === 'published';
  return isClaimed && other.line === row.line && other.composedOn === row.number;
}
