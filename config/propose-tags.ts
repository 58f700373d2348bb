import type { TagRule } from '../domain/project';
import { compareParts, isReleaseWord, numberedName, type NumberedName } from './propose-numbers';

/** Final tags of one form: `v1.2.3`, or `1.2.3+ee.0`. */
interface Family {
  readonly prefix: string;
  readonly separator: string;
  readonly rest: string;
  readonly numbers: readonly (readonly number[])[];
}

const CANDIDATE = /rc[-._]?(\d+)/i;
const UNFINISHED = /alpha|beta|pre|dev|snapshot|nightly|canary|test|next|rc/i;
/** Digits are part of no final form, but for the revision of a package. */
const FINAL_REST = /^[^\d]*(?:\.0)?$/;

/** The rules by which a repository has been tagged; `v1.2.3` and `v1.2.3-rc1` where it has not been. */
export function proposeTags(
  tags: readonly string[],
  { name, writesEdition }: { readonly name: string; readonly writesEdition: boolean },
): readonly TagRule[] {
  const named = tags.flatMap((tag) => numberedName(tag) ?? []);
  const families = familiesOf(named.filter(isFinal));
  const main = mainFamily(families, name);
  if (main === undefined)
    return [{ final: 'v{version}', candidate: 'v{version}-rc{rc}', versionText: '{full}' }];
  return withSiblings(main, families).map((family) => ({
    final: `${family.prefix}${numberPattern(family)}${family.rest}`,
    candidate: candidatePattern(family, named),
    versionText: writesEdition ? `{full}${editionOf(family.rest)}` : '{full}',
  }));
}

function isFinal({ rest }: NumberedName): boolean {
  return FINAL_REST.test(rest) && !UNFINISHED.test(rest);
}

function familiesOf(finals: readonly NumberedName[]): readonly Family[] {
  const families = new Map<string, Family & { readonly numbers: (readonly number[])[] }>();
  for (const { prefix, separator, rest, parts } of finals) {
    const key = JSON.stringify([prefix, separator, rest]);
    const family = families.get(key) ?? { prefix, separator, rest, numbers: [] };
    family.numbers.push(parts);
    families.set(key, family);
  }
  return [...families.values()].map((family) => ({
    ...family,
    numbers: family.numbers.toSorted(compareParts),
  }));
}

/** The form of the newest version. Rare forms and those of parts of the repository count only where there is no other. */
function mainFamily(families: readonly Family[], name: string): Family | undefined {
  const ofProduct = families.filter(({ prefix }) => isReleaseWord(prefix, name));
  const eligible = ofProduct.length > 0 ? ofProduct : families;
  const largest = Math.max(0, ...eligible.map(({ numbers }) => numbers.length));
  const [main] = eligible
    .filter(({ numbers }) => numbers.length * 10 >= largest)
    .toSorted(
      (left, right) =>
        compareParts(right.numbers.at(-1) ?? [], left.numbers.at(-1) ?? []) ||
        right.numbers.length - left.numbers.length,
    );
  return main;
}

/** Editions: forms that differ in what follows the number alone, and have tagged the newest versions as well. */
function withSiblings(main: Family, families: readonly Family[]): readonly Family[] {
  if (main.rest === '') return [main];
  const recent = main.numbers.slice(-5);
  return families
    .filter(
      ({ prefix, separator, rest, numbers }) =>
        prefix === main.prefix &&
        separator === main.separator &&
        rest !== '' &&
        recent.every((number) => numbers.some((other) => compareParts(number, other) === 0)),
    )
    .toSorted((left, right) => (left.rest < right.rest ? -1 : 1));
}

function numberPattern({ separator, numbers }: Pick<Family, 'separator' | 'numbers'>): string {
  if (numbers.every(({ length }) => length === 2)) return ['{major}', '{minor}'].join(separator);
  return separator === '.' ? '{version}' : ['{major}', '{minor}', '{patch}'].join(separator);
}

/** As candidates were tagged last; in a usual form where none were. */
function candidatePattern(family: Family, named: readonly NumberedName[]): string {
  const { prefix, separator, rest } = family;
  const [newest] = named
    .filter(
      (other) =>
        other.prefix === prefix &&
        other.separator === separator &&
        CANDIDATE.test(other.rest) &&
        isSameRest(other.rest.replace(CANDIDATE, ''), rest),
    )
    .toSorted((left, right) => compareParts(right.parts, left.parts));
  if (newest === undefined) return `${prefix}${numberPattern(family)}${usualCandidate(rest)}`;
  const number = numberPattern({ separator, numbers: [newest.parts] });
  const marked = newest.rest.replace(CANDIDATE, (mark, digits: string) => mark.replace(digits, '{rc}'));
  return `${prefix}${number}${marked}`;
}

/** `+rc42.ee.0` is a candidate of `+ee.0`: the same but for what parts it. */
function isSameRest(left: string, right: string): boolean {
  return lettersOf(left) === lettersOf(right);
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^a-z0-9]+/gi, '');
}

function usualCandidate(rest: string): string {
  return rest.startsWith('+') ? `+rc{rc}.${rest.slice(1)}` : `-rc{rc}${rest}`;
}

/** `-ee` of `-ee` and of `+ee.0`. */
function editionOf(rest: string): string {
  const [edition] = /[a-z]+/i.exec(rest) ?? [];
  return edition === undefined ? '' : `-${edition}`;
}
