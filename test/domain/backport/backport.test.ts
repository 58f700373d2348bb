import { assert, constantFrom, property, subarray } from 'fast-check';
import {
  askedFor,
  backportBranchOf,
  backportId,
  backportObligations,
  backportOfBranch,
  fixKind,
  isAskedFor,
  labelOfMinor,
  minorsWithBranch,
  teamOf,
} from '../../../domain/backport/backport';
import { aFix, GITLAB, LABELS, MAINTENANCE, STABLE } from '../../support/backports';

const NOW = '2026-09-01T00:00:00Z';

function obligations(labels: readonly string[], told: { branches?: readonly string[]; at?: string } = {}) {
  const { branches = ['master', ...STABLE], at = NOW } = told;
  return backportObligations(aFix({ labels }), {
    project: GITLAB,
    labels: LABELS,
    branches,
    maintenance: MAINTENANCE,
    at,
  });
}

function owed(...asked: Parameters<typeof obligations>) {
  return obligations(...asked).flatMap(({ minor, verdict }) => (verdict.verdict === 'pass' ? [minor] : []));
}

describe('a change that is to be backported', () => {
  it('is owed to every minor that gets fixes, each by its stable branch', () => {
    expect(obligations(['backport']).map(({ minor, branch }) => [minor, branch])).toEqual([
      ['18.6', '18-6-stable-ee'],
      ['18.5', '18-5-stable-ee'],
      ['18.4', '18-4-stable-ee'],
    ]);
    expect(owed(['backport'])).toEqual(['18.6', '18.5', '18.4']);
  });

  it('is owed to what the policy of the day says', () => {
    expect(owed(['backport'], { at: '2026-07-31T00:00:00Z', branches: STABLE.slice(0, 3) })).toEqual([
      '18.5',
    ]);
  });

  it('is owed to a minor from the birth of its branch, before anything of it is out', () => {
    const [first] = obligations(['backport'], { branches: [...STABLE, '18-7-stable-ee'] });

    expect(first).toMatchObject({
      minor: '18.7',
      branch: '18-7-stable-ee',
      verdict: { verdict: 'pass', sentence: expect.stringContaining('is not out yet') },
    });
  });

  it('is not owed to an old branch of which nothing was ever published', () => {
    expect(owed(['backport'], { branches: [...STABLE, '17-9-stable-ee'] })).not.toContain('17.9');
  });

  it.each([
    ['one minor', ['Pick into 18.5'], ['18.5']],
    ['two', ['Pick into 18.4', 'Pick into 18.6'], ['18.6', '18.4']],
    ['one of them and all', ['Pick into 18.4', 'backport'], ['18.6', '18.5', '18.4']],
    ['nothing', ['type::bug'], []],
    [
      'a security fix for one, which all of them owe',
      ['Pick into 18.5', 'bug::vulnerability'],
      ['18.6', '18.5', '18.4'],
    ],
  ])('is owed where labels ask for it: %s', (_case, labels, expected) => {
    expect(owed(labels)).toEqual(expected);
  });

  it.each([
    ['Pick into 18.3', '18.3 is not maintained: 3 newer minors are out, and there is no exception for it.'],
    ['Pick into 18.9', '18.9 is not out.'],
  ])('is told why it is not owed where it was asked for with %s', (label, sentence) => {
    expect(obligations([label])).toMatchObject([{ verdict: { verdict: 'fail', sentence } }]);
  });

  it('waits for nobody where a maintained minor has no branch, and says who has to make one', () => {
    const [, , last] = obligations(['backport'], { branches: STABLE.slice(2) });

    expect(last).toMatchObject({
      minor: '18.4',
      verdict: {
        verdict: 'fail',
        sentence: '18.4 is maintained, but there is no branch 18-4-stable-ee.',
        whoActs: 'release-manager',
      },
    });
  });

  it('is owed to no minor that was neither asked for nor gets fixes, whatever labels and branches there are', () => {
    const labels = ['backport', 'Pick into 18.3', 'Pick into 18.5', 'bug::vulnerability', 'type::bug'];
    assert(
      property(
        subarray(labels),
        subarray([...STABLE]),
        constantFrom('2026-07-01', NOW),
        (some, branches, at) => {
          const result = obligations(some, { branches, at });

          const asked = askedFor(some, LABELS);
          for (const { minor, branch, verdict } of result) {
            expect(asked.all || asked.minors.includes(minor)).toBe(true);
            expect(verdict.verdict !== 'pass' || branches.includes(branch)).toBe(true);
          }
          expect(new Set(result.map(({ minor }) => minor)).size).toBe(result.length);
        },
      ),
    );
  });
});

describe('the labels of a change', () => {
  it('say what it mends, the gravest first', () => {
    expect(fixKind([], LABELS)).toBe('bug');
    expect(fixKind(['bug::performance'], LABELS)).toBe('perf');
    expect(fixKind(['bug::performance', 'type::bug'], LABELS)).toBe('bug');
    expect(fixKind(['type::bug', 'bug::vulnerability'], LABELS)).toBe('security');
  });

  it('say whose it is', () => {
    expect(teamOf(['type::bug', 'group::source code'], LABELS)).toBe('source code');
    expect(teamOf(['type::bug'], LABELS)).toBeUndefined();
  });

  it('ask for backports only as configured', () => {
    const { minor: _none, ...withoutMinor } = LABELS;

    expect(isAskedFor(['Pick into 18.6'], LABELS)).toBe(true);
    expect(isAskedFor(['Pick into 18.6'], withoutMinor)).toBe(false);
    expect(isAskedFor(['backported'], LABELS)).toBe(false);
    expect(labelOfMinor(LABELS, '18.6')).toBe('Pick into 18.6');
    expect(labelOfMinor(withoutMinor, '18.6')).toBeUndefined();
  });
});

it('finds a backport by its branch, and takes no other branch for one', () => {
  expect(backportId({ project: 'gitlab', iid: 12 })).toBe('backport:gitlab:12');
  expect(backportOfBranch(backportBranchOf({ iid: 12, minor: '18.6' }))).toEqual({ iid: 12, minor: '18.6' });
  expect(backportOfBranch('backport/012/18.6')).toBeUndefined();
  expect(backportOfBranch('my/backport/12/18.6')).toBeUndefined();
  expect(minorsWithBranch(GITLAB, ['master', ...STABLE, '18-6-stable'])).toEqual([
    '18.6',
    '18.5',
    '18.4',
    '18.3',
  ]);
});
