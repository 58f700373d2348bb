import type { Embargo } from '../../domain/embargo/embargo';
import type { PackageStep, ProjectStep, ReleaseEffects } from '../../activities/effects';
import type { Inclusion } from '../../records/inclusions';
import { plantSecretFix, type SecretFix } from '../support/secret-fix';
import { component, failureOf, startOutsideWorld, stepOf, type OutsideWorld } from './outside-world';

const CODE = 'zq7xk2v9wj';
const NAMES = 'it names something that is not public';

let world: OutsideWorld;
let fix: SecretFix;
let embargo: Embargo;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, {
    code: CODE,
    project: 'gitaly',
    lines: ['18.6'],
    path: 'escape.rb',
    content: 'def escape',
  });
  ({ embargo } = fix);
}, 60_000);
afterEach(() => jest.restoreAllMocks());
afterAll(() => world.end());

function secretCommit(): string {
  return fix.heads['18.6'] ?? '';
}

/** What canonical says of itself: issues, notes, release pages and packages, as one text. */
async function publicWords(project: string): Promise<string> {
  const at = `/projects/${encodeURIComponent(`gitlab-org/${project}`)}`;
  const parts = await Promise.all(
    ['issues', 'releases', 'packages', 'merge_requests'].map(async (part) => {
      const { body } = await world.gitlab.request<{ iid?: number }[]>('GET', `${at}/${part}`);
      const noted = part === 'issues' || part === 'merge_requests' ? body : [];
      const notes = noted.map(async ({ iid }) => world.gitlab.request('GET', `${at}/${part}/${iid}/notes`));
      return [body, ...(await Promise.all(notes)).map((answer) => answer.body)];
    }),
  );
  return JSON.stringify(parts);
}

/** A version that carries what is {@link included}. */
async function step(version: string): Promise<ProjectStep> {
  const wanted = await stepOf(world, { project: 'gitaly', version });
  return { ...wanted, plan: { ...wanted.plan, changes: 1 } };
}

function included(title: string): void {
  const change: Inclusion = {
    version: '18.6.2',
    project: 'gitaly',
    mergeRequest: 1,
    sha: 'f'.repeat(40),
    title,
    author: 'Ada',
    webUrl: 'https://example.com/1',
  };
  jest.spyOn(world.records.inclusions, 'ofVersion').mockResolvedValue([change]);
}

const settingsOf = () => ({ release: 'patch:7', kind: 'patch' as const, settings: world.settings });

async function tagged(version: string): Promise<Parameters<ReleaseEffects['announceVersion']>[0]> {
  const wanted = await step(version);
  return { ...wanted, tagged: await world.effects.tagProject({ ...wanted, pinned: [] }) };
}

async function packaged(version: string, commit: string) {
  const { tagged: made, ...wanted } = await tagged(version);
  await world.effects.publishRefs({ ...wanted, tagged: made, pinned: [] });
  const input: PackageStep = {
    ...wanted,
    tagged: made,
    components: [component(world.project('cng'), version, commit), made],
  };
  return { ...input, built: await world.effects.buildPackages(input) };
}

/** Each with words in it that would tell, and how often they may be said: never. */
const TEXTS: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  'the title of a release issue, with an embargo': async () => () =>
    world.effects.openReleaseIssue({ ...settingsOf(), title: `Patch with ${embargo.id}`, text: 'Soon.' }),
  'a release issue, with the branch of a topic': async () => () =>
    world.effects.openReleaseIssue({ ...settingsOf(), title: 'Patch', text: `See topic/${CODE}/18.6.` }),
  'a note on the issue of a release, with a secret commit': async () => {
    const { issue } = await world.effects.openReleaseIssue({
      ...settingsOf(),
      title: 'Patch',
      text: 'Soon.',
    });
    return () =>
      world.effects.noteOnReleaseIssue({
        ...settingsOf(),
        issue,
        step: 'tag',
        text: `Holds ${secretCommit().slice(0, 12)}.`,
      });
  },
  'a release page, with a path on the security side': async () => {
    const input = await tagged('18.6.30');
    await world.effects.publishRefs({ ...input, pinned: [] });
    included('See gitlab-org/security/gitaly!7');
    return () => world.effects.announceVersion(input);
  },
  'a note on a merge request, with an embargo': async () => {
    const input = await tagged('18.6.31');
    await world.effects.publishRefs({ ...input, pinned: [] });
    included('A change');
    return () => world.effects.announceVersion({ ...input, version: `18.6.31 ${CODE}` });
  },
  'a changelog, with a path on the security side': async () => {
    included('Escape paths (gitlab-org/security/gitaly!7)');
    const input = await tagged('18.6.32');
    return () => world.effects.publishRefs({ ...input, pinned: [] });
  },
  'a file of a package, with a secret commit': async () => {
    const input = await packaged('18.6.33', secretCommit());
    return () => world.effects.publishPackages(input);
  },
};

it.each(Object.entries(TEXTS))('is not made public: %s', async (_text, prepare) => {
  const say = await prepare();
  const before = await publicWords('gitaly');
  const lead = await publicWords('charts');

  const failure = await failureOf(say());

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toContain(NAMES);
  for (const word of [CODE, secretCommit().slice(0, 12), 'security/gitaly', embargo.title])
    expect(failure.message).not.toContain(word);
  const after = await publicWords('charts');
  for (const word of [CODE, secretCommit().slice(0, 12), 'security/gitaly']) {
    expect(await publicWords('gitaly')).not.toContain(word);
    expect(after).not.toContain(word);
  }
  expect([before, lead].join()).not.toContain(CODE);
});

it('is told to the audience of the embargo, with the place', async () => {
  await failureOf(
    world.effects.openReleaseIssue({ ...settingsOf(), release: 'patch:8', title: embargo.id, text: 'Soon.' }),
  );

  const findings = await world.records.embargoes.findings(embargo.id);
  expect(findings.filter(({ release }) => release === 'patch:8')).toMatchObject([
    { kind: 'denied', sentence: 'It would be named in issue of patch:8.', evidence: [{ value: CODE }] },
  ]);
});

it('passes with what is public, or nobody has: a public commit, and other words of ten letters', async () => {
  const text = `${await world.refOf('gitlab-org/gitaly', 'refs/heads/master')} ${'0'.repeat(40)} javascript`;
  const { issue } = await world.effects.openReleaseIssue({
    ...settingsOf(),
    release: 'patch:9',
    title: 'Patch',
    text,
  });

  expect(issue).toBeGreaterThan(0);
});
