import { assert, constantFrom, property, uniqueArray } from 'fast-check';
import { SEVERITIES } from '../../../domain/embargo/embargo';
import {
  publicProjects,
  requestVerdict,
  type RequestedFix,
  type RequestFacts,
} from '../../../domain/internal/request-verdict';
import { ROSA } from '../../support/decisions';
import { aProject } from '../../support/projects';

const ID = 'embargo:k3v9x0q2ab';
const FIX: RequestedFix = {
  id: ID,
  state: 'sealed',
  affects: ['default', '18.6', '18.5', '18.4'].map((line) => ({ line, evidence: 'tried' })),
  topics: ['default', '18.5', '18.4'].map((line) => ({ project: 'gitaly', line, branch: line, head: 'a1' })),
};
const FACTS: RequestFacts = { published: ['18.6', '18.5', '18.4', '18.3'], fixes: [FIX], publicProjects: [] };
const PULLED = { by: ROSA, reason: 'It breaks logins.', since: '2026-11-20T12:00:00Z' };
const REQUEST = { severity: 'S1', minors: ['18.5', '18.4'], fixes: [ID] } as const;

it('a grave incident on both minors before the newest gets an internal release', () => {
  const { cleared, uncleared } = requestVerdict(REQUEST, FACTS);

  expect(cleared).toMatchObject({
    verdict: 'pass',
    sentence: '18.5, 18.4 can get an internal release.',
  });
  expect(uncleared).toEqual(cleared);
});

it('takes a fix for a minor that was cut since its embargo was opened, with a topic for it and not without', () => {
  const affects = ['default', '18.4'].map((line) => ({ line, evidence: 'tried' }));
  const written = { ...FACTS, fixes: [{ ...FIX, affects }] };
  const topics = FIX.topics.filter(({ line }) => line !== '18.5');

  const without = requestVerdict(REQUEST, { ...FACTS, fixes: [{ ...FIX, affects, topics }] });

  expect(requestVerdict(REQUEST, written).cleared.verdict).toBe('pass');
  expect(without.cleared).toMatchObject({
    verdict: 'fail',
    sentence: `${ID} has no topic for gitaly on 18.5: push it first, then ask again.`,
  });
});

it.each([
  [
    'S3',
    { severity: 'S3' },
    {},
    'An internal release is for S1 and S2, and this is S3: let the fix board the next patch release.',
  ],
  [
    'the newest minor',
    { minors: ['18.6'] },
    {},
    '18.6 is the newest minor that is out, which installations do not run: name 18.5 or 18.4.',
  ],
  [
    'a minor that is too old',
    { minors: ['18.5', '18.3'] },
    {},
    '18.3 is none of the 2 minors before the newest one that is out: name 18.5 or 18.4.',
  ],
  ['no minor', { minors: [] }, {}, 'It names no minor: name 18.5 or 18.4.'],
  [
    'a product with one minor',
    {},
    { published: ['18.5'] },
    '18.5 is the newest minor that is out, which installations do not run: there is none yet.',
  ],
  [
    'a project without a private side',
    {},
    { publicProjects: ['kettle'] },
    'kettle has no repository that is not public, so a package of it would be: give it security and build repositories of its own.',
  ],
  [
    'nothing to fix',
    { fixes: [] },
    {},
    'It carries no fix under embargo: a fix that is public goes out with the next patch release.',
  ],
  ['an embargo that is not there', {}, { fixes: [] }, `${ID}: there is none of that name.`],
  [
    'a fix that is public',
    {},
    { fixes: [{ ...FIX, state: 'disclosed' }] },
    `${ID} is disclosed: what is no secret any more, or is about to be none, goes out with a patch release.`,
  ],
  [
    'a fix that was pulled',
    {},
    { fixes: [{ ...FIX, pulled: PULLED }] },
    `rosa pulled ${ID} at 2026-11-20T12:00:00Z, so nothing takes it until somebody returns it: It breaks logins.`,
  ],
  [
    'a fix for other minors',
    {},
    { fixes: [{ ...FIX, affects: [{ line: '18.6', evidence: 'tried' }] }] },
    `${ID} affects none of 18.5, 18.4: name the minors that it affects.`,
  ],
  [
    'a fix without topics',
    {},
    { fixes: [{ ...FIX, topics: [] }] },
    `${ID} has no topic for 18.5, 18.4: push it first, then ask again.`,
  ],
  [
    'a fix that is half there',
    {},
    { fixes: [{ ...FIX, topics: FIX.topics.filter(({ line }) => line !== '18.4') }] },
    `${ID} has no topic for gitaly on 18.4: push it first, then ask again.`,
  ],
  [
    'a fix that managed systems cannot get',
    {},
    { fixes: [{ ...FIX, topics: FIX.topics.filter(({ line }) => line !== 'default') }] },
    `${ID} has no topic for gitaly on default: push it first, then ask again.`,
  ],
] as const)('%s is rejected, and told what would be right', (_, request, facts, sentence) => {
  const { cleared } = requestVerdict({ ...REQUEST, ...request }, { ...FACTS, ...facts });

  expect({ verdict: cleared.verdict, sentence: cleared.sentence }).toEqual({ verdict: 'fail', sentence });
});

