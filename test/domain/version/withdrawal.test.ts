import {
  closedOnApproval,
  newestStanding,
  withBanner,
  withdrawalVerdict,
} from '../../../domain/version/withdrawal';

const SINCE = '2026-11-26T12:00:00.000Z';
const TOLD = { version: '18.6.2', reason: 'It loses uploads', successor: 'patch:8' };

describe('what may be withdrawn', () => {
  it.each([
    ['published', 'pass', /can be withdrawn/],
    ['withdrawn', 'pass', /withdrawn already, since 2026-11-26T12:00:00.000Z: It loses uploads/],
    ['publishing', 'fail', /only what is published/],
    ['reserved', 'fail', /abort its release instead/],
    ['burned', 'fail', /18\.6\.2 is burned/],
  ] as const)('a version that is %s: %s', (state, verdict, sentence) => {
    const judged = withdrawalVerdict('18.6.2', { state, since: SINCE, reason: 'It loses uploads' });

    expect(judged.verdict).toBe(verdict);
    expect(judged.sentence).toMatch(sentence);
  });

  it('is nothing that others have released', () => {
    expect(withdrawalVerdict('17.0.0', undefined)).toMatchObject({
      verdict: 'fail',
      sentence: '17.0.0 was not made by Signalbox, so it cannot be withdrawn here.',
    });
  });
});

it('says on top of the release page what to do, once, and keeps what stood there', () => {
  const marked = withBanner('- Fix the roof\n', TOLD);

  expect(marked).toBe(
    '> **Withdrawn.** Do not install 18.6.2. It loses uploads. The version that follows it comes with patch:8.\n\n- Fix the roof\n',
  );
  expect(withBanner(marked, TOLD)).toBe(marked);
});

it.each([
  ['none is withdrawn', [], '18.6.2'],
  ['the newest is withdrawn', ['18.6.2'], '18.6.1'],
  ['an older one is withdrawn', ['18.6.1'], '18.6.2'],
  ['all are withdrawn, for a number is not free because of that', ['18.6.0', '18.6.1', '18.6.2'], '18.6.2'],
] as const)('goes on from the newest that stands where %s', (_, gone: readonly string[], expected) => {
  const versions = ['18.6.0', '18.6.1', '18.6.2'];

  expect(newestStanding(versions, (version) => gone.includes(version))).toBe(expected);
  expect(newestStanding([], () => false)).toBeUndefined();
});

it('has a release manager say when the successor may close, and asks again every four hours', () => {
  const there = { kinds: ['patch'], before: 'published', roles: ['x'], count: 2, remindAfterMs: 1 } as const;

  const [first, mended] = closedOnApproval({ approvals: [there] }).approvals;

  expect(first).toEqual(there);
  expect(mended).toEqual({
    kinds: ['patch'],
    before: 'closed',
    roles: ['release-manager'],
    count: 1,
    remindAfterMs: 14_400_000,
  });
});
