import { firstOf, isCandidate } from './naming';
import { compareNumbers, minorOf, nextPatch } from './number';
import type { Verdict } from '../verdict';

/** Whether it is the X.Y.0 of its minor; no candidate is. */
export function isFirstVersion(version: string): boolean {
  return version === firstOf(minorOf(version));
}

/** How far X.Y.0 is at the moment at which a fix is disclosed. */
export type FirstVersionState = 'untagged' | 'tagged' | 'published';

/** Where a disclosed fix reaches a minor that is just coming out. */
export type PlaceOfFix = 'first' | 'same-unit' | 'patch';

const PLACE_BY_STATE = {
  untagged: 'first',
  tagged: 'same-unit',
  published: 'patch',
} as const satisfies Record<FirstVersionState, PlaceOfFix>;

/**
 * Before its tag X.Y.0 itself gets the fix, by way of its stable branch. A tag is never moved, so after it X.Y.1 brings the fix and goes
 * public in the same unit. Once X.Y.0 is out, X.Y.1 is a version of the patch that discloses.
 */
export function placeOfDisclosedFix(first: FirstVersionState): PlaceOfFix {
  return PLACE_BY_STATE[first];
}

/**
 * Versions of a unit that may lack no disclosed fix. Candidates promise nothing; of a minor that comes out, its greatest version stands
 * for all of them.
 */
export function versionsHeldToFixes(versions: readonly string[]): readonly string[] {
  return versions.filter((version) => {
    const minor = minorOf(version);
    const others = versions.filter((other) => minorOf(other) === minor);
    const isGreatest = others.every((other) => compareNumbers(other, version) <= 0);
    return !isCandidate(version) && (isGreatest || !others.includes(firstOf(minor)));
  });
}

/** A disclosed fix that the minor is affected by, and where it is. */
export interface DisclosedFix {
  readonly fix: string;
  /** `unknown`: it could not be read. */
  readonly in: 'first' | 'successor' | 'neither' | 'unknown';
}

/** Whether X.Y.0 may go public: with every disclosed fix in it, or in its successor in the same unit. */
export function firstPublicationVerdict({
  version,
  disclosed,
}: {
  readonly version: string;
  readonly disclosed: readonly DisclosedFix[];
}): Verdict {
  const evidence = disclosed.map((fix) => ({ label: fix.fix, value: fix.in }));
  const named = (place: DisclosedFix['in']): string =>
    disclosed
      .filter((fix) => fix.in === place)
      .map(({ fix }) => fix)
      .join(', ');
  const missing = named('neither');
  if (missing !== '') {
    const sentence = `${version} lacks ${missing}, which is public: ${nextPatch(version)} has to bring it in the same unit.`;
    return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence };
  }
  const unread = named('unknown');
  if (unread !== '') {
    const sentence = `Whether ${version} contains ${unread} could not be read.`;
    return { verdict: 'unknown', sentence, whoActs: 'release-manager', evidence };
  }
  const successor = named('successor');
  const sentence =
    successor === ''
      ? `${version} contains every disclosed fix.`
      : `${version} lacks ${successor}, which ${nextPatch(version)} brings in the same unit.`;
  return { verdict: 'pass', sentence, evidence };
}
