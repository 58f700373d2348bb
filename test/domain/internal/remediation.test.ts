import { EMBARGO_STATES } from '../../../domain/embargo/embargo';
import {
  headsOnDefault,
  remediationVerdict,
  standingOf,
  standingVerdict,
  type RemediatedFix,
} from '../../../domain/internal/remediation';

function fix(settled: boolean | undefined, state: RemediatedFix['state'] = 'sealed'): RemediatedFix {
  const runs = settled === undefined ? {} : { runs: { package: 'a1', settled } };
  return { state, projects: [{ project: 'gitaly', systems: [{ system: 'gprd', ...runs }] }] };
}

it.each([
  [
    'it is deployed and security says that it helps',
    [fix(true)],
    'pass',
    /^No managed system lacks what/,
    undefined,
  ],
  [
    'it is not deployed',
    [fix(true), fix(false)],
    'wait',
    /^The fix in gitaly is not on gprd yet/,
    'operators of gprd',
  ],
  [
    'nobody can say what is deployed',
    [fix(undefined)],
    'unknown',
    /on gprd could not be read/,
    'operators of gprd',
  ],
  [
    'it is deployed and security has not looked',
    [fix(true, 'opened')],
    'wait',
    /^Security has not said yet.*`signalbox embargo fixed`/,
    'security-engineer',
  ],
  [
    'it has leaked since',
    [fix(true, 'compromised')],
    'fail',
    /^It has leaked.*a critical patch release/,
    'security-engineer',
  ],
  [
    'it is on its way out by a patch',
    [fix(true, 'disclosing')],
    'fail',
    /^It is disclosing by now: abort this release/,
    'release-manager',
  ],
  [
    'it was withdrawn',
    [fix(true, 'withdrawn')],
    'fail',
    /^It is withdrawn by now: abort this release/,
    'release-manager',
  ],
  [
    'it was pulled since',
    [fix(true), { ...fix(false), isPulled: true }],
    'fail',
    /^A fix of it was pulled: ask release-manager to return it or to abort this release\.$/,
    'release-manager',
  ],
  [
    'managed systems never had the hole',
    [{ state: 'sealed', projects: [] }],
    'pass',
    /^No managed system lacks what/,
    undefined,
  ],
] as const)('where %s, the answer says so and who acts', (_, fixes, verdict, sentence, whoActs) => {
  const answer = remediationVerdict(fixes);

  expect(answer.verdict).toBe(verdict);
  expect(answer.sentence).toMatch(sentence);
  expect(answer.whoActs).toBe(whoActs);
});

it('only a fix that security has tried and nothing has disclosed is handed over', () => {
  const passing = EMBARGO_STATES.filter((state) => remediationVerdict([fix(true, state)]).verdict === 'pass');

  expect(passing).toEqual(['fixed_on_managed_systems', 'sealed']);
});

it('what is built is handed over unless a fix of it was pulled or withdrawn', () => {
  const answers = EMBARGO_STATES.map((state) => [state, standingVerdict([fix(false, state)]).verdict]);
  const pulled = standingVerdict([fix(true), { ...fix(true, 'compromised'), isPulled: true }]);

  expect(answers.filter(([, verdict]) => verdict !== 'pass')).toEqual([['withdrawn', 'fail']]);
  expect(pulled).toMatchObject({
    verdict: 'fail',
    sentence: expect.stringMatching(/^A fix of it was pulled/),
    evidence: [],
  });
});

it('who reads of the release is told the state of no fix of it', () => {
  for (const state of EMBARGO_STATES) expect(standingVerdict([fix(true, state)]).evidence).toEqual([]);
});

it.each([
  ['sealed', 'A fix of it was pulled: ask release-manager to return it or to abort this release.'],
  ['compromised', 'A fix of it was pulled: ask release-manager to return it or to abort this release.'],
  ['withdrawn', 'A fix of it was withdrawn since it was asked for: abort this release.'],
  ['declassified', 'What it was built with still stands.'],
] as const)('of a fix that was pulled and is %s by now it is said: %s', (state, sentence) => {
  const pulled = { by: { id: 'mo', roles: [] }, reason: 'It breaks logins.', since: '2026-11-20T12:00:00Z' };

  expect(standingVerdict([standingOf({ ...BUILT, state, pulled }, [])]).sentence).toBe(sentence);
});

const BUILT = {
  id: 'embargo:k3v9x0q2ab',
  state: 'sealed',
  topics: [{ project: 'gitaly', line: '18.5', branch: '', head: 'a1' }],
} as const;
const BUILT_WITH = { version: '18.5.1-internal0', project: 'gitaly', minor: '18.5', embargo: BUILT.id };
const REWORKED = 'A fix of it was reworked since it was built: abort this release.';
const STANDS = 'What it was built with still stands.';

it.each([
  ['is at the commit that was built', BUILT, 'a1', STANDS],
  ['has moved on', BUILT, 'a0', REWORKED],
  ['has moved on and was disclosed then', { ...BUILT, state: 'disclosed' }, 'a0', REWORKED],
  ['is gone', { ...BUILT, topics: [] }, 'a1', REWORKED],
  ['is gone because it is public', { ...BUILT, state: 'disclosed', topics: [] }, 'a1', STANDS],
] as const)('where the topic of a fix %s, the answer says so', (_, embargo, head, sentence) => {
  const standing = standingOf(embargo, [{ ...BUILT_WITH, head }]);

  expect(standingVerdict([standing]).sentence).toBe(sentence);
});

it('a fix is compared with what was built of it, and with nothing else', () => {
  const others = [
    { ...BUILT_WITH, embargo: 'embargo:zzzzzzzzzz', head: 'z1' },
    { ...BUILT_WITH, head: 'a1' },
  ];

  expect(standingVerdict([standingOf(BUILT, others)]).sentence).toBe(STANDS);
});

it('what managed systems have to contain is what fixes the default branch', () => {
  const topics = ['default', '18.5'].flatMap((line) =>
    ['gitaly', 'gitlab'].map((project) => ({ project, line, branch: '', head: `${project} ${line}` })),
  );

  expect(Object.fromEntries(headsOnDefault({ topics }))).toEqual({
    gitaly: 'gitaly default',
    gitlab: 'gitlab default',
  });
});
