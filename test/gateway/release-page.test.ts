import { planningPolicy } from '../../config/planning-policy';
import { calendarTime } from '../../domain/calendar/compressed-time';
import { ENGINE } from '../../domain/release/release';
import { reserve, unitOf } from '../support/records';
import { sandboxConfiguration, startGateway, type TestGateway } from './test-gateway';

let gateway: TestGateway;

async function page(): Promise<string> {
  const { statusCode, body } = await gateway.ask({ url: '/release.md', token: null });
  expect(statusCode).toBe(200);
  return body;
}

async function publishCalendar(until: string): Promise<void> {
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': 'publish' },
    payload: { kind: 'publish', until, reason: 'Planned by the rules.' },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}

describe('where the calendar runs faster than the clock, and shows less than it', () => {
  const begun = Date.now();
  const compressed = {
    since: new Date(begun).toISOString(),
    shows: '2025-12-01T00:00:00Z',
    dayMs: 600_000,
  };
  let engineMs = begun;

  beforeAll(async () => {
    const planning = { ...planningPolicy(sandboxConfiguration()), compressed };
    gateway = await startGateway({ planning, calendarNow: () => calendarTime(engineMs, compressed) });
    const unit = unitOf('patch:1', ['18.6.1']);
    await reserve(gateway.records, 'patch:1', { '18.6.1': undefined });
    await gateway.records.publication.claim(unit);
    await gateway.records.publication.markPublished(unit);
    engineMs = Date.now() + 1_000;
  });
  afterAll(() => gateway.end());

  it('the page tells when a version came out by the calendar, and is the same until something happens', async () => {
    const first = await page();
    // More than two hours of the calendar.
    engineMs += 60_000;

    expect(first).toMatch(/^- 18\.6\.1, \w{3} 2025-12-01 \d\d:\d\d UTC$/m);
    expect(first).toMatch(/^\| 18\.6 \| \w{3} 2025-12-01 /m);
    expect(await page()).toBe(first);
  });
});

describe('a release that was aborted', () => {
  beforeAll(async () => {
    gateway = await startGateway({
      calendarNow: () => calendarTime(Date.parse('2026-12-01T08:00:00Z'), undefined),
    });
    await publishCalendar('2027-03-31');
  });
  afterAll(() => gateway.end());

  it.each([
    ['monthly:18.7', 'monthly:18.7', 'by-hand'],
    ['patch:2026-12-09', 'patch:1', 'calendar/patch:2026-12-09'],
  ])('is not told to be coming: %s, which %s was', async (name, id, requestKey) => {
    const before = await page();
    const { releases, transitions } = gateway.records;
    const kind = id.startsWith('monthly') ? 'monthly' : 'patch';
    const settings = gateway.deps.settingsOf(kind);
    await releases.open({ id, kind, title: id, requestKey, settings, startedBy: ENGINE });
    const line = { ordinal: 1, actor: ENGINE, sentence: 'It has come so far.', evidence: [] };
    await transitions.append({ release: id, workflowId: id, transitions: [{ ...line, to: 'opened' }] });
    const opened = await page();
    const over = { ...line, ordinal: 2, to: 'aborted' } as const;
    await transitions.append({ release: id, workflowId: id, transitions: [over] });

    expect(before).toContain(name);
    expect(opened).toBe(before);
    expect(await page()).not.toContain(name);
  });
});
