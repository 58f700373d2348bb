import { addUser } from '../../sandbox/gitlab/instance';
import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { cloneOf, remoteOf, type WorkTree } from '../support/work-tree';

const DEVELOPER_TOKEN = 'developer-token';
const REPORTER_TOKEN = 'reporter-token';

let gitlab: TestGitLab;
const trees: WorkTree[] = [];

beforeAll(async () => {
  gitlab = await startGitLab();
  addUser(gitlab.instance, { username: 'dev', name: 'Dev', access_level: 30, token: DEVELOPER_TOKEN });
  addUser(gitlab.instance, { username: 'rep', name: 'Rep', access_level: 20, token: REPORTER_TOKEN });
});
afterAll(async () => {
  await Promise.all(trees.map((tree) => tree.end()));
  await gitlab.end();
});

async function clone(path: string, token: string | null = gitlab.token): Promise<WorkTree> {
  const tree = await cloneOf(remoteOf(gitlab, path, token));
  trees.push(tree);
  return tree;
}

async function protectedTree(path: string): Promise<{ id: number; tree: WorkTree }> {
  const { id } = await plantProject(gitlab.instance, { path });
  await gitlab.request('POST', `/projects/${id}/protected_branches`, { name: 'main' });
  await gitlab.request('POST', `/projects/${id}/protected_tags`, { name: 'v*' });
  return { id, tree: await clone(path) };
}

it('is cloned and pushed to with a token', async () => {
  const project = await plantProject(gitlab.instance, { path: 'git/pushed' });
  const tree = await clone('git/pushed');

  const sha = await tree.commit({ 'lib/new.sh': 'true\n' });
  await tree.git('push', '--quiet', 'origin', 'HEAD:refs/heads/topic');

  const { body } = await gitlab.request<{ commit: { id: string } }>(
    'GET',
    `/projects/${project.id}/repository/branches/topic`,
  );
  expect(body.commit.id).toBe(sha);
});

it('takes a push of several refs as one, or not at all when it is atomic', async () => {
  const project = await plantProject(gitlab.instance, { path: 'git/atomic' });
  await gitlab.request('POST', `/projects/${project.id}/protected_tags`, {
    name: 'v*',
    create_access_level: 0,
  });
  const tree = await clone('git/atomic');
  await tree.git('tag', 'v1');

  const refused = await tree.tryGit('push', '--atomic', 'origin', 'HEAD:refs/heads/one', 'v1');
  const taken = await tree.tryGit('push', '--atomic', 'origin', 'HEAD:refs/heads/one', 'v1:refs/tags/other');

  expect(refused.ok).toBe(false);
  expect(taken.ok).toBe(true);
});

describe('who may do what', () => {
  it('lets anybody clone a public project', async () => {
    await plantProject(gitlab.instance, { path: 'git/public', visibility: 'public' });

    const tree = await clone('git/public', null);

    expect(await tree.git('log', '--format=%s')).toBe('Change files');
  });

  it.each([
    ['a private project', 'git/secret'],
    ['a project that does not exist', 'git/nothing'],
  ])('asks an unknown person for a password for %s', async (_what, path) => {
    await plantProject(gitlab.instance, { path: 'git/secret' });

    const response = await fetch(`${gitlab.url}/${path}.git/info/refs?service=git-upload-pack`);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
  });

  it('refuses the push of someone who may only read', async () => {
    await plantProject(gitlab.instance, { path: 'git/read-only' });
    const tree = await clone('git/read-only', REPORTER_TOKEN);

    const { ok, said } = await tree.tryGit('push', 'origin', 'HEAD:refs/heads/topic');

    expect(ok).toBe(false);
    expect(said).toContain('403');
  });
});

