import { createHmac, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway, WEBHOOK, type TestGateway } from './test-gateway';

const PIPELINE = {
  object_kind: 'pipeline',
  object_attributes: {
    id: 31,
    ref: 'v18.6.2',
    tag: true,
    sha: 'b'.repeat(40),
    status: 'success',
    finished_at: '2016-08-12 15:26:29 UTC',
    variables: [{ key: 'PASSWORD', value: 'hunter2' }],
  },
  user: { name: 'Somebody', email: 'somebody@example.com' },
  project: { path_with_namespace: 'gitlab-org/build/gitaly' },
};

interface Sending {
  readonly body?: string;
  readonly id?: string;
  readonly event?: string;
  readonly token?: string;
  readonly key?: string;
  /** Seconds from now. */
  readonly offset?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function hook(sending: Sending = {}) {
  const { body = JSON.stringify(PIPELINE), id = randomUUID(), event = 'Pipeline Hook', offset = 0 } = sending;
  const { token = WEBHOOK.token, key = WEBHOOK.key } = sending;
  const timestamp = String(Math.floor(Date.now() / 1_000) + offset);
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    method: 'POST' as const,
    url: '/webhooks/gitlab',
    token: null,
    payload: body,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': id,
      'x-gitlab-event': event,
      'x-gitlab-token': token,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${digest}`,
      ...sending.headers,
    },
  };
}

describe('a webhook of GitLab', () => {
  let gateway: TestGateway;

  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.end());

  function newest() {
    return gateway.records.inbox.ofPipeline({ project: 'gitlab-org/build/gitaly', pipeline: 31 });
  }

  it('about a pipeline is put into the inbox', async () => {
    const answer = await gateway.ask(hook());

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ taken: true });
    expect(await newest()).toMatchObject({ ref: 'v18.6.2', sha: 'b'.repeat(40), status: 'success' });
  });

  it('wakes whoever waits for the pipeline', async () => {
    const listener = gateway.records.bell.listen({ project: 'gitlab-org/build/gitaly', pipeline: 31 });

    await gateway.ask(hook());

    await listener.wait({ timeoutMs: 20_000 });
    listener.close();
    expect(await newest()).toBeDefined();
  });

  it('that is sent twice is taken once', async () => {
    const id = randomUUID();
    await gateway.ask(hook({ id }));

    const answer = await gateway.ask(hook({ id }));

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ taken: false });
  });

  it.each([
    ['with another token', { token: 'webhook-secreT' }],
    ['without a token', { headers: { 'x-gitlab-token': '' } }],
    ['signed with another key', { key: 'another' }],
    ['without a signature', { headers: { 'webhook-signature': '' } }],
    ['signed for another delivery', { headers: { 'webhook-id': 'other' } }],
    ['from six minutes ago', { offset: -360 }],
    ['from six minutes ahead', { offset: 360 }],
  ])('%s is refused', async (_case, sending) => {
    const answer = await gateway.ask(hook(sending));

    expect(answer.statusCode).toBe(401);
    expect(answer.json().error.remedy).toMatch(/Give the hook in GitLab/);
    expect(await newest()).toBeUndefined();
  });

  it('whose body was changed on the way is refused', async () => {
    const changed = { ...hook(), payload: JSON.stringify({ ...PIPELINE, object_kind: 'other' }) };

    const answer = await gateway.ask(changed);

    expect(answer.statusCode).toBe(401);
  });

  it('needs no signature where no signing key is kept', async () => {
    rmSync(join(gateway.secretsFolder, 'webhook-signing'));

    const answer = await gateway.ask(hook({ headers: { 'webhook-signature': '' } }));

    expect(answer.statusCode).toBe(200);
  });

  it('is taken with the second of two signatures, while the key is exchanged', async () => {
    const sending = hook();
    const signature = `v1,${Buffer.alloc(32).toString('base64')} ${sending.headers['webhook-signature']}`;

    const answer = await gateway.ask({
      ...sending,
      headers: { ...sending.headers, 'webhook-signature': signature },
    });

    expect(answer.statusCode).toBe(200);
  });

  it('about anything else is acknowledged and not kept', async () => {
    const answer = await gateway.ask(hook({ event: 'Push Hook', body: '{"ref":"refs/heads/main"}' }));

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ taken: false });
  });

  it('about a pipeline that lacks its fields is refused, naming them', async () => {
    const answer = await gateway.ask(hook({ body: '{"object_attributes":{"id":"x"}}' }));

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.what).toMatch(/object_attributes\.id.*project/);
  });
});
