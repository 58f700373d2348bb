import { pathText, type Finding } from './problem';

/** Entries that have the name, or the number, of another one before them. */
export function repeated<Key extends string>(
  entries: readonly Readonly<Record<Key, unknown>>[] | undefined,
  { path: section, key }: { readonly path: readonly string[]; readonly key: Key },
): readonly Finding[] {
  const values = (entries ?? []).map((entry) => entry[key]);
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (first === index) return [];
    const path = [...section, index, key];
    return [
      {
        path,
        what: `${pathText(path)} is ${JSON.stringify(value)}, as that of ${pathText([...section, first])} already is`,
        remedy: `Give each entry of ${pathText(section)} a ${key} of its own.`,
      },
    ];
  });
}
