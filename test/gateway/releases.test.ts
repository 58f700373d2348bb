import type { ReleaseSettings } from '../../domain/release/release';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

const MARIA = { id: 'maria', roles: ['release-manager'] };

describe('releases on the gateway', () => {
  let gateway: TestGateway;
  let settings: ReleaseSettings;

  beforeAll(async () => {
    gateway = await startGateway();
    settings = gateway.deps.settingsOf('patch');
    const { releases, transitions } = gateway.records;
    const opened = { requestKey: 'first', settings, startedBy: MARIA };
    await releases.open({ ...opened, id: 'patch:1', kind: 'patch', title: 'Patch release 1 of 18.6' });
    const line = { actor: MARIA, evidence: [] };
    await transitions.append({
      release: 'patch:1',
      workflowId: 'patch:1',
      transitions: [
        { ...line, ordinal: 1, to: 'opened', sentence: 'maria started it.' },
        { ...line, ordinal: 2, to: 'warned', sentence: 'The issue tells.' },
        { ...line, ordinal: 3, to: 'held', sentence: 'maria holds it: lunch' },
      ],
    });
  });
  afterAll(() => gateway.end());

  function start(payload: object, key?: string) {
    return gateway.ask({
      method: 'POST',
      url: '/api/v1/releases',
      payload,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    });
  }

  it.each([
    [{ kind: 'weekly' }, /kind$/, /"weekly" is no kind/, /monthly.*patch/],
    [{ kind: 'monthly' }, /minor$/, /missing/, /18\.7/],
    [{ kind: 'monthly', minor: '18' }, /minor$/, /"18" is no minor/, /18\.6/],
    [{ kind: 'monthly', minors: ['18.7'] }, /minors$/, /makes one minor/, /`minor`/],
    [{ kind: 'patch', minors: [] }, /minors$/, /there are none/, /18\.6, 18\.5/],
    [{ kind: 'patch', minors: ['18.6', '18.6.1'] }, /minors$/, /"18\.6\.1" is no minor/, /18\.6/],
    [{ kind: 'patch', minors: ['18.6', '18.6'] }, /minors$/, /18\.6 is named twice/, /once/],
    [{ kind: 'patch', minors: ['18.6'], type: 'urgent' }, /type$/, /"urgent" is no type/, /critical/],
    [{ kind: 'patch', minor: 18 }, /body/, /body\.minor/, /openapi/],
    [{ kind: 'patch', minors: ['18.6'], ring: 1 }, /body/, /ring/, /openapi/],
  ])('are refused when asked for as %j', async (payload, where, what, remedy) => {
    const answer = await start(payload, 'k');

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toEqual({
      where: expect.stringMatching(where),
      what: expect.stringMatching(what),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('are not started without a key', async () => {
    const answer = await start({ kind: 'patch', minors: ['18.6'] });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ where: 'the header Idempotency-Key', what: 'it is missing' });
  });

  it('are refused when the key asked for another release before', async () => {
    const answer = await start({ kind: 'monthly', minor: '18.7' }, 'first');

    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.what).toMatch(/it started patch:1/);
  });

  it('are listed as their records tell', async () => {
    const answer = await gateway.ask({ url: '/api/v1/releases' });

    expect(answer.json().find(({ id }: { id: string }) => id === 'patch:1')).toEqual({
      id: 'patch:1',
      kind: 'patch',
      title: 'Patch release 1 of 18.6',
      state: 'held',
      since: expect.any(String),
      versions: [],
    });
  });

  it('are shown from the record when nobody answers for them, and it is said that this is so', async () => {
    const answer = await gateway.ask({ url: '/api/v1/releases/patch:1' });

    const { state, reached, blockers, transitions } = answer.json();
    expect(state).toBe('held');
    expect(reached.map(({ milestone }: { milestone: string }) => milestone)).toEqual(['opened', 'warned']);
    expect(blockers).toEqual([
      {
        step: 'status',
        since: expect.any(String),
        verdict: expect.objectContaining({
          verdict: 'unknown',
          sentence: expect.stringMatching(/^Unknown since .*does not answer/),
        }),
      },
    ]);
    expect(transitions).toHaveLength(3);
  });

  it.each(['', '/artifacts'])('that do not exist are answered with where to look, at %j', async (suffix) => {
    const answer = await gateway.ask({ url: `/api/v1/releases/patch:99${suffix}` });

    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toMatchObject({ where: 'release patch:99' });
  });

  it('show what they made, and when', async () => {
    const { effects, releases } = gateway.records;
    const opened = { requestKey: 'second', settings, startedBy: MARIA };
    await releases.open({ ...opened, id: 'patch:2', kind: 'patch', title: 'Patch release 2 of 18.6' });
    const made = await effects.record({
      key: 'patch:2/tag/gitaly/18.6.2',
      release: 'patch:2',
      workflowId: 'patch:2',
      step: 'tag',
      target: 'gitaly/18.6.2',
      result: {},
      transitions: [],
      artifacts: {
        version: '18.6.2',
        tags: [{ project: 'gitaly', name: 'v18.6.2', sha: 'a'.repeat(40), state: 'private' }],
      },
    });

    const answer = await gateway.ask({ url: '/api/v1/releases/patch:2/artifacts' });

    expect(answer.json()).toEqual({
      tags: [
        {
          project: 'gitaly',
          name: 'v18.6.2',
          sha: 'a'.repeat(40),
          version: '18.6.2',
          state: 'private',
          at: made.at,
        },
      ],
      packages: [],
    });
  });

  it('cannot be decided about while Temporal is silent; that is said, and nothing is recorded', async () => {
    const answer = await gateway.ask({
      method: 'POST',
      url: '/api/v1/releases/patch:1/decisions',
      headers: { 'idempotency-key': 'decision-1' },
      payload: { kind: 'abort', reason: 'Not today' },
    });

    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json().error.where).toMatch(/^Temporal at 127\.0\.0\.1:1/);
    expect(await gateway.records.decisions.find('decision-1')).toBeUndefined();
  });

  it.each([
    [{ kind: 'dance', reason: 'r' }, /body\.kind/],
    [{ kind: 'abort', reason: '  ' }, /body\.reason/],
    [{ kind: 'approve', reason: 'r', before: 'lunch' }, /body\.before/],
    [{ kind: 'hold', reason: 'r', until: 'tomorrow' }, /an instant such as/],
    [{ kind: 'approve', reason: 'r', before: 'rc_tagged' }, /a patch release has no milestone rc_tagged/],
  ])('refuse a decision that makes no sense: %j', async (payload, what) => {
    const answer = await gateway.ask({ method: 'POST', url: '/api/v1/releases/patch:1/decisions', payload });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.what).toMatch(what);
  });

  it('record whose decision was refused for want of a role', async () => {
    const answer = await gateway.ask({
      method: 'POST',
      url: '/api/v1/releases/patch:2/decisions',
      token: TOKENS.engineer,
      payload: { kind: 'hold', reason: 'I found something' },
    });

    expect(answer.statusCode).toBe(403);
    const [row] = await gateway.records.decisions.ofRelease('patch:2');
    expect(row).toMatchObject({ by: { id: 'erik' }, decision: 'hold', accepted: false });
  });
});
