import type { ClosedRelease, ProjectPlan, ReleaseEffects, VersionPlan } from '../../../activities/effects';
import type { Project } from '../../../domain/project';
import type { ReleaseSettings } from '../../../domain/release/release';
import { findProject } from '../../../sandbox/gitlab/instance';
import { commitFiles } from '../../support/gitlab';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

type Cut = Parameters<ReleaseEffects['closeRelease']>[0]['cut'];

function close(release: string, cut: Cut, settings = world.settings): Promise<ClosedRelease> {
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut });
}

function patch(
  release: string,
  minors: readonly string[],
  settings?: ReleaseSettings,
): Promise<ClosedRelease> {
  return close(release, { patch: minors }, settings);
}

async function candidateOf(minor: string): Promise<Cut> {
  const candidate = await world.effects.chooseCandidate({
    release: `monthly:${minor}`,
    kind: 'monthly',
    settings: world.settings,
    minor,
  });
  return { candidate, minor, rc: 42 };
}

function planOf({ projects }: VersionPlan, name: string): ProjectPlan {
  const found = projects.find(({ project }) => project === name);
  if (found === undefined) throw new Error(`no plan of ${name}`);
  return found;
}

function versionOf({ versions }: ClosedRelease, number: string): VersionPlan {
  const found = versions.find(({ version }) => version === number);
  if (found === undefined)
    throw new Error(`${versions.map(({ version }) => version).join()} without ${number}`);
  return found;
}

/** Numbers of merge requests whose merge commits a branch has and a tag has not, as plain git tells. */
async function mergedSince(path: string, tag: string, branch: string): Promise<readonly number[]> {
  const text = await world.repository(path).git(['log', '--merges', '--format=%B', `${tag}..${branch}`]);
  return [...text.matchAll(/^See merge request \S+!(\d+)$/gm)]
    .map(([, iid]) => Number(iid))
    .toSorted((a, b) => a - b);
}

async function frozen(version: string, project: string): Promise<readonly number[]> {
  const list = await world.records.inclusions.ofVersion({ version, project });
  return list.map(({ mergeRequest }) => mergeRequest);
}

it('gives every minor its next number, and a project that counts its own the next of its line', async () => {
  const closed = await patch('patch:1', ['18.6', '18.5', '18.4']);

  expect(closed.versions.map(({ version }) => version)).toEqual(['18.6.2', '18.5.4', '18.4.6']);
  expect(planOf(versionOf(closed, '18.6.2'), 'charts')).toMatchObject({
    version: '9.6.2',
    stableBranch: '9-6-stable',
    releaseBranch: 'release/patch-1/9-6',
    previousTag: 'v9.6.1',
    tagged: true,
  });
  // A chart of its own went out between 18.5.2 and 18.5.3.
  expect(planOf(versionOf(closed, '18.5.4'), 'charts').version).toBe('9.5.5');
  expect(planOf(versionOf(closed, '18.4.6'), 'gitlab')).toMatchObject({
    version: '18.4.6',
    base: await world.refOf('gitlab-org/gitlab', 'refs/heads/18-4-stable-ee'),
    previousTag: 'v18.4.5-ee',
  });
});

it('freezes exactly the merge requests that were merged since the last tag', async () => {
  const closed = await patch('patch:2', ['18.6']);

  const [version] = closed.versions;
  const merged = await mergedSince('gitlab-org/gitlab', 'v18.6.1-ee', '18-6-stable-ee');
  expect(merged).toHaveLength(3);
  expect(await frozen(version?.version ?? '', 'gitlab')).toEqual(merged);
  expect(version === undefined ? 0 : planOf(version, 'gitlab').changes).toBe(merged.length);
  const [first] = await world.records.inclusions.ofVersion({
    version: version?.version ?? '',
    project: 'gitlab',
  });
  const { body } = await world.gitlab.request<{ title: string; merge_commit_sha: string }>(
    'GET',
    `/projects/${encodeURIComponent('gitlab-org/gitlab')}/merge_requests/${merged[0]}`,
  );
  expect(first).toMatchObject({
    title: body.title,
    sha: body.merge_commit_sha,
    webUrl: `${world.gitlab.url}/gitlab-org/gitlab/-/merge_requests/${merged[0]}`,
  });
});

it('answers the same again, also when it is asked twice at once', async () => {
  const [one, two] = await Promise.all([patch('patch:3', ['18.5']), patch('patch:3', ['18.5'])]);
  const again = await patch('patch:3', ['18.5']);

  expect(two).toEqual(one);
  expect(again).toEqual(one);
});

it('keeps its list when the branch goes on after the closing', async () => {
  const closed = await patch('patch:4', ['18.4']);
  const number = closed.versions[0]?.version ?? '';
  const before = await frozen(number, 'gitaly');
  const project = findProject(world.gitlab.instance, 'gitlab-org/gitaly');
  if (project === undefined) throw new Error('it is planted');
  await commitFiles(
    world.gitlab.instance,
    project,
    { 'lib/late.sh': 'true\n' },
    { branch: '18-4-stable', message: 'Late\n\nSee merge request gitlab-org/gitaly!9999' },
  );

  const again = await patch('patch:4', ['18.4']);

  expect(again).toEqual(closed);
  expect(await frozen(number, 'gitaly')).toEqual(before);
});

