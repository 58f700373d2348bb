import { createHmac, randomUUID } from 'node:crypto';
import type { MirroredState } from '../../domain/mirror/mirrored-ref';
import { startGateway, TOKENS, WEBHOOK, type TestGateway } from './test-gateway';

function hookOf(event: string, body: object) {
  const payload = JSON.stringify(body);
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', WEBHOOK.key).update(`${id}.${timestamp}.${payload}`).digest('base64');
  return {
    method: 'POST' as const,
    url: '/webhooks/gitlab',
    token: null,
    payload,
    headers: {
      'content-type': 'application/json',
      'x-gitlab-event': event,
      'x-gitlab-token': WEBHOOK.token,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${digest}`,
    },
  };
}

function see(ref: string, state: MirroredState) {
  return { ref, state, objects: { canonical: 'a', security: 'b' }, sentence: `It is ${state}.` };
}

describe('mirrors on the gateway, while Temporal is silent', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
    await gateway.records.mirroredRefs.seen({
      project: 'gitaly',
      look: 1,
      refs: [see('refs/heads/master', 'diverged'), see('refs/heads/18-6-stable', 'in_sync')],
    });
  });
  afterAll(() => gateway.end());

  it('are shown from the record, and it is said that this is so', async () => {
    const answer = await gateway.ask({ url: '/api/v1/mirrors/gitaly' });

    expect(answer.json()).toMatchObject({
      id: 'mirror:gitaly',
      state: 'unknown',
      refs: 2,
      verdict: {
        verdict: 'unknown',
        whoActs: 'operator',
        sentence: expect.stringMatching(/^Unknown since .*: the mirror does not answer/),
      },
      differing: [
        { ref: 'refs/heads/master', state: 'diverged', objects: { canonical: 'a', security: 'b' } },
      ],
    });
  });

  it('are all listed, also those of which nothing is known yet', async () => {
    const answer = await gateway.ask({ url: '/api/v1/mirrors' });

    expect(
      answer.json().map(({ project, state }: { project: string; state: string }) => [project, state]),
    ).toEqual(['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts'].map((name) => [name, 'unknown']));
    expect(answer.json()[1].verdict.sentence).toBe(
      'The mirror does not answer, and nothing of it is recorded.',
    );
  });

  it('that do not exist are answered with those that do', async () => {
    const answer = await gateway.ask({ url: '/api/v1/mirrors/shell' });

    expect(answer.statusCode).toBe(404);
    expect(answer.json().error.remedy).toBe('Name one of gitaly, gitlab, omnibus-gitlab, cng, charts');
  });

  it('tell what has become of a ref', async () => {
    const answer = await gateway.ask({ url: '/api/v1/mirrors/gitaly/changes?ref=refs/heads/master' });

    expect(answer.json()).toEqual([
      {
        ordinal: 1,
        to: 'diverged',
        objects: { canonical: 'a', security: 'b' },
        actor: { id: 'signalbox', roles: ['engine'] },
        sentence: 'It is diverged.',
        at: expect.any(String),
      },
    ]);
  });

  it.each(['/api/v1/mirrors', '/api/v1/mirrors/gitaly', '/api/v1/mirrors/nothing'])(
    'are nothing that an engineer sees: %s',
    async (url) => {
      const answer = await gateway.ask({ url, token: TOKENS.engineer });

      expect(answer.statusCode).toBe(403);
      expect(answer.json().error.what).toBe('only a release-manager or security-engineer may do this');
    },
  );

  it.each([
    [{ kind: 'verify' }, /body\.reason/],
    [{ kind: 'verify', reason: ' ' }, /body\.reason/],
    [{ kind: 'resolve', reason: 'r', ref: 'refs/heads/master', way: 'force', seen: {} }, /body\.way/],
    [{ kind: 'resolve', reason: 'r', ref: '', way: 'follow', seen: {} }, /body\.ref/],
    [{ kind: 'resolve', reason: 'r', ref: 'refs/heads/master', way: 'follow' }, /body\.seen/],
    [{ kind: 'forget', reason: 'r' }, /body\.kind/],
  ])('refuse a decision that makes no sense: %j', async (payload, what) => {
    const answer = await gateway.ask({ method: 'POST', url: '/api/v1/mirrors/gitaly/decisions', payload });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.what).toMatch(what);
  });

  it('record whose decision was refused for want of a role', async () => {
    await gateway.ask({
      method: 'POST',
      url: '/api/v1/mirrors/gitlab/decisions',
      token: TOKENS.engineer,
      payload: { kind: 'verify', reason: 'Curious.' },
    });

    const [row] = await gateway.records.decisions.ofRelease('mirror:gitlab');
    expect(row).toMatchObject({ by: { id: 'erik' }, decision: 'verify', accepted: false });
  });

  it.each([
    ['Push Hook', { ref: 'refs/heads/master', project: { path_with_namespace: 'gitlab-org/gitaly' } }],
    ['Push Hook', { ref: 'refs/heads/topic', project: { path_with_namespace: 'gitlab-org/gitaly' } }],
    ['Push Hook', { ref: 'refs/heads/master', project: { path_with_namespace: 'elsewhere/gitaly' } }],
    ['Push Hook', { ref: 17 }],
    ['Tag Push Hook', { ref: 'refs/tags/v18.6.2', project: { path_with_namespace: 'gitlab-org/gitaly' } }],
  ])(
    'take no %s of %j, and answer GitLab that all is well: it would switch its hook off',
    async (event, body) => {
      const answer = await gateway.ask(hookOf(event, body));

      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({ taken: false });
    },
  );
});
