import { createHmac, randomUUID } from 'node:crypto';
import { ENGINE } from '../../domain/release/release';
import { startGateway, TOKENS, WEBHOOK, type TestGateway } from './test-gateway';

interface Sent {
  readonly workflow: string;
  readonly what: 'start' | 'signal' | 'decline';
  readonly told?: unknown;
}

const sent: Sent[] = [];
/** As far as a gateway asks Temporal about backports. */
const client = {
  withDeadline: (_deadline: number, work: () => Promise<unknown>) => work(),
  workflow: {
    signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) =>
      void sent.push({ workflow: workflowId, what: 'start' }),
    getHandle: (workflow: string) => ({
      signal: async () => void sent.push({ workflow, what: 'signal' }),
      executeUpdate: async (_kind: string, { args }: { args: readonly unknown[] }) => {
        sent.push({ workflow, what: 'decline', told: args[0] });
        return { sentence: '18.5 does not get gitlab!12.' };
      },
    }),
  },
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ client: client as never });
  const fix = {
    project: 'gitlab',
    iid: 12,
    title: 'Fix search',
    author: 'amara',
    team: 'source code',
    kind: 'bug',
  } as const;
  const owed = ['18.6', '18.5'].map((minor) => ({
    minor,
    branch: minor,
    sentence: `${minor} is maintained.`,
  }));
  await gateway.records.backports.owe({ fix, owed, actor: ENGINE });
  await gateway.records.backports.owe({ fix: { ...fix, iid: 13 }, owed: owed.slice(1), actor: ENGINE });
  await gateway.records.backports.tell({
    project: 'gitlab',
    iid: 13,
    minor: '18.5',
    news: { found: 'contained' },
    sentence: 'There.',
    actor: ENGINE,
  });
});
beforeEach(() => void sent.splice(0));
afterAll(() => gateway.end());

it('tells what is owed, and the figures of each team', async () => {
  const answer = await gateway.ask({ url: '/api/v1/backports?project=gitlab&team=source%20code' });

  expect(answer.json()).toMatchObject({
    figures: [{ team: 'source code', owed: 2, made: 0, missed: 0 }],
    changes: [
      {
        project: 'gitlab',
        iid: 12,
        backports: [{ minor: '18.6', state: { state: 'owed' } }, { minor: '18.5' }],
      },
    ],
  });
  const all = await gateway.ask({ url: '/api/v1/backports?all=true' });
  expect(all.json().changes.map(({ iid }: { iid: number }) => iid)).toEqual([13, 12]);
});

it('names the projects there are where another is asked for', async () => {
  const answer = await gateway.ask({ url: '/api/v1/backports?project=shell' });

  expect(answer.statusCode).toBe(404);
  expect(answer.json().error.remedy).toMatch(/Name one of gitaly, gitlab/);
});

function decline(options: object = {}) {
  return gateway.ask({
    method: 'POST',
    url: '/api/v1/backports/gitlab/12/decisions',
    payload: { kind: 'decline', minor: '18.5', reason: 'Too risky.' },
    ...options,
  });
}

describe('a decision to decline', () => {
  it('reaches the change with the proof of the gateway, once for each key', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const [first, again] = [await decline({ headers }), await decline({ headers })];

    expect([first.json(), again.json()]).toEqual([
      { accepted: true, sentence: '18.5 does not get gitlab!12.' },
      { accepted: true, sentence: '18.5 does not get gitlab!12.' },
    ]);
    expect(sent).toMatchObject([
      {
        workflow: 'backport:gitlab:12',
        what: 'decline',
        told: {
          minor: '18.5',
          reason: 'Too risky.',
          by: { id: 'maria' },
          proof: expect.stringMatching(/^[0-9a-f]{128}$/),
        },
      },
    ]);
  });

  it('is refused to those who may not, and that is kept', async () => {
    const answer = await decline({ token: TOKENS.engineer });

    expect(answer.statusCode).toBe(403);
    expect(sent).toEqual([]);
    const kept = await gateway.records.decisions.ofRelease('backport:gitlab:12');
    expect(kept.filter(({ accepted }) => !accepted)).toMatchObject([
      { by: { id: 'erik' }, decision: 'decline' },
    ]);
  });

  it('about a change that owes nothing is answered as one that is not there', async () => {
    const answer = await decline({ url: '/api/v1/backports/gitlab/99/decisions' });

    expect(answer.statusCode).toBe(404);
  });
});

function hook(event: string, body: object) {
  const payload = JSON.stringify(body);
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', WEBHOOK.key).update(`${id}.${timestamp}.${payload}`).digest('base64');
  return gateway.ask({
    method: 'POST',
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
  });
}

function mergeRequest(
  told: object = {},
  labels: readonly string[] = ['backport'],
  project = 'gitlab-org/gitlab',
) {
  return {
    object_attributes: { iid: 7, state: 'merged', source_branch: 'fix', target_branch: 'master', ...told },
    labels: labels.map((title) => ({ title })),
    project: { path_with_namespace: project },
  };
}

describe('a webhook', () => {
  it.each([
    ['with the label', mergeRequest()],
    ['with the label of a minor', mergeRequest({}, ['Pick into 18.6'])],
  ])('about a merged change %s starts its backports', async (_case, body) => {
    const answer = await hook('Merge Request Hook', body);

    expect(answer.json()).toEqual({ taken: true });
    expect(sent).toEqual([{ workflow: 'backport:gitlab:7', what: 'start' }]);
  });

  it.each([
    ['without the label', mergeRequest({}, ['type::bug'])],
    ['that is open', mergeRequest({ state: 'opened' })],
    ['into a stable branch', mergeRequest({ target_branch: '18-6-stable-ee' })],
    [
      'on the security side, which is nobody’s business here',
      mergeRequest({}, ['backport'], 'gitlab-org/security/gitlab'),
    ],
    ['that is malformed', { labels: 7 }],
  ])('about a change %s starts nothing', async (_case, body) => {
    const answer = await hook('Merge Request Hook', body);

    expect(answer.json()).toEqual({ taken: false });
    expect(sent).toEqual([]);
  });

  it('about a backport has its change look again: its merge request and its pipeline alike', async () => {
    await hook(
      'Merge Request Hook',
      mergeRequest({ iid: 40, state: 'opened', source_branch: 'backport/12/18.6' }, []),
    );
    await hook('Pipeline Hook', {
      object_attributes: { id: 3, ref: 'backport/12/18.6', sha: 'a'.repeat(40), status: 'success' },
      project: { path_with_namespace: 'gitlab-org/gitlab' },
    });

    expect(sent).toEqual([
      { workflow: 'backport:gitlab:12', what: 'signal' },
      { workflow: 'backport:gitlab:12', what: 'signal' },
    ]);
  });
});