it.each<[string, Partial<RequestedFix>, string]>([
  ['was pulled', { pulled: PULLED }, 'A fix of it was pulled: ask release-manager.'],
  ['is public', { state: 'disclosed' }, 'A fix of it cannot be taken as it is: ask release-manager.'],
  ['affects other minors', { affects: [] }, 'A fix of it cannot be taken as it is: ask release-manager.'],
  ['has no topics', { topics: [] }, 'A fix of it cannot be taken as it is: ask release-manager.'],
])('a fix that %s is named to nobody but whoever asked', (_, fix, sentence) => {
  const facts = { ...FACTS, fixes: [{ ...FIX, ...fix }] };

  const { cleared, uncleared } = requestVerdict(REQUEST, facts);

  expect(uncleared).toEqual({ ...cleared, sentence });
  expect(cleared.sentence).toContain(ID);
});

it('a package that would take a fix from an installation is rejected, and names it to none but those who may know', () => {
  const other = 'embargo:bbbbbbbbbb';
  const sentence = `A package of 18.5 lacks ${other}, which north has: it is not offered.`;
  const verdict = { verdict: 'fail', sentence, evidence: [] } as const;
  const lost = [{ installation: 'north', package: 'A package of 18.5', fixes: [other], verdict }];

  const { cleared, uncleared } = requestVerdict(REQUEST, { ...FACTS, lost });

  expect(cleared).toMatchObject({
    verdict: 'fail',
    sentence: `${sentence} Name it, too, or have it withdrawn.`,
  });
  expect(uncleared).toEqual({
    ...cleared,
    sentence:
      'A package of 18.5 lacks a fix that north has, so it is not handed over. Ask release-manager for every fix that north has.',
  });
});

it('what is no secret is told to everybody in the same words', () => {
  const { cleared, uncleared } = requestVerdict({ ...REQUEST, severity: 'S3' }, FACTS);

  expect(uncleared).toEqual(cleared);
});

function isOfMinor({ line }: { readonly line: string }): boolean {
  return line !== 'default';
}

it('a fix of what managed systems do not run needs nothing on the default branch', () => {
  const fix = { ...FIX, affects: FIX.affects.filter(isOfMinor), topics: FIX.topics.filter(isOfMinor) };

  expect(requestVerdict(REQUEST, { ...FACTS, fixes: [fix] }).cleared.verdict).toBe('pass');
});

it('whatever is asked for, only S1 and S2 of N-1 and N-2 pass', () => {
  assert(
    property(
      constantFrom(...SEVERITIES),
      uniqueArray(constantFrom('18.7', '18.6', '18.5', '18.4', '18.3'), { minLength: 1 }),
      (severity, minors) => {
        const { verdict } = requestVerdict({ severity, minors, fixes: [ID] }, FACTS).cleared;

        const isRight = ['S1', 'S2'].includes(severity) && minors.every((one) => /18\.[45]/.test(one));
        expect(verdict).toBe(isRight ? 'pass' : 'fail');
      },
    ),
  );
});

it('a project is public when one of its private sides is', () => {
  const project = aProject({ name: 'gitaly' });
  const { canonical } = project.repositories;
  const exposed = { name: 'kettle', repositories: { ...project.repositories, build: canonical } };

  expect(publicProjects([project, exposed])).toEqual(['kettle']);
});
