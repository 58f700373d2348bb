import type { Project } from '../../sandbox/gitlab/entities';
import { addUser } from '../../sandbox/gitlab/instance';
import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';

let gitlab: TestGitLab;
let project: Project;
let at: string;
let serial = 0;

interface Commit {
  readonly id: string;
  readonly message: string;
  readonly title: string;
  readonly parent_ids: readonly string[];
  readonly author_name: string;
  readonly committer_name: string;
}

beforeAll(async () => {
  gitlab = await startGitLab();
  addUser(gitlab.instance, { username: 'dev', name: 'Dev', access_level: 30, token: 'developer-token' });
});
beforeEach(async () => {
  const files = { 'README.md': 'one\ntwo\nthree\n', 'lib/a.sh': 'a\n', 'lib/b.sh': 'b\n' };
  project = await plantProject(gitlab.instance, { path: `commits/project-${++serial}`, files });
  at = `/projects/${project.id}/repository`;
});
afterAll(() => gitlab.end());

const post = (body: object) =>
  gitlab.request<Commit>('POST', `${at}/commits`, { branch: 'main', commit_message: 'Change', ...body });

async function content(path: string, ref = 'main'): Promise<string | number> {
  const file = await gitlab.request<string>('GET', `${at}/files/${encodeURIComponent(path)}/raw?ref=${ref}`);
  return file.status === 200 ? file.body : file.status;
}

describe('a commit of file actions', () => {
  it('does all of them at once', async () => {
    const { status, body } = await post({
      author_name: 'Ann',
      author_email: 'ann@example.com',
      actions: [
        { action: 'create', file_path: 'new/file.txt', content: 'bmV3Cg==', encoding: 'base64' },
        { action: 'update', file_path: 'README.md', content: 'changed\n' },
        { action: 'delete', file_path: 'lib/a.sh' },
        { action: 'move', file_path: 'lib/c.sh', previous_path: 'lib/b.sh' },
        { action: 'chmod', file_path: 'lib/c.sh', execute_filemode: true },
      ],
    });

    const moved = await gitlab.request<{ execute_filemode: boolean; last_commit_id: string }>(
      'GET',
      `${at}/files/lib%2Fc.sh?ref=main`,
    );
    const contents = await Promise.all(
      ['new/file.txt', 'README.md', 'lib/a.sh', 'lib/b.sh'].map((path) => content(path)),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      title: 'Change',
      author_name: 'Ann',
      committer_name: 'GitLab Release Tools Bot',
    });
    expect(contents).toEqual(['new\n', 'changed\n', 404, 404]);
    expect(moved.body).toMatchObject({ execute_filemode: true, last_commit_id: body.id });
  });

  it('begins a branch at another', async () => {
    const { status } = await post({
      branch: 'topic',
      start_branch: 'main',
      actions: [{ action: 'update', file_path: 'README.md', content: 'topic\n' }],
    });

    expect(status).toBe(201);
    expect([await content('README.md'), await content('README.md', 'topic')]).toEqual([
      'one\ntwo\nthree\n',
      'topic\n',
    ]);
  });

  it.each([
    [{ action: 'create', file_path: 'README.md' }, 'A file with this name already exists'],
    [{ action: 'create', file_path: 'README.md/below' }, 'A file with this name already exists'],
    [{ action: 'create', file_path: 'lib' }, 'A directory with this name already exists'],
    [
      { action: 'move', file_path: 'lib/a.sh', previous_path: 'lib/b.sh' },
      'A file with this name already exists',
    ],
    [{ action: 'update', file_path: 'nothing' }, "A file with this name doesn't exist"],
    [{ action: 'delete', file_path: 'nothing' }, "A file with this name doesn't exist"],
    [{ action: 'create', file_path: '../outside' }, 'invalid path'],
    [
      { action: 'update', file_path: 'README.md', last_commit_id: 'f'.repeat(40) },
      'You are attempting to update a file that has changed since you started editing it.',
    ],
  ])('is refused for %j, and nothing of it is done', async (action, message) => {
    const good = { action: 'create', file_path: 'good.txt', content: 'good\n' };

    const answer = await post({ actions: [good, { content: 'x', ...action }] });

    expect(answer).toMatchObject({ status: 400, body: { message } });
    expect(await content('good.txt')).toBe(404);
  });

  it.each([
    [{ branch: 'nowhere' }, 'You can only create or edit files when you are on a branch'],
    [{ branch: 'main', start_branch: 'nowhere' }, "A branch called 'main' already exists."],
    [{ branch: 'topic', start_branch: 'nowhere' }, 'Cannot find nowhere'],
  ])('is refused where it has no place: %j', async (where, message) => {
    const { status, body } = await post({ ...where, actions: [] });

    expect(status).toBe(400);
    expect(body.message).toContain(message);
  });

  it('is refused to those who may not push', async () => {
    await gitlab.request('POST', `/projects/${project.id}/protected_branches`, { name: 'main' });

    const body = { branch: 'main', commit_message: 'x', actions: [] };
    const answer = await gitlab.request('POST', `${at}/commits`, body, { token: 'developer-token' });

    expect(answer.status).toBe(403);
  });
});

async function mergeOf(branch: string): Promise<string> {
  const wanted = { source_branch: branch, target_branch: 'main', title: 'Topic' };
  const path = `/projects/${project.id}/merge_requests`;
  const { body } = await gitlab.request<{ iid: number }>('POST', path, wanted);
  const merged = await gitlab.request<{ merge_commit_sha: string }>('PUT', `${path}/${body.iid}/merge`);
  return merged.body.merge_commit_sha;
}

