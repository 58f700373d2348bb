import { assert, nat, property } from 'fast-check';
import {
  isIncluded,
  monthlyBase,
  monthlyBaseVerdict,
  productionRuns,
  type ProductionRun,
  type Revert,
} from '../../../domain/version/monthly-base';

function run(name: string, ended: Omit<ProductionRun, 'package'> = {}): ProductionRun {
  return {
    package: { package: name, commits: { gitlab: `commit of ${name}` }, topics: ['embargo:7h2k9x0q4d'] },
    ...ended,
  };
}

const MIGRATED = { migratedAt: '2026-12-01T08:00:00Z' };
const ROLLED_BACK = { rolledBackAt: '2026-12-01T09:00:00Z' };

describe('the base of a monthly', () => {
  it.each([
    ['the newest that production ran and migrated', [run('a', MIGRATED), run('b', MIGRATED)], 'b'],
    ['none whose migrations have not run', [run('a', MIGRATED), run('b')], 'a'],
    ['none that was rolled back', [run('a', MIGRATED), run('b', { ...MIGRATED, ...ROLLED_BACK })], 'a'],
  ])('is %s, without the topics that were composed onto it', (_what, runs, expected) => {
    expect(monthlyBase(runs)).toEqual({ gitlab: `commit of ${expected}` });
    expect(monthlyBaseVerdict(runs)).toMatchObject({
      verdict: 'pass',
      sentence: `A monthly is cut from the public commits of ${expected}, which production ran and migrated.`,
      evidence: [{ label: 'gitlab', value: `commit of ${expected}` }],
    });
  });

  it('is waited for until the migrations of a first package ran', () => {
    expect(monthlyBase([run('a')])).toBeUndefined();
    expect(monthlyBaseVerdict([run('a')])).toMatchObject({ verdict: 'wait', whoActs: 'release-manager' });
  });
});

describe('a change', () => {
  const revert: Revert = { commit: 'revert', reverts: 'change' };
  const again: Revert = { commit: 'revert of the revert', reverts: 'revert' };

  it.each([
    ['is in when its commit is', ['change'], [], true],
    ['is out when its commit is not', [], [], false],
    ['is out when it was reverted', ['change', 'revert'], [revert], false],
    ['is in when its revert came later than the cut', ['change'], [revert], true],
    [
      'is in when its revert was reverted',
      ['change', 'revert', 'revert of the revert'],
      [revert, again],
      true,
    ],
  ])('%s', (_what, reachable, reverts, expected) => {
    expect(isIncluded('change', { reachable: new Set(reachable), reverts })).toBe(expected);
  });

  it('is in after an even number of reverts of reverts, and out after an odd one', () => {
    assert(
      property(nat({ max: 12 }), (count) => {
        const reverts = [...Array(count).keys()].map((step) => ({
          commit: `c${step + 1}`,
          reverts: `c${step}`,
        }));
        const reachable = new Set(['c0', ...reverts.map(({ commit }) => commit)]);

        expect(isIncluded('c0', { reachable, reverts })).toBe(count % 2 === 0);
      }),
    );
  });
});

it('knows by later deployments what production was rolled back from', () => {
  const deployed = ['a', 'b', 'a', 'c'].map((commit, id) => ({ id, commit, at: `on day ${id}` }));
  const migrated = [{ id: 9, commit: 'a', at: 'on day 9' }];

  const runs = productionRuns({ project: 'gitaly', deployed: deployed.toReversed(), migrated });

  const seen = runs.map(({ package: made, migratedAt, rolledBackAt }) => [
    made.package,
    migratedAt,
    rolledBackAt,
  ]);
  expect(seen).toEqual([
    ['a', 'on day 9', undefined],
    ['b', undefined, 'on day 2'],
    ['a', 'on day 9', undefined],
    ['c', undefined, undefined],
  ]);
});
