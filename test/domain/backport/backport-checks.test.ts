import { backportVerdict, isTriedAgain, type BackportChecks } from '../../../domain/backport/backport-checks';

const GREEN: BackportChecks = {
  branch: '18-6-stable-ee',
  hasConflicts: false,
  approvalsLeft: 0,
  pipeline: { status: 'success', url: 'https://gitlab.test/1', attempts: 1 },
  runsNone: false,
  retries: 2,
};
const { pipeline: _none, ...WITHOUT_PIPELINE } = GREEN;

function pipeline(status: string, attempts = 1): Partial<BackportChecks> {
  return { pipeline: { status, attempts, url: 'https://gitlab.test/1' } };
}

it.each([
  ['passed and approved', GREEN, 'pass', 'maintainer'],
  ['no pipeline in the time it has', { ...WITHOUT_PIPELINE, runsNone: true }, 'pass', 'maintainer'],
  ['no pipeline yet', WITHOUT_PIPELINE, 'wait', undefined],
  ['running', { ...GREEN, ...pipeline('running') }, 'wait', undefined],
  ['failed and tried again', { ...GREEN, ...pipeline('failed', 2) }, 'wait', undefined],
  ['failed too often', { ...GREEN, ...pipeline('failed', 3) }, 'fail', 'author'],
  ['not approved', { ...GREEN, approvalsLeft: 1 }, 'wait', 'reviewer'],
  ['merges no more', { ...GREEN, hasConflicts: true }, 'fail', 'author'],
])('a backport that is %s', (_case, checks, verdict, whoActs) => {
  const told = backportVerdict(checks);

  expect([told.verdict, told.whoActs]).toEqual([verdict, whoActs]);
});

it('tries a failed pipeline again as often as configured, and nothing else', () => {
  expect(isTriedAgain({ ...GREEN, ...pipeline('failed', 2) })).toBe(true);
  expect(isTriedAgain({ ...GREEN, ...pipeline('failed', 3) })).toBe(false);
  expect(isTriedAgain(GREEN)).toBe(false);
  expect(isTriedAgain(WITHOUT_PIPELINE)).toBe(false);
});
