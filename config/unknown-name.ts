import { suggestion } from './nearest';
import { pathText, type Finding, type Path } from './problem';

/** A name that stands for an entry of another section, which has none of that name. */
export function unknownName(
  wanted: string,
  place: { readonly path: Path; readonly known: readonly string[]; readonly of: string },
): readonly Finding[] {
  if (place.known.includes(wanted)) return [];
  return [
    {
      path: place.path,
      what: `${pathText(place.path)} is "${wanted}", which is not among \`${place.of}\``,
      remedy: suggestion(wanted, place.known),
    },
  ];
}