it('takes no number that another release has, and the next where one was burned', async () => {
  const first = await patch('patch:5', ['18.6']);
  const [taken] = first.versions;
  const second = await patch('patch:6', ['18.6']);
  await world.effects.withdrawVersions({
    release: 'patch:6',
    kind: 'patch',
    settings: world.settings,
    versions: second.versions,
    reason: 'Another has overtaken it.',
    by: { id: 'rosa', roles: ['release-manager'] },
  });
  const third = await patch('patch:6', ['18.6']);

  const numbers = [taken, ...second.versions, ...third.versions].map((one) =>
    Number(one?.version.split('.')[2]),
  );
  expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
  expect(numbers[2]).toBe((numbers[1] ?? 0) + 1);
});

it('closes a candidate over what production runs, and the version over its stable branch', async () => {
  const candidate = await close('monthly:18.7', await candidateOf('18.7'));
  const closed = await close('monthly:18.7', { final: '18.7' });

  const rc = versionOf(candidate, '18.7.0-rc42');
  const final = versionOf(closed, '18.7.0');
  expect(planOf(rc, 'gitaly')).toMatchObject({
    releaseBranch: 'release/monthly-18.7/18-7-rc42',
    stableBranch: '18-7-stable',
    previousTag: 'v18.6.1',
  });
  expect(planOf(rc, 'charts').tagged).toBe(false);
  expect(planOf(final, 'charts')).toMatchObject({
    version: '9.7.0',
    stableBranch: '9-7-stable',
    tagged: true,
  });
  expect(planOf(final, 'gitaly').base).toBe(planOf(rc, 'gitaly').base);
  const merged = await mergedSince('gitlab-org/gitaly', 'v18.6.1', planOf(final, 'gitaly').base);
  expect(await frozen('18.7.0', 'gitaly')).toEqual(merged);
});

it('gives a project that counts its own a number of its own line also where nothing was tagged on it', async () => {
  const charts = world.repository('gitlab-org/charts');
  for (const { name } of await charts.refs('refs/tags/v9.4.*')) await charts.git(['update-ref', '-d', name]);

  const closed = await patch('patch:7', ['18.4']);

  const [version] = closed.versions;
  expect(version === undefined ? undefined : planOf(version, 'charts').version).toMatch(/^9\.4\./);
});

it('does not stumble over an old branch whose pin says nothing', async () => {
  const project = findProject(world.gitlab.instance, 'gitlab-org/charts');
  if (project === undefined) throw new Error('it is planted');
  await commitFiles(
    world.gitlab.instance,
    project,
    { 'Chart.yaml': 'name: empty\n' },
    { branch: '9-9-stable' },
  );

  const closed = await patch('patch:8', ['18.6']);

  const [version] = closed.versions;
  expect(version === undefined ? undefined : planOf(version, 'charts').stableBranch).toBe('9-6-stable');
});

describe('refuses', () => {
  it('a monthly of a minor that is out', async () => {
    const failure = await failureOf(candidateOf('18.6'));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain('18.6.0 is released already; the newest of its minor is 18.6.1');
  });

  it('the version of a monthly that has no candidate', async () => {
    const failure = await failureOf(close('monthly:18.8', { final: '18.8' }));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy' });
    expect(failure.message).toContain('Tag a candidate first');
  });

  it('a patch of a minor that nobody knows', async () => {
    const failure = await failureOf(patch('patch:20', ['18.6', '17.1']));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain('17.1.0 has not been released');
    expect(await world.records.versions.ofRelease('patch:20')).toEqual([]);
  });

  it('a patch where one project lacks the branch, and names branch and project', async () => {
    const settings = withProject('cng', { stableBranch: 'release/{major}.{minor}' });

    const closing = await failureOf(patch('patch:21', ['18.6'], settings));
    const survey = await failureOf(
      world.effects.surveyLines({ release: 'patch:21', kind: 'patch', settings, minors: ['18.6'] }),
    );

    for (const failure of [closing, survey]) {
      expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
      expect(failure.message).toMatch(/^gitlab-org\/cng: there is no branch release\/18\.6 for 18\.6/);
    }
    expect(await world.records.versions.ofRelease('patch:21')).toEqual([]);
  });

  it('a candidate that canonical does not have, whose list would tell what is in it', async () => {
    const gitaly = world.project('gitaly');
    const mirror = world.mirrorOf(gitaly);
    await mirror.fetch('canonical');
    const base = (await mirror.resolve('refs/sides/canonical/heads/master')) ?? '';
    const secret = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    };
    const args = ['commit-tree', `${base}^{tree}`, '-p', base, '-m', 'Fix under embargo'];
    const sha = (await mirror.git(args, { environment: secret })).trim();
    const candidate = { at: '', projects: [{ project: 'gitaly', sha, sentence: 'gprd runs it.' }] };

    const failure = await failureOf(close('monthly:18.9', { candidate, minor: '18.9', rc: 42 }));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain(`${sha}: no branch and no tag of canonical holds it`);
    expect(await world.records.versions.ofRelease('monthly:18.9')).toEqual([]);
  });

  it('a repository that is not there, as a wrong configuration', async () => {
    const nowhere = {
      canonical: 'gitlab-org/nowhere',
      security: 'gitlab-org/nowhere',
      build: 'gitlab-org/nowhere',
    };

    const failure = await failureOf(
      patch('patch:22', ['18.6'], withProject('cng', { repositories: nowhere })),
    );

    expect(failure).toMatchObject({ type: 'ConfigurationError', nonRetryable: true });
    expect(failure.message).toContain('signalbox.yaml');
  });
});

function withProject(name: string, change: Partial<Project>): ReleaseSettings {
  const projects = world.settings.projects.map((one) => (one.name === name ? { ...one, ...change } : one));
  return { ...world.settings, projects };
}
