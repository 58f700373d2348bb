import { DateTime } from 'luxon';
import { calendarKey } from '../../domain/calendar/starting';
import { ENGINE } from '../../domain/release/release';
import { readXml } from '../support/read-xml';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

/** Before the candidate of December is announced, and before the patch of December closes. */
const NOW = DateTime.fromISO('2026-12-01T08:00:00Z', { zone: 'utc' }) as DateTime<true>;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ calendarNow: () => NOW });
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': 'merge-by' },
    payload: { kind: 'publish', until: '2027-03-31', reason: 'Planned by the rules.' },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
});
afterAll(() => gateway.end());

async function mergeBy() {
  const { statusCode, body } = await gateway.ask({
    url: '/api/v1/projects/gitaly/merge-by',
    token: TOKENS.engineer,
  });
  expect(statusCode).toBe(200);
  return JSON.parse(body);
}

async function reach(
  id: string,
  { key, to }: { readonly key: string; readonly to: 'announced' | 'closed' | 'aborted' },
) {
  const { releases, transitions } = gateway.records;
  const kind = id.startsWith('monthly') ? 'monthly' : 'patch';
  const settings = gateway.deps.settingsOf(kind);
  await releases.open({ id, kind, title: id, requestKey: key, settings, startedBy: ENGINE });
  await transitions.append({
    release: id,
    workflowId: id,
    transitions: [{ ordinal: 1, to, actor: ENGINE, sentence: 'It has come so far.', evidence: [] }],
  });
}

async function badge() {
  const { statusCode, headers, body } = await gateway.ask({ url: '/badge/gitaly.json', token: null });
  expect([statusCode, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  return JSON.parse(body);
}

it('tells an engineer by when to merge for the next monthly, and for a patch of each line', async () => {
  const { project, next, backports } = await mergeBy();

  expect([project, next.boarding]).toEqual([
    'gitaly',
    {
      release: 'monthly:18.7',
      line: '18.7',
      by: '2026-12-10T13:30:00.000Z',
      status: 'tentative',
      publishedAt: '2026-12-17T13:30:00.000Z',
    },
  ]);
  expect(next.sentence).toMatch(
    /^A change that is merged to master .* before Thu 2026-12-10 13:30 UTC is in 18\.7,/,
  );
  expect(
    backports.map(({ line, boarding }: { line: string; boarding?: { by: string } }) => [line, boarding?.by]),
  ).toEqual([
    ['18.6', '2026-12-08T13:30:00.000Z'],
    ['18.5', '2026-12-08T13:30:00.000Z'],
    ['18.4', '2026-12-08T13:30:00.000Z'],
  ]);
  expect(backports[0].sentence).toContain('merged to 18-6-stable before Tue 2026-12-08 13:30 UTC');
});

it('shows everybody a badge of it, as a picture and for shields.io', async () => {
  const picture = await gateway.ask({ url: '/badge/gitaly.svg', token: null });

  expect(await badge()).toEqual({
    schemaVersion: 1,
    label: 'for 18.7 merge by',
    message: 'Thu 10 Dec 13:30 UTC',
    color: '1a7f37',
    cacheSeconds: 300,
  });
  expect(picture.headers).toMatchObject({
    'content-type': 'image/svg+xml; charset=utf-8',
    'content-disposition': 'inline; filename="badge.svg"',
    etag: expect.stringMatching(/^"[\w-]{43}"$/),
  });
  expect(readXml(picture.body).children[0]?.text).toBe('for 18.7 merge by: Thu 10 Dec 13:30 UTC');
});

it.each(['/badge/nobody.svg', '/badge/nobody.json', '/api/v1/projects/nobody/merge-by'])(
  'has nothing at %s, and says which projects there are',
  async (url) => {
    const answer = await gateway.ask({ url });

    expect([answer.statusCode, answer.json().error.remedy]).toEqual([
      404,
      expect.stringMatching(/^Name one of gitaly, /),
    ]);
  },
);

it('believes a release that runs before the calendar: one that was cut early, or aborted, takes nothing more', async () => {
  await reach('patch:1', { key: calendarKey('patch:2026-12-09'), to: 'closed' });
  const early = await mergeBy();
  await reach('monthly:18.7', { key: 'by-hand', to: 'announced' });
  const cut = await mergeBy();
  await reach('monthly:18.8', { key: 'by-hand-too', to: 'aborted' });

  expect(early.next.boarding.line).toBe('18.7');
  expect(
    early.backports.map(({ boarding }: { boarding?: { release: string } }) => boarding?.release),
  ).toEqual(['patch:2026-12-23', 'patch:2026-12-23', undefined]);
  expect(cut.next.boarding.line).toBe('18.8');
  expect((await mergeBy()).next.boarding.line).toBe('18.9');
  expect((await badge()).label).toBe('for 18.9 merge by');
});
