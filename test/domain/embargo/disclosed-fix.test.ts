import {
  fixesIn,
  isDisclosedBy,
  linesLeft,
  movedVersions,
  type ClaimFacts,
} from '../../../domain/embargo/disclosed-fix';
import type { Embargo } from '../../../domain/embargo/embargo';
import { ENGINE } from '../../../domain/release/release';
import { sealedEmbargo } from './sealed-embargo';

const ALL = ['18.6', '18.5'];
const HEADS: Readonly<Record<string, string>> = { '18.6': 'a6', '18.5': 'a5' };

const EMBARGO = sealedEmbargo(['default', ...ALL], {
  topics: ALL.map((line) => ({ project: 'gitlab', line, branch: '', head: HEADS[line] ?? '' })),
});

const FIXES = fixesIn(
  ALL.map((minor) => ({
    version: `${minor}.2`,
    minor,
    projects: [
      { project: 'gitlab', disclosed: { topics: [{ embargo: EMBARGO.id, head: HEADS[minor] ?? '' }] } },
      { project: 'gitaly' },
    ],
  })),
);

function moved(embargo: Embargo | undefined, facts: Partial<ClaimFacts> = {}): readonly string[] {
  return movedVersions(FIXES, {
    release: 'patch:7',
    by: ENGINE,
    embargoes: embargo === undefined ? [] : [embargo],
    owing: ALL,
    comes: [],
    now: '2026-11-25T12:00:00.000Z',
    ...facts,
  });
}

it('names each fix of each project of each version once', () => {
  expect(FIXES).toEqual([
    { version: '18.6.2', minor: '18.6', project: 'gitlab', embargo: EMBARGO.id, head: 'a6' },
    { version: '18.5.2', minor: '18.5', project: 'gitlab', embargo: EMBARGO.id, head: 'a5' },
  ]);
});

describe('what a patch was composed of still stands', () => {
  it.each<[string, Embargo]>([
    ['while nothing was changed', EMBARGO],
    ['when the same release has begun to disclose it', { ...EMBARGO, state: 'disclosing', plan: 'patch:7' }],
    ['when the same release has disclosed it', { ...EMBARGO, state: 'disclosed', plan: 'patch:7' }],
    ['after it leaked', { ...EMBARGO, state: 'compromised' }],
  ])('%s', (_case, embargo) => {
    expect(moved(embargo)).toEqual([]);
  });
});

describe('a patch is composed again', () => {
  const both = ['18.6.2', '18.5.2'];

  it.each<[string, Embargo | undefined]>([
    ['when the fix was withdrawn', { ...EMBARGO, state: 'withdrawn' }],
    ['when another release discloses it', { ...EMBARGO, state: 'disclosing', plan: 'patch:8' }],
    ['when the seal was taken off', { ...EMBARGO, state: 'opened' }],
    ['when it may not be disclosed yet', { ...EMBARGO, notBefore: '2026-12-01T00:00:00.000Z' }],
    ['when nobody knows it any more', undefined],
  ])('%s', (_case, embargo) => {
    expect(moved(embargo)).toEqual(both);
  });

  it('when a minor has been born since, which would have a hole that everybody knows', () => {
    expect(moved(EMBARGO, { owing: ['18.7', ...ALL] })).toEqual(both);
  });

  it('for the one version whose topic has got another commit', () => {
    const topics = EMBARGO.topics.map((topic) => (topic.line === '18.5' ? { ...topic, head: 'b5' } : topic));

    expect(moved({ ...EMBARGO, topics })).toEqual(['18.5.2']);
  });
});

it('a release discloses what its own plan says, and nothing before', () => {
  expect(isDisclosedBy({ state: 'sealed', plan: 'patch:7' }, 'patch:7')).toBe(false);
  expect(isDisclosedBy({ state: 'texts_public', plan: 'patch:7' }, 'patch:7')).toBe(true);
  expect(isDisclosedBy({ state: 'disclosing', plan: 'patch:8' }, 'patch:7')).toBe(false);
});

it.each([
  ['every minor that owes it has a version', ALL, ['default']],
  ['a minor was born meanwhile', ['18.7', ...ALL], ['default', '18.7']],
  ['nothing is owed', [], ['default']],
])('is left to come to the default branch, and to what no version has: %s', (_, owing, expected) => {
  expect(linesLeft(EMBARGO, { fixes: FIXES, owing })).toEqual(expected);
});
