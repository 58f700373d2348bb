import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';
import { cloneOf, remoteOf } from '../support/work-tree';

const run = promisify(execFile);
const HOOK = { url: 'http://127.0.0.1:9/', token: 'token', signingToken: 'signing' };
const NAMES = ['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts'];

interface Named {
  readonly name: string;
  readonly path_with_namespace: string;
  readonly title: string;
}

async function all<T>(gitlab: TestGitLab, path: string): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let page = 1; ; page++) {
    const { body } = await gitlab.request<T[]>('GET', `${path}?per_page=100&page=${page}`);
    rows.push(...body);
    if (body.length < 100) return rows;
  }
}

/** What two histories from the same seed have in common: everything but times, and SHAs, which hold them. */
async function told(gitlab: TestGitLab): Promise<object> {
  const projects = await all<Named>(gitlab, '/projects');
  const stories = projects.map(async ({ path_with_namespace: path }) => {
    const at = `/projects/${encodeURIComponent(path)}`;
    const [branches, tags, commits, mergeRequests] = await Promise.all([
      all<Named>(gitlab, `${at}/repository/branches`),
      all<Named>(gitlab, `${at}/repository/tags`),
      all<Named>(gitlab, `${at}/repository/commits`),
      all<Named>(gitlab, `${at}/merge_requests`),
    ]);
    return {
      path,
      branches: branches.map(({ name }) => name),
      tags: tags.map(({ name }) => name),
      commits: commits.map(({ title }) => title),
      mergeRequests: mergeRequests.map(({ title }) => title),
    };
  });
  return Promise.all(stories);
}

describe('the planted product', () => {
  let gitlab: TestGitLab;

  beforeAll(async () => {
    gitlab = await startGitLab({ seed: 7, hook: HOOK });
  });
  afterAll(() => gitlab.end());

  it('has three repositories of each project, the canonical one public', async () => {
    const projects = await all<{ path_with_namespace: string; visibility: string }>(gitlab, '/projects');

    const groups = {
      'gitlab-org': 'public',
      'gitlab-org/security': 'private',
      'gitlab-org/build': 'private',
    };
    expect(new Map(projects.map((one) => [one.path_with_namespace, one.visibility]))).toEqual(
      new Map(
        NAMES.flatMap((name) => Object.entries(groups).map(([group, kind]) => [`${group}/${name}`, kind])),
      ),
    );
  });

  it('is the same in all three, and quiet: nobody was told of it', async () => {
    const shas = await Promise.all(
      ['gitlab-org', 'gitlab-org/security', 'gitlab-org/build'].map(async (group) => {
        const path = `/projects/${encodeURIComponent(`${group}/gitlab`)}/repository/branches/master`;
        return (await gitlab.request<{ commit: { id: string } }>('GET', path)).body.commit.id;
      }),
    );

    expect(new Set(shas).size).toBe(1);
    expect(gitlab.instance.tables.outbox.all(0)).toEqual([]);
    expect(gitlab.instance.tables.pipelines.everywhere()).toEqual([]);
  });

  it('has a webhook of each repository: pushes of the canonical one, pipelines of the private ones', async () => {
    const hooks = await Promise.all(
      ['gitlab-org/gitlab', 'gitlab-org/security/gitlab', 'gitlab-org/build/gitlab'].map((path) =>
        all<object>(gitlab, `/projects/${encodeURIComponent(path)}/hooks`),
      ),
    );

    expect(hooks).toEqual([
      [
        expect.objectContaining({
          push_events: true,
          tag_push_events: true,
          merge_requests_events: true,
          pipeline_events: true,
        }),
      ],
      [expect.objectContaining({ push_events: false, tag_push_events: false, pipeline_events: true })],
      [expect.objectContaining({ push_events: false, tag_push_events: false, pipeline_events: true })],
    ]);
  });

  it('runs in production, in an environment that is there', async () => {
    const at = `/projects/${encodeURIComponent('gitlab-org/gitlab')}`;

    const [deployments, environments, labels] = await Promise.all([
      all<object>(gitlab, `${at}/deployments`),
      all<object>(gitlab, `${at}/environments`),
      all<Named>(gitlab, `${at}/labels`),
    ]);

    const names = ['gprd', 'db/gprd'];
    expect(deployments).toEqual(
      names.map((name) =>
        expect.objectContaining({ status: 'success', environment: expect.objectContaining({ name }) }),
      ),
    );
    expect(environments).toEqual(names.map((name) => expect.objectContaining({ name, tier: 'production' })));
    expect(labels.map(({ name }) => name)).toEqual(['type::bug', 'type::feature']);
  });

  it('has merge commits that tell their merge request', async () => {
    const at = `/projects/${encodeURIComponent('gitlab-org/gitlab')}`;
    const { body: commits } = await gitlab.request<{ id: string; title: string }[]>(
      'GET',
      `${at}/repository/commits?first_parent=true&per_page=1`,
    );

    const { body } = await gitlab.request<{ state: string }[]>(
      'GET',
      `${at}/repository/commits/${commits[0]?.id}/merge_requests`,
    );

    expect(commits[0]?.title).toMatch(/^Merge branch/);
    expect(body).toEqual([expect.objectContaining({ state: 'merged', target_branch: 'master' })]);
  });

  it('stays as it is when planted again', async () => {
    const before = await told(gitlab);

    const { status, body } = await gitlab.request('POST', '/sandbox/seed', { seed: 7 });

    expect(status).toBe(200);
    expect(body).toEqual({ projects: NAMES.map((name) => `gitlab-org/${name}`) });
    expect(await told(gitlab)).toEqual(before);
  });

  it('tells the same story from the same seed, and another from another', async () => {
    const [same, other] = await Promise.all([startGitLab({ seed: 7 }), startGitLab({ seed: 8 })]);

    const [first, second, third] = await Promise.all([gitlab, same, other].map((one) => told(one)));

    await Promise.all([same.end(), other.end()]);
    expect(JSON.stringify(first).length).toBeGreaterThan(10_000);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
  }, 60_000);

  it('has tests that pass where a tag is built, and fail where the tree is broken', async () => {
    const path = 'gitlab-org/build/gitaly';
    const tree = await cloneOf(remoteOf(gitlab, path, gitlab.token));
    const at = `/projects/${encodeURIComponent(path)}`;
    await tree.git('push', '--quiet', 'origin', 'v18.6.1^{}:refs/tags/v18.6.1-again');
    await tree.git('checkout', '--quiet', 'v18.6.1');
    await tree.commit({ 'lib/refs.sh': 'refs_0() { echo wrong; }\n' });
    await tree.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v18.6.1-broken');

    const statusOf = (ref: string) =>
      until(`the pipeline of ${ref}`, async () => {
        const { body } = await gitlab.request<{ status: string }[]>('GET', `${at}/pipelines?ref=${ref}`);
        return body.map(({ status }) => status).find((status) => /success|failed/.test(status));
      });

    expect(await statusOf('v18.6.1-again')).toBe('success');
    expect(await statusOf('v18.6.1-broken')).toBe('failed');
    await tree.end();
  });
});

