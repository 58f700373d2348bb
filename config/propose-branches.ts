import { compareParts, isReleaseWord, numberedName, type NumberedName } from './propose-numbers';

interface Family extends Pick<NumberedName, 'prefix' | 'separator' | 'rest'> {
  readonly lines: readonly (readonly number[])[];
}

const USUAL = '{major}-{minor}-stable';

/** The form of the stable branches of a repository; `1-2-stable` where it has none. `lines` are those that are tagged. */
export function proposeStableBranch(
  branches: readonly string[],
  { name, lines }: { readonly name: string; readonly lines: readonly string[] },
): string {
  const tagged = new Set(lines);
  const [best] = familiesOf(branches, name)
    .map((family) => ({ family, known: family.lines.filter((line) => tagged.has(line.join('.'))) }))
    .filter(({ family, known }) => known.length > 0 || isTelling(family))
    .toSorted(
      (left, right) =>
        compareParts(right.known.at(-1) ?? [], left.known.at(-1) ?? []) ||
        right.known.length - left.known.length ||
        right.family.lines.length - left.family.lines.length,
    );
  if (best === undefined) return USUAL;
  const { prefix, separator, rest } = best.family;
  return `${prefix}{major}${separator}{minor}${rest}`;
}

function familiesOf(branches: readonly string[], name: string): readonly Family[] {
  const families = new Map<string, Family & { readonly lines: (readonly number[])[] }>();
  for (const branch of branches) {
    const { prefix = '', separator = '', parts = [], rest = '' } = numberedName(branch) ?? {};
    if (parts.length !== 2 || !isReleaseWord(prefix, name) || !isReleaseWord(rest, name)) continue;
    const key = JSON.stringify([prefix, separator, rest]);
    const family = families.get(key) ?? { prefix, separator, rest, lines: [] };
    family.lines.push(parts);
    families.set(key, family);
  }
  return [...families.values()].map((family) => ({ ...family, lines: family.lines.toSorted(compareParts) }));
}

/** A bare `1.2` is a stable branch only where 1.2 is tagged; `release-1.2` is one by its name. */
function isTelling({ prefix, rest }: Family): boolean {
  return /[a-z]{2}|x/i.test(`${prefix} ${rest}`);
}
