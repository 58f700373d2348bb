import { planningPolicy } from '../../config/planning-policy';
import { calendarTime } from '../../domain/calendar/compressed-time';
import { reserve, unitOf } from '../support/records';
import { sandboxConfiguration, startGateway, type TestGateway } from './test-gateway';

let gateway: TestGateway;

async function page(): Promise<string> {
  const { statusCode, body } = await gateway.ask({ url: '/release.md', token: null });
  expect(statusCode).toBe(200);
  return body;
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
