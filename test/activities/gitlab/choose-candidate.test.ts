import { chooseCandidate } from '../../../activities/gitlab/choose-candidate';
import { composeTopics } from '../../../activities/git/compose-topics';
import { commitTree } from '../../../activities/git/compose-version';
import type { Candidate } from '../../../activities/effects';
import type { CandidatePolicy, ReleaseSettings } from '../../../domain/release/release';
import type { Project as GitLabProject } from '../../../sandbox/gitlab/entities';
import { findProject } from '../../../sandbox/gitlab/instance';
import { commitFiles, plantProject } from '../../support/gitlab';
import { plantSecretFix } from '../../support/secret-fix';
import { until } from '../../support/until';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const PIPELINE = 'test:\n  script: [sh test.sh]\n';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

/** A product of one project with one repository, on `main`. */
function settingsFor(path: string, candidate: CandidatePolicy): ReleaseSettings {
  const repositories = { canonical: path, security: path, build: path };
  const project = { ...world.project('gitaly'), name: path, repositories, defaultBranch: 'main' };
  return { ...world.settings, projects: [project], candidate };
}

function choose(settings: ReleaseSettings): Promise<Candidate> {
  return world.effects.chooseCandidate({ release: 'monthly:18.7', kind: 'monthly', minor: '18.7', settings });
}

function shaOf({ projects }: Candidate): string | undefined {
  return projects[0]?.sha;
}

/** A commit on main, and how its pipeline ended. */
async function tested(project: GitLabProject, script: string): Promise<string> {
  const { instance, request } = world.gitlab;
  const sha = await commitFiles(instance, project, { 'test.sh': `${script}\n` });
  await request('POST', `/projects/${project.id}/pipeline`, { ref: 'main' });
  await until('the end of its pipeline', async () => {
    const { body } = await request<{ status: string }[]>(
      'GET',
      `/projects/${project.id}/pipelines?sha=${sha}`,
    );
    return body.some(({ status }) => status === 'success' || status === 'failed');
  });
  return sha;
}

/** Some commits of the default branch, newest first. */
async function commits(): Promise<readonly string[]> {
  const text = await world.repository(CANONICAL).git(['rev-list', '--first-parent', 'master']);
  return text.trim().split('\n');
}

async function deploy(environment: string, sha: string, path = CANONICAL): Promise<void> {
  const deployment = { environment, sha, ref: 'master', tag: false, status: 'success' };
  await world.gitlab.request('POST', `/projects/${encodeURIComponent(path)}/deployments`, deployment);
}

/** The commit with a secret fix on top, as it is built and deployed from the security side. */
async function composedOn(base: string): Promise<string> {
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  const { embargo, heads } = await plantSecretFix(world, { ...wanted, lines: ['default'] });
  const mirror = world.mirrorOf(world.project('gitaly'));
  const topics = [{ embargo: embargo.id, ordinal: embargo.ordinal, head: heads['default'] ?? '' }];
  const composed = await composeTopics(mirror, { project: 'gitaly', base, topics });
  if (composed.outcome !== 'composed') throw new Error('it merges');
  const push = ['push', '--quiet', mirror.urlOf('security'), `${composed.commit}:refs/heads/deployed`];
  await mirror.remote(push);
  return composed.commit;
}

it('takes what the environment runs, of every project', async () => {
  const { projects } = await choose(world.settings);

  const gitaly = projects.find(({ project }) => project === 'gitaly');
  const id = encodeURIComponent('gitlab-org/gitaly');
  const { body } = await world.gitlab.request<{ sha: string }[]>('GET', `/projects/${id}/deployments`);
  expect(projects).toHaveLength(5);
  expect(gitaly).toEqual({ project: 'gitaly', sha: body[0]?.sha, sentence: 'gprd runs it.' });
  expect(gitaly?.sha).not.toBe(await world.refOf('gitlab-org/gitaly', 'refs/heads/master'));
});

it('takes what is merged and deployed while it looks', async () => {
  const policy = { from: 'environment', environment: 'busy' } as const;
  const { gitlab } = world.outside;
  const repository = findProject(world.gitlab.instance, CANONICAL);
  if (repository === undefined) throw new Error('it is planted');
  const merged: string[] = [];
  let turn: Promise<void> = Promise.resolve();
  const mergeAndDeploy = async (): Promise<void> => {
    const files = { [`lib/busy-${merged.length}.rb`]: 'true\n' };
    const sha = await commitFiles(world.gitlab.instance, repository, files, { branch: 'master' });
    await deploy('busy', sha);
    merged.push(sha);
  };
  const busy = {
    ...world.outside,
    gitlab: {
      ...gitlab,
      deployments: async (asked: Parameters<typeof gitlab.deployments>[0]) => {
        // It asks for the deployments of both repositories at once, and a branch takes one commit after the other.
        turn = turn.then(mergeAndDeploy);
        await turn;
        return gitlab.deployments(asked);
      },
    },
  };
  const settings = { ...world.settings, projects: [world.project('gitaly')], candidate: policy };

  const [gitaly] = await chooseCandidate(busy, {
    release: 'monthly:18.7',
    kind: 'monthly',
    minor: '18.7',
    settings,
  });

  expect(merged).toContain(gitaly?.sha);
});

