import type { SeedPerson } from './fast-import';
import type { Random } from './random';

export type ChangeType = 'added' | 'fixed' | 'performance';

/** One merge request's worth of work: a shell function and the test that holds it. */
export interface SeedChange {
  readonly title: string;
  readonly type: ChangeType;
  readonly area: string;
  readonly author: SeedPerson;
}

const PEOPLE: readonly SeedPerson[] = [
  { name: 'Amara Okafor', username: 'aokafor' },
  { name: 'Björn Lindqvist', username: 'blindqvist' },
  { name: 'Chiara Moretti', username: 'cmoretti' },
  { name: 'Daiki Tanaka', username: 'dtanaka' },
  { name: 'Eilidh Fraser', username: 'efraser' },
  { name: 'Farid Rahimi', username: 'frahimi' },
  { name: 'Gabriela Souza', username: 'gsouza' },
  { name: 'Hana Nováková', username: 'hnovakova' },
];

const VERBS: Readonly<Record<ChangeType, readonly string[]>> = {
  added: ['Add', 'Allow', 'Support', 'Show'],
  fixed: ['Fix', 'Correct', 'Handle', 'Restore'],
  performance: ['Speed up', 'Cache', 'Batch', 'Avoid repeated'],
};

const DETAILS: readonly string[] = [
  'an empty result',
  'long branch names',
  'the second page of results',
  'requests without a session',
  'archived projects',
  'time zones west of UTC',
  'concurrent updates',
  'renamed groups',
  'large uploads',
  'expired tokens',
  'nested variables',
  'retries after a timeout',
];

/** Draws a change in one of `areas`; backports are fixes only. */
export function drawChange(
  random: Random,
  areas: readonly string[],
  types: readonly ChangeType[],
): SeedChange {
  const type = random.pick(types);
  const area = random.pick(areas);
  return {
    type,
    area,
    title: `${random.pick(VERBS[type])} ${random.pick(DETAILS)} in ${area.replaceAll('_', ' ')}`,
    author: random.pick(PEOPLE),
  };
}
