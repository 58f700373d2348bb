import { compareNumbers, isInternal, minorOf } from './number';
import type { Verdict } from '../verdict';

/**
 * `reserved` when its release closes, `tagged` and `built` on the private side, `publishing` once its turn is claimed,
 * `published`. `burned` before publication, `withdrawn` after it; both keep the number for ever.
 */
export type VersionState =
  | 'reserved'
  | 'tagged'
  | 'built'
  | 'publishing'
  | 'published'
  | 'burned'
  | 'withdrawn';

/** A number that was given out. */
export interface RegisteredVersion {
  /** `product`, or the project that counts its own. */
  readonly line: string;
  readonly number: string;
  readonly state: VersionState;
  readonly release: string;
  /** The product's number that ships it. */
  readonly productVersion: string;
  /** The version of the same minor that it contains; absent when it was composed on none. */
  readonly composedOn?: string;
}

/** Whether its turn was claimed: from then on it goes public, or is public. */
function isClaimed({ state }: RegisteredVersion): boolean {
  return state === 'publishing' || state === 'published';
}

/**
 * The version that the next one of a minor has to contain: the greatest final that is public or about to be. A head that is
 * only claimed counts, or whoever composes again would compose on what was overtaken already, for as long as the claim lasts.
 */
export function headOf(
  registered: readonly RegisteredVersion[],
  { line, minor }: { readonly line: string; readonly minor: string },
): string | undefined {
  return registered
    .filter((row) => row.line === line && isClaimed(row) && isFinalOf(row.number, minor))
    .map(({ number }) => number)
    .toSorted(compareNumbers)
    .at(-1);
}

function isFinalOf(number: string, minor: string): boolean {
  return !number.includes('-') && minorOf(number) === minor;
}

/**
 * Product versions of a unit that cannot be published as they are composed: another release has claimed a number above
 * theirs or one that they do not contain, or what they were composed on was burned or withdrawn. Each burns its number and is composed again.
 */
export function overtakenVersions({
  release,
  versions,
  registered,
}: {
  readonly release: string;
  /** Product versions of the unit. */
  readonly versions: readonly string[];
  readonly registered: readonly RegisteredVersion[];
}): readonly string[] {
  const mine = registered.filter(
    (row) => row.release === release && versions.includes(row.productVersion) && row.state !== 'published',
  );
  const lost = mine.filter((row) => registered.some((other) => overtakes(other, row)));
  return [...new Set(lost.map(({ productVersion }) => productVersion))].toSorted();
}

function overtakes(other: RegisteredVersion, mine: RegisteredVersion): boolean {
  if (other.line !== mine.line || minorOf(other.number) !== minorOf(mine.number)) return false;
  if (other.state === 'burned' || other.state === 'withdrawn') return other.number === mine.composedOn;
  if (other.release === mine.release || !isClaimed(other)) return false;
  // An internal version is never public: a public one need not contain it, and managed systems are kept by their fix floor.
  if (isInternal(other.number) && !isInternal(mine.number)) return false;
  return (
    mine.composedOn === undefined ||
    compareNumbers(other.number, mine.number) > 0 ||
    compareNumbers(other.number, mine.composedOn) > 0
  );
}

/** Whether a version may follow the head of its minor. */
export function supersetVerdict({
  version,
  head,
  containsHead,
}: {
  readonly version: string;
  /** Absent: nothing of the minor is out. */
  readonly head?: string;
  /** Whether the head is an ancestor in every project; undefined when that could not be read. */
  readonly containsHead?: boolean;
}): Verdict {
  if (head === undefined) {
    return { verdict: 'pass', sentence: `${version} is the first of its minor.`, evidence: [] };
  }
  const evidence = [{ label: 'head of the minor', value: head }];
  if (compareNumbers(version, head) <= 0) {
    const sentence = `${head} is out, so the number ${version} burns and its content gets one above ${head}.`;
    return { verdict: 'fail', sentence, evidence };
  }
  if (containsHead === undefined) {
    const sentence = `Whether ${version} contains ${head} could not be read.`;
    return { verdict: 'unknown', sentence, whoActs: 'release-manager', evidence };
  }
  if (!containsHead) {
    const sentence = `${version} lacks what ${head} has: it burns and is composed again on ${head}.`;
    return { verdict: 'fail', sentence, evidence };
  }
  return { verdict: 'pass', sentence: `${version} contains ${head}.`, evidence };
}
