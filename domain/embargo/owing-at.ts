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
  return maintainedMinors({ published, policies, exceptions: [] }, at);
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

function isFinal(number: string): boolean {
  return !number.includes('-');
}