describe.each([
  { way: 'cherry_pick', title: 'Add topic', author: 'Somebody', kept: 'topic\n' },
  { way: 'revert', title: 'Revert "Add topic"', author: 'GitLab Release Tools Bot', kept: 404 },
])('$way', ({ way, title, author, kept }) => {
  let picked: string;

  beforeEach(async () => {
    picked = await commitFiles(
      gitlab.instance,
      project,
      { 'topic.txt': 'topic\n' },
      { branch: 'topic', message: 'Add topic' },
    );
    await commitFiles(gitlab.instance, project, { 'README.md': 'one\ntwo\nfour\n' }, { message: 'Go on' });
    const target = way === 'revert' ? 'topic' : 'main';
    await gitlab.request('POST', `${at}/branches`, { branch: 'target', ref: target });
  });

  const carry = (body: object, sha = picked) =>
    gitlab.request<Commit>('POST', `${at}/commits/${sha}/${way}`, body);

  it('makes a commit of its own', async () => {
    const { status, body } = await carry({ branch: 'target' });

    expect(status).toBe(201);
    expect(body).toMatchObject({ title, author_name: author, committer_name: 'GitLab Release Tools Bot' });
    expect(body.message).toContain(picked);
    expect(await content('topic.txt', 'target')).toBe(kept);
  });

  it('only tries when it is asked to', async () => {
    expect(await carry({ branch: 'target', dry_run: 'true' })).toMatchObject({
      status: 200,
      body: { dry_run: 'success' },
    });
    expect(await content('topic.txt', 'target')).not.toBe(kept);
  });

  it('says that there is nothing to do the second time', async () => {
    await carry({ branch: 'target' });

    expect(await carry({ branch: 'target' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Sorry, we cannot'), error_code: 'empty' },
    });
  });

  it('says that it conflicts', async () => {
    const ours = { 'topic.txt': 'something else\n' };
    await commitFiles(gitlab.instance, project, ours, { branch: 'target' });

    expect(await carry({ branch: 'target' })).toMatchObject({
      status: 400,
      body: { error_code: 'conflict' },
    });
  });

  it.each([
    [{ branch: 'nowhere' }, undefined, '404 Branch Not Found'],
    [{ branch: 'target' }, 'f'.repeat(40), '404 Commit Not Found'],
  ])('finds neither branch nor commit that is not there: %j', async (body, sha, message) => {
    expect(await carry(body, sha)).toMatchObject({ status: 404, body: { message } });
  });

  it('takes a merge as its target saw it', async () => {
    const merge = await mergeOf('topic');

    const { status } = await carry({ branch: 'target' }, merge);

    expect(status).toBe(201);
    expect(await content('topic.txt', 'target')).toBe(kept);
  });
});

describe('what was committed', () => {
  it('is listed by range, by path and by first parents', async () => {
    const first = await gitlab.instance.repository(project).resolve('main');
    await commitFiles(gitlab.instance, project, { 'lib/a.sh': 'aa\n' }, { message: 'Change a' });
    await commitFiles(gitlab.instance, project, { 'lib/b.sh': 'bb\n' }, { message: 'Change b' });
    const titles = async (query: string) =>
      (await gitlab.request<Commit[]>('GET', `${at}/commits?${query}`)).body.map(({ title }) => title);

    expect(await titles(`ref_name=${first}..main`)).toEqual(['Change b', 'Change a']);
    expect(await titles('path=lib/a.sh')).toEqual(['Change a', 'Change files']);
    expect((await gitlab.request('GET', `${at}/commits?ref_name=--all`)).status).toBe(404);
    expect((await gitlab.request('GET', `${at}/commits?ref_name=--all..main`)).status).toBe(404);
  });

  it('is compared, with what each file became', async () => {
    await commitFiles(gitlab.instance, project, { 'README.md': 'one\ntwo\nfour\n', 'new.txt': 'new\n' });
    const first = await gitlab.instance.repository(project).resolve('main~1');

    const { body } = await gitlab.request<{ diffs: object[]; commits: object[] }>(
      'GET',
      `${at}/compare?from=${first}&to=main`,
    );

    expect(body.commits).toHaveLength(1);
    expect(body.diffs).toEqual([
      expect.objectContaining({
        new_path: 'README.md',
        new_file: false,
        diff: expect.stringContaining('-three\n+four'),
      }),
      expect.objectContaining({ new_path: 'new.txt', new_file: true, b_mode: '100644' }),
    ]);
  });

  it('has trailers', async () => {
    await commitFiles(
      gitlab.instance,
      project,
      { a: 'a' },
      { message: 'Title\n\nBody\n\nChangelog: added\nEE: true' },
    );

    const { body } = await gitlab.request<{ trailers: object }>('GET', `${at}/commits/main`);

    expect(body.trailers).toEqual({ Changelog: 'added', EE: 'true' });
  });

  it('has a common ancestor', async () => {
    const base = await gitlab.instance.repository(project).resolve('main');
    await commitFiles(gitlab.instance, project, { a: 'a' }, { branch: 'left' });
    await commitFiles(gitlab.instance, project, { b: 'b' });

    const { body } = await gitlab.request<Commit>('GET', `${at}/merge_base?refs[]=left&refs[]=main`);

    expect(body.id).toBe(base);
  });
});
