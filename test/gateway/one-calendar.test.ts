import { DateTime } from 'luxon';
import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { readByMozilla } from '../support/icalendar-readers';
import { readXml, type XmlElement } from '../support/read-xml';
import { startGateway, type TestGateway } from './test-gateway';

/** Some time before the monthly of December. */
const NOW = DateTime.fromISO('2026-12-01T08:00:00Z', { zone: 'utc' }) as DateTime<true>;
const MONTHLY = 'monthly:18.7';

let gateway: TestGateway;
let keys = 0;

beforeAll(async () => {
  gateway = await startGateway({ calendarNow: () => NOW });
  await revise({ kind: 'publish', until: '2027-03-31', reason: 'Planned by the rules.' });
});
afterAll(() => gateway.end());

async function revise(body: object): Promise<void> {
  keys += 1;
  const headers = { 'idempotency-key': `one-${keys}` };
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers,
    payload: body,
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}

async function text(url: string): Promise<string> {
  const { statusCode, body } = await gateway.ask({ url });
  expect(statusCode).toBe(200);
  return body;
}

/** When each view says that the monthly is published; the feed of what has happened says when it was said last. */
async function publication() {
  const events: readonly CalendarEvent[] = JSON.parse(await text('/api/v1/calendar')).events;
  const told = events.find(({ release, milestone }) => release === MONTHLY && milestone === 'published');
  const uid = `${MONTHLY}.published@gitlab.signalbox`;
  const [whole, line] = await Promise.all(
    ['/calendar.ics', '/calendar/18.7.ics'].map(async (url) =>
      readByMozilla(await text(url)).find((event) => event.uid === uid),
    ),
  );
  const news = await Promise.all(
    ['/calendar.atom', '/calendar/18.7.atom'].map(async (url) => newsOf(readXml(await text(url)))),
  );
  return {
    instants: [told?.at, whole?.at, line?.at].map((at) =>
      DateTime.fromISO(at ?? '', { zone: 'utc' }).toISO(),
    ),
    statuses: [told?.status.toUpperCase(), whole?.status, line?.status],
    reasons: [told?.notes.join('\n'), whole?.notes, line?.notes],
    news,
    page: (await text('/release.md')).split('\n').find((row) => row.startsWith(`| ${MONTHLY} `)),
  };
}

/** The line that the newest entry has of the monthly's publication. */
function newsOf({ children }: XmlElement): string | undefined {
  const [newest] = children.filter(({ name }) => name.endsWith('}entry'));
  const content = newest?.children.find(({ name }) => name.endsWith('}content'))?.text ?? '';
  return content
    .split('\n')
    .find((one) => one.startsWith(`${MONTHLY}:`) || one.startsWith(`${MONTHLY} published:`));
}

it('says the same wherever it is read: as it is published, moved and cancelled', async () => {
  const published = await publication();
  await revise({ kind: 'move', release: MONTHLY, day: '2026-12-18', reason: 'It is snowing.' });
  const moved = await publication();
  await revise({ kind: 'cancel', release: MONTHLY, reason: 'It still snows.' });
  const cancelled = await publication();

  const [thursday, friday] = ['2026-12-17T13:30:00.000Z', '2026-12-18T13:30:00.000Z'];
  expect(published.instants).toEqual([thursday, thursday, thursday]);
  expect(new Set(published.news)).toEqual(new Set([`${MONTHLY}: Thu 2026-12-17 13:30 UTC`]));
  expect(moved.instants).toEqual([friday, friday, friday]);
  expect(published.page).toMatch(/\| Thu 2026-12-17 13:30 UTC \| promised \|$/);
  expect(moved.page).toMatch(/\| Fri 2026-12-18 13:30 UTC \| promised\. Moved from .*: It is snowing\. \|$/);
  expect(cancelled.page).toBeUndefined();
  expect(moved.statuses).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED']);
  for (const reason of moved.reasons) expect(reason).toContain('It is snowing.');
  expect(new Set(moved.news)).toEqual(
    new Set([`${MONTHLY} published: Fri 2026-12-18 13:30 UTC, before Thu 2026-12-17 13:30 UTC`]),
  );
  expect(cancelled.statuses).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
  for (const reason of cancelled.reasons) expect(reason).toContain('It still snows.');
  expect(new Set(cancelled.news)).toEqual(new Set([`${MONTHLY}: was to be on Fri 2026-12-18 13:30 UTC`]));
});