describe('by what production ran and migrated', () => {
  const POLICY = { from: 'environment', environment: 'prod', migrations: 'db/prod' } as const;

  function chooseGitaly(): Promise<Candidate> {
    return choose({ ...world.settings, projects: [world.project('gitaly')], candidate: POLICY });
  }

  it('takes nothing before its migrations ran, and then the public commit under what was deployed', async () => {
    const [newest = '', second = '', third = ''] = await commits();
    await deploy('prod', third);

    const early = await failureOf(chooseGitaly());
    await deploy('db/prod', third);
    await deploy('prod', second);
    const first = await chooseGitaly();
    const composed = await composedOn(second);
    await deploy('prod', composed, SECURITY);
    const unmigrated = await chooseGitaly();
    await deploy('db/prod', composed, SECURITY);
    const secret = await chooseGitaly();
    await deploy('prod', newest);
    await deploy('db/prod', newest);
    const next = await chooseGitaly();
    await deploy('prod', composed, SECURITY);
    const rolledBack = await chooseGitaly();

    expect(early.message).toContain('nothing was deployed to prod and then to db/prod yet');
    expect(shaOf(first)).toBe(third);
    expect(shaOf(unmigrated)).toBe(third);
    // Nothing of the fix is in it, and nothing that is said of it tells that there is one.
    expect(secret.projects).toEqual([{ project: 'gitaly', sha: second, sentence: 'prod runs it.' }]);
    expect(shaOf(next)).toBe(newest);
    expect(shaOf(rolledBack)).toBe(second);
  });
});

it('takes the newest commit of the default branch whose pipeline passed', async () => {
  const files = { '.gitlab-ci.yml': PIPELINE, 'test.sh': 'true\n' };
  const project = await plantProject(world.gitlab.instance, {
    path: 'ci/kettle',
    buildsEnabled: true,
    files,
  });
  const passed = await tested(project, 'exit 0');
  await tested(project, 'exit 1');

  const { projects } = await choose(settingsFor('ci/kettle', { from: 'default-branch' }));

  expect(projects).toEqual([
    {
      project: 'ci/kettle',
      sha: passed,
      sentence: 'It is the newest commit of main whose pipeline passed.',
    },
  ]);
});

it('refuses where no pipeline of the default branch passed', async () => {
  const files = { '.gitlab-ci.yml': PIPELINE, 'test.sh': 'true\n' };
  const project = await plantProject(world.gitlab.instance, { path: 'ci/cold', buildsEnabled: true, files });
  await tested(project, 'exit 1');

  const failure = await failureOf(choose(settingsFor('ci/cold', { from: 'default-branch' })));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toMatch(/^ci\/cold: no pipeline of main has passed/);
});

it.each([
  ['pipelines are switched off', false, { '.gitlab-ci.yml': PIPELINE }],
  ['there is no pipeline file', true, { 'README.md': 'No pipeline\n' }],
])('takes the newest commit of the default branch where %s', async (what, buildsEnabled, files) => {
  const path = `ci/${what.replaceAll(' ', '-')}`;
  const project = await plantProject(world.gitlab.instance, { path, buildsEnabled, files });

  const { projects } = await choose(settingsFor(path, { from: 'default-branch' }));

  const sha = await world.gitlab.instance.repository(project).resolve('refs/heads/main');
  expect(projects).toEqual([
    { project: path, sha, sentence: `It is the newest commit of main; ${path} runs no pipelines.` },
  ]);
});

it.each<[string, CandidatePolicy, RegExp]>([
  ['nothing was deployed', { from: 'environment', environment: 'mars' }, /nothing was deployed to mars yet/],
])('refuses where %s', async (_case, candidate, words) => {
  const failure = await failureOf(choose({ ...world.settings, candidate }));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toMatch(words);
});

/** A commit that is on no branch of canonical, with this one before it. */
async function besides(parents: readonly string[], path: string): Promise<string> {
  const mirror = world.outside.mirrorOf(world.project('gitaly'));
  await mirror.fetch('canonical');
  const tree = (await mirror.git(['rev-parse', 'refs/sides/canonical/heads/master^{tree}'])).trim();
  const commit = await commitTree(mirror, { tree, parents, message: path, at: '2026-11-10T08:00:00.000Z' });
  const side = path === SECURITY ? 'security' : 'canonical';
  await mirror.remote(['push', '--quiet', mirror.urlOf(side), `${commit}:refs/heads/besides`]);
  return commit;
}

it('says the same of a public commit besides the default branch and of a secret one without a public one below', async () => {
  const [head = ''] = await commits();
  await deploy('moon', await besides([head], CANONICAL), CANONICAL);
  await deploy('venus', await besides([], SECURITY), SECURITY);

  const told = await Promise.all(
    ['moon', 'venus'].map(async (environment) => {
      const projects = [world.project('gitaly')];
      const candidate = { from: 'environment', environment } as const;
      const failure = await failureOf(choose({ ...world.settings, projects, candidate }));
      return failure.message.replaceAll(environment, 'there');
    }),
  );

  expect(told[1]).toBe(told[0]);
  expect(told[0]).toMatch(/^gitlab-org\/gitaly: there runs what was not made from master\. /);
});
