/** A name with a version number in it, taken apart. */
export interface NumberedName {
  readonly prefix: string;
  /** Between the parts of the number: `.`, `_` or `-`. */
  readonly separator: string;
  /** Major, minor, and patch where the name has one. */
  readonly parts: readonly number[];
  readonly rest: string;
}

/** Zeros in front (22.04) cannot be written back by a pattern, so such numbers are none. */
const NUMBERED =
  /^(?<prefix>.*?)(?<!\d|\d[._])(?<major>0|[1-9]\d*)(?<separator>[._-])(?<minor>0|[1-9]\d*)(?:\k<separator>(?<patch>0|[1-9]\d*))?(?!\d)(?<rest>.*)$/;

export function numberedName(name: string): NumberedName | undefined {
  const groups = NUMBERED.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { prefix = '', separator = '.', major, minor, patch, rest = '' } = groups;
  const parts = [major, minor, patch].flatMap((part) => (part === undefined ? [] : [Number(part)]));
  return { prefix, separator, parts, rest };
}

export function compareParts(left: readonly number[], right: readonly number[]): number {
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a text around a number says no more than that it is a release, of the product of this name. */
export function isReleaseWord(text: string, name: string): boolean {
  const known = new Set([...RELEASE_WORDS, name.toLowerCase(), ...wordsOf(name)]);
  return text.toLowerCase() === name.toLowerCase() || wordsOf(text).every((word) => known.has(word));
}

const RELEASE_WORDS: readonly string[] = [
  'v',
  'x',
  'ee',
  'ce',
  'release',
  'releases',
  'rel',
  'ver',
  'version',
  'stable',
  'maint',
  'maintenance',
  'support',
  'branch',
  'branches',
  'lts',
];

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
