import type { Project } from '../../sandbox/gitlab/entities';
import { noticePushes } from '../../sandbox/gitlab/pushes';
import { addUser } from '../../sandbox/gitlab/instance';
import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { cloneOf, remoteOf } from '../support/work-tree';

let gitlab: TestGitLab;
let receiver: WebhookReceiver;
let project: Project;
let at: string;
let serial = 0;

interface MergeRequest {
  readonly iid: number;
  readonly state: string;
  readonly sha: string;
  readonly merge_commit_sha: string | null;
  readonly detailed_merge_status: string;
  readonly labels: readonly string[];
}

beforeAll(async () => {
  gitlab = await startGitLab();
  addUser(gitlab.instance, { username: 'dev', name: 'Dev', access_level: 30, token: 'developer-token' });
});
beforeEach(async () => {
  receiver = await startReceiver();
  project = await plantProject(gitlab.instance, {
    path: `mrs/project-${++serial}`,
    files: { 'a.txt': 'a\n' },
  });
  at = `/projects/${project.id}/merge_requests`;
  await commitFiles(gitlab.instance, project, { 'b.txt': 'b\n' }, { branch: 'topic', message: 'Add b' });
  await noticePushes(gitlab.instance, { project, userId: 1 });
  const hook = { url: receiver.url, push_events: false, merge_requests_events: true };
  await gitlab.request('POST', `/projects/${project.id}/hooks`, hook);
});
afterEach(() => receiver.end());
afterAll(() => gitlab.end());

async function opened(fields: object = {}): Promise<string> {
  const wanted = { source_branch: 'topic', target_branch: 'main', title: 'Topic', ...fields };
  const { body } = await gitlab.request<MergeRequest>('POST', at, wanted);
  return `${at}/${body.iid}`;
}

const read = async (path: string) => (await gitlab.request<MergeRequest>('GET', path)).body;
const told = () => receiver.calls.map(({ body }) => body.object_attributes?.action);

it('is merged once, whoever asks at the same time', async () => {
  const path = await opened();

  const answers = await Promise.all(
    [1, 2, 3].map(() => gitlab.request<MergeRequest>('PUT', `${path}/merge`)),
  );

  const history = await gitlab.instance.repository(project).git(['rev-list', '--merges', 'main']);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 405, 405]);
  expect(history.trim()).toBe((await read(path)).merge_commit_sha);
  await until('the webhook', () => told().includes('merge'));
  expect(told()).toEqual(['open', 'merge']);
});

it('is merged while others push to the target', async () => {
  const path = await opened();
  const tree = await cloneOf(remoteOf(gitlab, project.path_with_namespace, gitlab.token));
  await tree.commit({ 'c.txt': 'c\n' });

  const [merged, pushed] = await Promise.all([
    gitlab.request('PUT', `${path}/merge`),
    tree.tryGit('push', 'origin', 'HEAD:main'),
  ]);

  expect(merged.status).toBe(200);
  expect(await gitlab.instance.repository(project).isAncestor((await read(path)).sha, 'main')).toBe(true);
  const isThere = (await gitlab.instance.repository(project).file('main', 'c.txt')) !== undefined;
  expect(isThere).toBe(pushed.ok);
  await tree.end();
});

it('is not merged as something else than was looked at', async () => {
  const path = await opened();

  const answer = await gitlab.request('PUT', `${path}/merge`, { sha: 'f'.repeat(40) });

  expect(answer).toMatchObject({
    status: 409,
    body: { message: 'SHA does not match HEAD of source branch' },
  });
});

it('that conflicts says so and is not merged', async () => {
  await commitFiles(gitlab.instance, project, { 'b.txt': 'other\n' });
  const path = await opened();

  const answer = await gitlab.request('PUT', `${path}/merge`);

  expect((await read(path)).detailed_merge_status).toBe('conflict');
  expect(answer).toMatchObject({ status: 422, body: { message: 'Branch cannot be merged' } });
});

it('that is a draft is not merged', async () => {
  const path = await opened({ title: 'Draft: topic' });

  expect((await gitlab.request('PUT', `${path}/merge`)).status).toBe(405);
});

it('is opened once for its branches, whoever asks at the same time', async () => {
  const wanted = { source_branch: 'topic', target_branch: 'main', title: 'Topic' };

  const answers = await Promise.all([1, 2].map(() => gitlab.request('POST', at, wanted)));

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toEqual({
    message: ['Another open merge request already exists for this source branch: !1'],
  });
});

