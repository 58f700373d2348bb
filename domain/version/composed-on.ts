import { compareNumbers, isInternal } from './number';
import type { RegisteredVersion } from './superset';

/**
 * The newest version of a minor that whatever is cut from its stable branches now is sure to contain. Tags below every number
 * that was ever given out are older than the records and count; of later ones only those that a release has published whole. A
 * tag that somebody made by hand contains nothing that could be relied on, and one whose release is still publishing may be out
 * in one project and not yet in the next.
 */
export function composedOn({
  tagged,
  given,
}: {
  /** Finals of one minor that have a tag on canonical. */
  readonly tagged: readonly string[];
  /** Every number of the minor that was ever given out. */
  readonly given: readonly Pick<RegisteredVersion, 'number' | 'state'>[];
}): string | undefined {
  // Internal versions are public nowhere, so they say nothing about tags: with them or without, the answer is the same.
  const counted = given.filter(({ number }) => !isInternal(number));
  const [lowest] = counted.map(({ number }) => number).toSorted(compareNumbers);
  const published = new Set(given.filter(({ state }) => state === 'published').map(({ number }) => number));
  const sure = tagged.filter(
    (number) => lowest === undefined || compareNumbers(number, lowest) < 0 || published.has(number),
  );
  return sure.toSorted(compareNumbers).at(-1);
}
