import type { ExposedPlace } from './exposure';
import type { Carrier } from './fix-board';

/** What the records tell of a fix. */
export interface RecordedFix {
  /** What was done with its embargo, oldest first. */
  readonly history: readonly { readonly act: string; readonly at: string }[];
  /** The versions that have it. */
  readonly having: readonly Pick<Carrier, 'state' | 'at'>[];
}

/** Acts after which everybody can know of the hole. */
const TELLS: readonly string[] = ['compromised', 'disclosed', 'declassified'];

/** The first of: it leaked, a version that has it was published, its code became public, it was no secret any more. ISO 8601 */
export function publicSince({ history, having }: RecordedFix): string | undefined {
  const told = history.filter(({ act }) => TELLS.includes(act)).map(({ at }) => at);
  const published = having.filter(({ state }) => state === 'published').map(({ at }) => at);
  return [...told, ...published].toSorted()[0];
}

/** What people said of managed systems, the packages, and the public source. */
export function recordedPlaces({ history, having }: RecordedFix): readonly ExposedPlace[] {
  const atOf = (act: string): string | undefined => history.find((line) => line.act === act)?.at;
  const published = having
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  const arePublished = having.length > 0 && having.every(({ state }) => state === 'published');
  return [
    placeFrom('managed systems, as said', atOf('fixed_on_managed_systems')),
    placeFrom('packages', arePublished ? published : undefined),
    placeFrom('source', atOf('disclosed')),
  ];
}

function placeFrom(place: string, at: string | undefined): ExposedPlace {
  return { place, changes: at === undefined ? [] : [{ at, isFixed: true }] };
}