it('follows its source, and loses its approvals with the old head', async () => {
  const path = await opened();
  await gitlab.request('POST', `${path}/approve`);
  const sha = await commitFiles(gitlab.instance, project, { 'b.txt': 'bb\n' }, { branch: 'topic' });

  await noticePushes(gitlab.instance, { project, userId: 1 });

  await until('the new head', async () => (await read(path)).sha === sha);
  expect((await gitlab.request('GET', `${path}/approvals`)).body).toMatchObject({ approved: false });
});

it('counts as merged when its commits come to the target on another way', async () => {
  const path = await opened();
  const tree = await cloneOf(remoteOf(gitlab, project.path_with_namespace, gitlab.token));

  await tree.git('push', '--quiet', 'origin', 'origin/topic:main');

  await until('it to be merged', async () => (await read(path)).state === 'merged');
  await until('the webhook', () => told().includes('merge'));
  expect(told()).toEqual(['open', 'merge']);
  await tree.end();
});

it('is approved and unapproved', async () => {
  const path = await opened();
  const asking = { token: 'developer-token' };
  const ask = (what: string) => gitlab.request('POST', `${path}/${what}`, {}, asking);

  const answers = [
    await ask('approve'),
    await ask('approve'),
    await ask('unapprove'),
    await ask('unapprove'),
  ];

  expect(answers.map(({ status }) => status)).toEqual([201, 401, 201, 404]);
  expect(answers[0]?.body).toMatchObject({ approved: true, approvals_left: 0 });
  expect(answers[2]?.body).toMatchObject({ approved: false, approvals_left: 1 });
  await until('the webhooks', () => told().includes('unapproved'));
  expect(told()).toEqual(['open', 'approved', 'unapproved']);
});

it('is closed, reopened and labelled, and each is told by its name', async () => {
  const path = await opened();

  for (const change of [{ state_event: 'close' }, { state_event: 'reopen' }, { add_labels: 'one,two' }])
    await gitlab.request('PUT', path, change);

  const labels = await gitlab.request<{ name: string }[]>('GET', `/projects/${project.id}/labels`);
  await until('the webhooks', () => receiver.calls.length === 4);
  expect(new Set(told())).toEqual(new Set(['open', 'close', 'reopen', 'update']));
  expect((await read(path)).labels).toEqual(['one', 'two']);
  expect(labels.body.map(({ name }) => name)).toEqual(['one', 'two']);
});

it('stays merged when it is closed', async () => {
  const path = await opened();
  await gitlab.request('PUT', `${path}/merge`);

  await gitlab.request('PUT', path, { state_event: 'close' });

  expect((await read(path)).state).toBe('merged');
});

it('keeps what two people change at the same time', async () => {
  const path = await opened();

  await Promise.all(['a', 'b', 'c', 'd'].map((label) => gitlab.request('PUT', path, { add_labels: label })));

  expect((await read(path)).labels.toSorted((a, b) => a.localeCompare(b))).toEqual(['a', 'b', 'c', 'd']);
});

describe('a rebase', () => {
  it('carries the commits over to the target', async () => {
    const path = await opened();
    const target = await commitFiles(gitlab.instance, project, { 'c.txt': 'c\n' });

    const { status, body } = await gitlab.request('PUT', `${path}/rebase`);

    const parents = await gitlab.instance.repository(project).git(['log', '-1', '--format=%P %an', 'topic']);
    expect({ status, body }).toEqual({ status: 202, body: { rebase_in_progress: false } });
    expect(parents.trim()).toBe(`${target} Somebody`);
  });

  it('is refused where it conflicts', async () => {
    const path = await opened();
    await commitFiles(gitlab.instance, project, { 'b.txt': 'other\n' });

    expect((await gitlab.request('PUT', `${path}/rebase`)).status).toBe(409);
  });

  it('is refused for what is not open', async () => {
    const path = await opened();
    await gitlab.request('PUT', path, { state_event: 'close' });

    expect((await gitlab.request('PUT', `${path}/rebase`)).status).toBe(409);
  });
});

it('says what it changes', async () => {
  const path = await opened();

  const commits = await gitlab.request<{ title: string }[]>('GET', `${path}/commits`);
  const diffs = await gitlab.request<{ new_path: string }[]>('GET', `${path}/diffs`);
  await gitlab.request('PUT', `${path}/merge`);
  const afterwards = await gitlab.request<{ title: string }[]>('GET', `${path}/commits`);

  expect(commits.body.map(({ title }) => title)).toEqual(['Add b']);
  expect(afterwards.body).toEqual(commits.body);
  expect(diffs.body).toEqual([expect.objectContaining({ new_path: 'b.txt', new_file: true })]);
});
