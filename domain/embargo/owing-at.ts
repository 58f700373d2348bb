import { maintainedMinors, type MaintenancePolicy } from '../version/maintenance';
import { firstOf } from '../version/naming';
import { compareNumbers, minorOf } from '../version/number';
import { coverageOf, owingMinors } from './obligation';

/** What there is of the product's minors, in public and by claims. In any order. */
export interface MinorsThereAre {
  /** Minors with a final version on canonical. */
  readonly out: readonly string[];
  /** Minors with a stable branch on canonical. */
  readonly branched: readonly string[];
  /** The product's numbers whose turn was claimed, by whichever release. */
  readonly claimed: readonly string[];
}

/** What is known of minors, all but the claims, which move until the very moment of another one. */
export interface KnownMinors extends Omit<MinorsThereAre, 'claimed'> {
  /** Maintained when the release opened; empty for a release that kept nothing then. */
  readonly atOpening: readonly string[];
}

export interface MinorsNow {
  /** Those that get fixes. */
  readonly maintained: readonly string[];
  /** Those of which nothing is out, and which owe fixes all the same. */
  readonly born: readonly string[];
  /** Both of them, and those that the release promised to cover when it opened. */
  readonly owing: readonly string[];
  readonly atOpening: readonly string[];
}

/** The rules and the instant at which it is asked who owes fixes. */
export interface OwingAsked {
  /** Oldest first. */
  readonly policies: readonly MaintenancePolicy[];
  /** ISO 8601 */
  readonly at: string;
}

/**
 * The minors that get fixes. One counts as out from the claim of its first version on: whoever planned without it would
 * publish a fix that the version lacks.
 */
export function maintainedAt(
  { out, claimed }: MinorsThereAre,
  { policies, at }: OwingAsked,
): readonly string[] {
  const minors = new Set([...out, ...claimed.filter(isFinal).map(minorOf)]);
  const published = [...minors].map((minor) => ({ minor, publishedAt: at }));
  return maintainedMinors({ published, policies }, at);
}

/** Minors whose stable branch is there, or whose candidate was claimed, and of which nothing is out; newer than all that are. */
export function bornMinors({ out, branched, claimed }: MinorsThereAre): readonly string[] {
  const candidates = claimed.filter((number) => number.includes('-rc')).map(minorOf);
  const released = [...out, ...claimed.filter(isFinal).map(minorOf)];
  return [...new Set([...branched, ...candidates])].filter((minor) =>
    released.every((other) => compareNumbers(firstOf(minor), firstOf(other)) > 0),
  );
}

/** The minors that owe a fix to whoever runs them, and those that a release promised to cover when it opened. */
export function owingAt(
  there: MinorsThereAre,
  asked: OwingAsked & { readonly atOpening: readonly string[] },
): readonly string[] {
  const covered = coverageOf({
    atOpening: asked.atOpening,
    atPublication: maintainedAt(there, asked),
  });
  return owingMinors({ maintained: covered, unreleased: bornMinors(there) });
}

/** All of it, by what is claimed at an instant. */
export function minorsAt(
  { atOpening, ...known }: KnownMinors,
  { claimed, ...asked }: OwingAsked & Pick<MinorsThereAre, 'claimed'>,
): MinorsNow {
  const there = { ...known, claimed };
  return {
    maintained: maintainedAt(there, asked),
    born: bornMinors(there),
    owing: owingAt(there, { ...asked, atOpening }),
    atOpening,
  };
}

/**
 * Minors that came out since a patch of everything that was maintained opened, and of which it has no version: it makes one of
 * each, whether or not it has anything to disclose. A patch of some minors keeps to those.
 */
export function newSinceOpening(
  { maintained, atOpening }: Pick<MinorsNow, 'maintained' | 'atOpening'>,
  minors: readonly string[],
): readonly string[] {
  const isWhole = atOpening.length > 0 && atOpening.every((minor) => minors.includes(minor));
  return isWhole ? maintained.filter((minor) => !minors.includes(minor)) : [];
}

function isFinal(number: string): boolean {
  return !number.includes('-');
}
