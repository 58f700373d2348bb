import { createHmac } from 'node:crypto';
import { callHooks } from '../../sandbox/gitlab/hooks/deliver';
import { ZERO_SHA } from '../../sandbox/gitlab/git-repository';
import type { Project } from '../../sandbox/gitlab/entities';
import { plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { until } from '../support/until';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { cloneOf, remoteOf } from '../support/work-tree';

let gitlab: TestGitLab;
let receiver: WebhookReceiver;
let serial = 0;

beforeAll(async () => {
  gitlab = await startGitLab();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.end());
afterAll(() => gitlab.end());

interface HookBody {
  readonly id: number;
  readonly alert_status: string;
  readonly disabled_until: string | null;
  readonly [trigger: string]: unknown;
}

interface HookEventBody {
  readonly id: number;
  readonly response_status: string;
  readonly request_headers: Readonly<Record<string, string>>;
}

async function hooked(fields: object): Promise<{ project: Project; hook: string; id: number }> {
  const project = await plantProject(gitlab.instance, {
    path: `hooks/project-${++serial}`,
    buildsEnabled: true,
    files: { '.gitlab-ci.yml': 'unit:\n  script: ["true"]\n' },
  });
  const { body } = await gitlab.request<HookBody>('POST', `/projects/${project.id}/hooks`, {
    url: receiver.url,
    push_events: false,
    ...fields,
  });
  return { project, hook: `/projects/${project.id}/hooks/${body.id}`, id: body.id };
}

const tag = (project: Project, tag_name: string) =>
  gitlab.request('POST', `/projects/${project.id}/repository/tags`, { tag_name, ref: 'main' });

/** Fails a delivery `times` times, straight away. */
async function deliver(project: Project, times: number): Promise<void> {
  const call = { event: 'Tag Push Hook', trigger: 'tag_push_events', body: { object_kind: 'tag_push' } };
  for (let index = 0; index < times; index++) await callHooks(gitlab.instance, { project, call });
}

const statuses = () => receiver.calls.map(({ body }) => body.object_attributes?.status ?? '');

describe('a delivery', () => {
  it('carries who sent it, the token, and a signature over what it says', async () => {
    const { project } = await hooked({ tag_push_events: true, token: 'sesame', signing_token: 'key' });

    await tag(project, 'v1');

    const call = await until('the webhook', () => receiver.calls[0]);
    const { headers, text } = call;
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-gitlab-event': 'Tag Push Hook',
      'x-gitlab-token': 'sesame',
      'x-gitlab-instance': gitlab.url,
      'webhook-signature': `v1,${createHmac('sha256', 'key').update(signed).digest('base64')}`,
    });
    expect(headers['idempotency-key']).toBe(headers['webhook-id']);
    expect(headers['x-gitlab-webhook-uuid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(call.body).toMatchObject({ object_kind: 'tag_push', ref: 'refs/tags/v1' });
  });

  it('tells of every state of a pipeline', async () => {
    const { project } = await hooked({ pipeline_events: true });

    await gitlab.request('POST', `/projects/${project.id}/pipeline`, { ref: 'main' });

    await until('success', () => statuses().includes('success'));
    expect(new Set(statuses())).toEqual(new Set(['pending', 'running', 'success']));
  });

  it('goes to those alone who asked for its kind', async () => {
    const { project } = await hooked({ pipeline_events: true });

    await tag(project, 'v1');

    await until('the pipeline', () => statuses().includes('success'));
    expect(new Set(receiver.calls.map(({ body }) => body.object_kind))).toEqual(new Set(['pipeline']));
  });

  it('is not made for more than three tags of one push', async () => {
    const { project } = await hooked({ tag_push_events: true });
    const tree = await cloneOf(remoteOf(gitlab, project.path_with_namespace, gitlab.token));
    for (const name of ['a1', 'a2', 'a3', 'a4']) await tree.git('tag', name);

    await tree.git('push', '--quiet', 'origin', '--tags');
    await tag(project, 'last');

    await until('the last tag', () => receiver.calls.some(({ body }) => body.ref === 'refs/tags/last'));
    expect(receiver.calls.map(({ body }) => body.ref)).toEqual(['refs/tags/last']);
    await tree.end();
  });

  it('tells of each of several pushes at the same time once, and forwards', async () => {
    const { project } = await hooked({ push_events: true });
    const remote = remoteOf(gitlab, project.path_with_namespace, gitlab.token);
    const trees = await Promise.all([1, 2, 3, 4].map(() => cloneOf(remote)));
    const shas = await Promise.all(trees.map((tree, index) => tree.commit({ 'a.txt': `${index}` })));

    await Promise.all(
      trees.map((tree, index) => tree.git('push', '-q', 'origin', `HEAD:refs/heads/b${index}`)),
    );
    await gitlab.request('DELETE', `/projects/${project.id}/repository/branches/b0`);

    await until('the deletion', () => receiver.calls.some(({ body }) => body.after === ZERO_SHA));
    const told = receiver.calls
      .map(({ body }) => `${body.ref} ${body.after}`)
      .filter((one) => !one.includes('main'));
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(
      [`refs/heads/b0 ${ZERO_SHA}`, ...shas.map((sha, index) => `refs/heads/b${index} ${sha}`)].toSorted(
        (a, b) => a.localeCompare(b),
      ),
    );
    await Promise.all(trees.map((tree) => tree.end()));
  });

  it('is not repeated after it was dropped on the way', async () => {
    const { project } = await hooked({ tag_push_events: true });
    gitlab.arm({ match: 'Tag Push Hook', kind: 'drop-webhook' });

    await tag(project, 'v1');
    await tag(project, 'v2');

    await until('the second tag', () => receiver.calls.length > 0);
    expect(receiver.calls.map(({ body }) => body.ref)).toEqual(['refs/tags/v2']);
  });
});

describe('what was delivered', () => {
  it('can be read and sent again under the same Idempotency-Key', async () => {
    const { project, hook } = await hooked({ tag_push_events: true, token: 'sesame' });
    await tag(project, 'v1');
    const event = await until('the event', async () => {
      return (await gitlab.request<HookEventBody[]>('GET', `${hook}/events`)).body[0];
    });

    const { status } = await gitlab.request('POST', `${hook}/events/${event.id}/resend`);

    const [first, second] = receiver.calls;
    expect(status).toBe(201);
    expect(event).toMatchObject({ response_status: '200', trigger: 'tag_push_events' });
    expect(event.request_headers['X-Gitlab-Token']).toBe('[REDACTED]');
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.headers['x-gitlab-webhook-uuid']).not.toBe(first?.headers['x-gitlab-webhook-uuid']);
    expect(second?.text).toBe(first?.text);
  });
});

describe('a receiver that fails', () => {
  it('is left alone for a while after four failures in a row', async () => {
    const { project, hook } = await hooked({ tag_push_events: true });
    receiver.answerWith(500);

    await deliver(project, 6);

    const { body } = await gitlab.request<HookBody>('GET', hook);
    expect(receiver.calls).toHaveLength(4);
    expect(body).toMatchObject({ alert_status: 'temporarily_disabled', disabled_until: expect.any(String) });
  });

  it('is forgiven once it has answered', async () => {
    const { project, hook } = await hooked({ tag_push_events: true });
    receiver.answerWith(500);
    await deliver(project, 3);
    receiver.answerWith(200);

    await deliver(project, 1);

    expect((await gitlab.request<HookBody>('GET', hook)).body).toMatchObject({
      alert_status: 'executable',
      disabled_until: null,
    });
  });

  it('is given up after forty failures, until a test of it succeeds', async () => {
    const { project, hook, id } = await hooked({ tag_push_events: true });
    const row = gitlab.instance.tables.hooks.get(project.id, id);
    if (row === undefined) throw new Error('the hook is there');
    gitlab.instance.tables.hooks.put(project.id, id, { ...row, failures: 39, disabled_until: null });
    receiver.answerWith(500);
    await deliver(project, 2);
    const given = await gitlab.request<HookBody>('GET', hook);
    const failing = await gitlab.request('POST', `${hook}/test/tag_push_events`);
    receiver.answerWith(200);

    const tested = await gitlab.request('POST', `${hook}/test/tag_push_events`);

    expect(given.body.alert_status).toBe('disabled');
    expect(failing.status).toBe(422);
    expect(tested).toMatchObject({ status: 201, body: { message: '201 Created' } });
    expect((await gitlab.request<HookBody>('GET', hook)).body.alert_status).toBe('executable');
  });

  it('that cannot be reached has failed as well', async () => {
    const { project, hook } = await hooked({ tag_push_events: true, url: 'http://127.0.0.1:9/' });

    await deliver(project, 1);

    const { body } = await gitlab.request<HookEventBody[]>('GET', `${hook}/events`);
    expect(body.map(({ response_status: status }) => status)).toEqual(['internal error']);
  });
});

/** Lets one of everything happen. */
async function fill({ id }: Project): Promise<void> {
  const at = `/projects/${id}`;
  await gitlab.request('POST', `${at}/repository/tags`, { tag_name: 'v1', ref: 'main' });
  await gitlab.request('POST', `${at}/repository/branches`, { branch: 'topic', ref: 'main' });
  await gitlab.request('POST', `${at}/merge_requests`, {
    source_branch: 'topic',
    target_branch: 'main',
    title: 'Topic',
  });
  await gitlab.request('POST', `${at}/merge_requests/1/notes`, { body: 'Note' });
  await gitlab.request('POST', `${at}/releases`, { tag_name: 'v1' });
  await gitlab.request('POST', `${at}/pipeline`, { ref: 'main' });
  await gitlab.request('POST', `${at}/deployments`, {
    environment: 'gprd',
    sha: 'main',
    ref: 'main',
    tag: false,
    status: 'success',
  });
}

describe('a test delivery', () => {
  it.each([
    'push_events',
    'tag_push_events',
    'pipeline_events',
    'job_events',
    'merge_requests_events',
    'note_events',
    'releases_events',
    'deployment_events',
  ])('of %s is made of something that happened', async (trigger) => {
    const { project, hook } = await hooked({});
    await fill(project);

    const { status } = await gitlab.request('POST', `${hook}/test/${trigger}`);

    expect(status).toBe(201);
    expect(receiver.calls).toHaveLength(1);
  });

  it('is refused where nothing of the kind has happened', async () => {
    const { hook } = await hooked({});

    const { status, body } = await gitlab.request('POST', `${hook}/test/releases_events`);

    expect(status).toBe(422);
    expect(body).toEqual({ message: 'Ensure the project has releases.' });
  });

  it('is refused for a kind that does not exist', async () => {
    const { hook } = await hooked({});

    expect((await gitlab.request('POST', `${hook}/test/tea_events`)).status).toBe(400);
  });
});

describe('a hook', () => {
  it('keeps what a change does not mention', async () => {
    const { hook } = await hooked({ tag_push_events: true, token: 'sesame', signing_token: 'key' });

    const { body } = await gitlab.request<HookBody>('PUT', hook, {
      url: `${receiver.url}/other`,
      job_events: 'false',
    });

    expect(body).toMatchObject({ tag_push_events: true, push_events: false, job_events: false });
    expect(gitlab.instance.tables.hooks.everywhere().at(-1)).toMatchObject({
      token: 'sesame',
      signing_token: 'key',
    });
  });

  it('is told of pushes unless it says otherwise', async () => {
    const { hook } = await hooked({ push_events: undefined });

    expect((await gitlab.request<HookBody>('GET', hook)).body['push_events']).toBe(true);
  });

  it.each([[{ url: 'ftp://example.com' }], [{ url: 'nonsense' }], [{}]])(
    'is refused with %j',
    async (fields) => {
      const project = await plantProject(gitlab.instance, { path: 'hooks/refused' });

      const { status } = await gitlab.request('POST', `/projects/${project.id}/hooks`, fields);

      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );
});