describe('a repository that is taken in', () => {
  let gitlab: TestGitLab;
  let source: string;

  beforeAll(async () => {
    gitlab = await startGitLab({ hook: HOOK });
    source = await mkdtemp(join(tmpdir(), 'sandbox-source-'));
    const git = (...args: readonly string[]) =>
      run('git', ['-c', 'user.name=Me', '-c', 'user.email=me@example.com', ...args], { cwd: source });
    await git('init', '--quiet', '--initial-branch=trunk');
    await git('commit', '--quiet', '--allow-empty', '--message', 'First');
    await git('branch', 'other');
    await git('tag', 'v1');
    await git('tag', '-a', 'v2', '-m', 'Version 2');
  });
  afterAll(async () => {
    await rm(source, { recursive: true, force: true });
    await gitlab.end();
  });

  it('has its branches, its tags and its default branch, and no news', async () => {
    const answer = await gitlab.request('POST', '/sandbox/import', { path: source, as: 'mine/taken' });

    const at = '/projects/mine%2Ftaken';
    const branches = await all<Named>(gitlab, `${at}/repository/branches`);
    const tags = await all<Named>(gitlab, `${at}/repository/tags`);
    expect(answer).toMatchObject({ status: 200, body: { defaultBranch: 'trunk' } });
    expect((await gitlab.request('GET', at)).body).toMatchObject({
      default_branch: 'trunk',
      visibility: 'public',
    });
    expect(branches.map(({ name }) => name)).toEqual(['other', 'trunk']);
    expect(tags.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))).toEqual(['v1', 'v2']);
    expect(gitlab.instance.tables.outbox.all(0)).toEqual([]);
  });

  it.each([
    [{ path: '/nowhere', as: 'mine/nowhere' }, 'is no git repository'],
    [{ path: tmpdir(), as: 'nonsense' }, 'is no path such as group/project'],
    [{ path: tmpdir(), as: 'mine/there' }, 'exists already'],
  ])('is refused as %j', async (body, words) => {
    await plantProject(gitlab.instance, { path: 'mine/there' });

    const answer = await gitlab.request<{ message: string }>('POST', '/sandbox/import', body);

    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(words);
  });
});