describe('protected refs', () => {
  it.each([
    {
      what: 'a forced push',
      refspec: '+HEAD~1:refs/heads/main',
      why: 'not allowed to force push code to a protected branch',
    },
    { what: 'the deletion of a branch', refspec: ':refs/heads/main', why: 'only delete protected branches' },
    { what: 'a moved tag', refspec: '+HEAD~1:refs/tags/v1', why: 'Protected tags cannot be updated' },
    { what: 'the deletion of a tag', refspec: ':refs/tags/v1', why: 'only delete protected tags' },
  ])('refuses $what', async ({ what, refspec, why }) => {
    const { tree } = await protectedTree(`git/protected-${what.replaceAll(' ', '-')}`);
    await tree.commit({ 'a.txt': 'a\n' });
    await tree.git('push', '--quiet', 'origin', 'HEAD:main', 'HEAD:refs/tags/v1');

    const { ok, said } = await tree.tryGit('push', 'origin', refspec);

    expect(ok).toBe(false);
    expect(said).toContain(why);
  });

  it('refuses a developer what only maintainers may push', async () => {
    await protectedTree('git/levels');
    const tree = await clone('git/levels', DEVELOPER_TOKEN);
    await tree.commit({ 'a.txt': 'a\n' });

    const branch = await tree.tryGit('push', 'origin', 'HEAD:main');
    const tag = await tree.tryGit('push', 'origin', 'HEAD:refs/tags/v9');
    const topic = await tree.tryGit('push', 'origin', 'HEAD:refs/heads/topic');

    expect(branch).toEqual({
      ok: false,
      said: expect.stringContaining('not allowed to push code to protected'),
    });
    expect(tag).toEqual({ ok: false, said: expect.stringContaining('not allowed to create this tag') });
    expect(topic.ok).toBe(true);
  });

  it('guards a new tag also beside tags that match the same pattern', async () => {
    const { tree } = await protectedTree('git/beside');
    await tree.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1');
    const other = await clone('git/beside', DEVELOPER_TOKEN);

    const { ok } = await other.tryGit('push', 'origin', 'HEAD:refs/tags/v2');

    expect(ok).toBe(false);
  });

  it('lets the most permissive of several protections count', async () => {
    const { id, tree } = await protectedTree('git/several');
    await gitlab.request('POST', `/projects/${id}/protected_branches`, { name: 'ma*', push_access_level: 0 });
    await tree.commit({ 'a.txt': 'a\n' });

    const { ok } = await tree.tryGit('push', 'origin', 'HEAD:main');

    expect(ok).toBe(true);
  });
});

describe('a lost answer', () => {
  it('fails a push that has been carried out', async () => {
    const project = await plantProject(gitlab.instance, { path: 'git/lost' });
    const tree = await clone('git/lost');
    const sha = await tree.commit({ 'a.txt': 'a\n' });
    gitlab.arm({ match: 'POST .*git-receive-pack', kind: 'lost-response' });

    const { ok } = await tree.tryGit('push', 'origin', 'HEAD:main');

    expect(ok).toBe(false);
    expect(await gitlab.instance.repository(project).resolve('refs/heads/main')).toBe(sha);
    expect((await tree.tryGit('push', 'origin', 'HEAD:main')).said).toContain('Everything up-to-date');
  });

  it.each([
    ['status', 'The requested URL returned error: 502'],
    ['rate-limit', 'The requested URL returned error: 429'],
  ] as const)(
    'is something else than the fault %s, which keeps the push from happening',
    async (kind, words) => {
      const project = await plantProject(gitlab.instance, { path: `git/fault-${kind}` });
      const tree = await clone(`git/fault-${kind}`);
      const sha = await tree.commit({ 'a.txt': 'a\n' });
      gitlab.arm({ match: 'git-receive-pack', kind });

      const { ok, said } = await tree.tryGit('push', 'origin', 'HEAD:main');

      expect(ok).toBe(false);
      expect(said).toContain(words);
      expect(await gitlab.instance.repository(project).resolve('refs/heads/main')).not.toBe(sha);
    },
  );
});

it('is asked for nonsense without harm', async () => {
  const statuses = await Promise.all(
    ['/%zz.git/info/refs', '/a/b.git/HEAD', '/a/b'].map(
      async (path) => (await fetch(`${gitlab.url}${path}`)).status,
    ),
  );

  expect(statuses.every((status) => status === 404 || status === 400)).toBe(true);
});
