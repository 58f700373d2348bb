const NUMBER = /^(\d+)\.(\d+)\.(\d+)(?:-(rc|internal)(\d+))?$/;

/** Position among the stages of one patch number: 18.7.0-rc42 < 18.7.0 < 18.7.0-internal0 < 18.7.1. */
export const STAGE = { rc: 0, final: 1, internal: 2 } as const;

/** `[major, minor, patch, stage, count]`; PostgreSQL compares integer arrays the same way. */
export type SortKey = readonly [number, number, number, number, number];

/** @throws when the text is no version number */
export function sortKey(number: string): SortKey {
  const [, ...parts] = NUMBER.exec(number) ?? [];
  if (parts.length === 0) throw new Error(`${number} is no version number such as 18.6.2 or 18.7.0-rc42`);
  const [major, minor, patch, stage, count = '0'] = parts;
  const [first = 0, second = 0, third = 0, last = 0] = [major, minor, patch, count].map(Number);
  const place = stage === 'rc' ? STAGE.rc : stage === 'internal' ? STAGE.internal : STAGE.final;
  return [first, second, third, place, last];
}

export function compareNumbers(left: string, right: string): number {
  return compareKeys(sortKey(left), sortKey(right));
}

function compareKeys(left: SortKey, right: SortKey): number {
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Lowest first. Each number is taken apart once: an old project has thousands of tags. */
export function inNumberOrder<T>(all: readonly T[], numberOf: (one: T) => string): readonly T[] {
  const keyed = all.map((one) => [sortKey(numberOf(one)), one] as const);
  return keyed.toSorted(([left], [right]) => compareKeys(left, right)).map(([, one]) => one);
}

const INTERNAL = /-internal\d+$/;

/** Whether it is for installations alone: `18.6.2-internal0`. That there is one is known to its audience only. */
export function isInternal(number: string): boolean {
  return INTERNAL.test(number);
}

/** `18.6` of `18.6.2`. */
export function minorOf(number: string): string {
  const [major, minor] = sortKey(number);
  return `${major}.${minor}`;
}

/** Whether two numbers are counted by the same counter: finals of a minor by the patch, candidates of a final by theirs. */
export function sameCounter(left: string, right: string): boolean {
  const [leftMajor, leftMinor, leftPatch, leftStage] = sortKey(left);
  const [major, minor, patch, stage] = sortKey(right);
  if (leftMajor !== major || leftMinor !== minor || leftStage !== stage) return false;
  return stage === STAGE.final || leftPatch === patch;
}

/** The first number from `atLeast` on that is above every number its counter has given out. */
export function nextNumber(input: { readonly atLeast: string; readonly taken: readonly string[] }): string {
  let next = input.atLeast;
  for (const number of input.taken) {
    if (sameCounter(number, next) && compareNumbers(number, next) >= 0) next = following(number);
  }
  return next;
}

function following(number: string): string {
  const [major, minor, patch, stage, count] = sortKey(number);
  if (stage === STAGE.final) return `${major}.${minor}.${patch + 1}`;
  return `${major}.${minor}.${patch}-${stage === STAGE.rc ? 'rc' : 'internal'}${count + 1}`;
}

/** `18.6.2` → `18.6.3` */
export function nextPatch(version: string): string {
  const [major, minor, patch] = sortKey(version);
  return `${major}.${minor}.${patch + 1}`;
}

/** `9.6.4` → `9.7.0` */
export function nextMinor(version: string): string {
  const [major, minor] = sortKey(version);
  return `${major}.${minor + 1}.0`;
}
