import { DateTime } from 'luxon';
import { feedOf, iCalendarText } from '../../domain/calendar/icalendar';
import { PARSERS, type Read } from '../support/icalendar-readers';
import { readXml, type XmlElement } from '../support/read-xml';
import { reserve, unitOf } from '../support/records';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  const until = DateTime.utc().plus({ months: 6 }).toISODate();
  await revise({ kind: 'publish', until, reason: 'Planned by the rules.' });
});
afterAll(() => gateway.end());

let keys = 0;
async function revise(body: object): Promise<void> {
  keys += 1;
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': `feeds-${keys}` },
    payload: body,
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}

async function published() {
  return (await gateway.ask({ url: '/api/v1/calendar', token: TOKENS.engineer })).json();
}

/** The publication that comes `index`th of those to come. */
async function comingMonthly(index: number) {
  const { events } = await published();
  const [found] = events
    .filter(
      ({ kind, milestone, status, at }: Record<string, string>) =>
        kind === 'monthly' &&
        milestone === 'published' &&
        status !== 'cancelled' &&
        Date.parse(at ?? '') > Date.now(),
    )
    .slice(index);
  return found;
}

async function feed(url: string): Promise<string> {
  const { statusCode, body } = await gateway.ask({ url, token: null });
  expect(statusCode).toBe(200);
  return body;
}

describe('the calendar for programs', () => {
  it('is given to everybody, to be kept for a minute and looked at in place', async () => {
    const { headers } = await gateway.ask({ url: '/calendar.ics', token: null });

    expect(headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="calendar.ics"',
      'cache-control': 'public, max-age=60',
    });
  });

  it('is what `calendar show --ics` writes, ids and all', async () => {
    const { product, events } = await published();

    expect(await feed('/calendar.ics')).toBe(iCalendarText(events, feedOf(product)));
  });

  it('says how often to look again', async () => {
    const lines = (await feed('/calendar.ics')).split('\r\n');

    expect(lines).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H');
    expect(lines).toContain('X-PUBLISHED-TTL:PT1H');
  });

  it('of a line has its monthly and every patch that it is in, and says which line it is', async () => {
    const { minors } = await comingMonthly(0);
    const { product, events } = await published();
    const text = await feed(`/calendar/${minors[0]}.ics`);

    const own = events.filter((event: { minors: string[] }) => event.minors.includes(minors[0]));
    for (const [, read] of PARSERS)
      expect(read(text).map(({ uid }) => uid)).toEqual(
        own.map(
          ({ release, milestone }: Record<string, string>) => `${release}.${milestone}@${product}.signalbox`,
        ),
      );
    expect(new Set(own.map(({ kind }: Record<string, string>) => kind))).toEqual(
      new Set(['monthly', 'patch']),
    );
    expect(text).toContain(`NAME:Releases of ${product} ${minors[0]}\r\n`);
  });

  it('says of a line that is not there which ones are', async () => {
    const answer = await gateway.ask({ url: '/calendar/1.1.ics', token: null });

    expect(answer.statusCode).toBe(404);
    expect(answer.json().error.remedy).toMatch(/^The lines that it has: \d+\.\d+/);
  });

  it.each(['/calendar/latest.ics', '/calendar/18.7.1.ics'])('has no line for %s', async (url) => {
    expect((await gateway.ask({ url, token: null })).statusCode).toBe(400);
  });
});

describe('whoever has it already', () => {
  it.each(['/calendar.ics', 'its line'])(
    'is told so of %s, with the tag and without a text',
    async (asked) => {
      const { minors } = await comingMonthly(0);
      const url = asked === 'its line' ? `/calendar/${minors[0]}.ics` : asked;
      const first = await gateway.ask({ url, token: null });

      const again = await gateway.ask({
        url,
        token: null,
        headers: { 'if-none-match': String(first.headers.etag) },
      });

      expect([again.statusCode, again.body]).toEqual([304, '']);
      expect(again.headers).toMatchObject({
        etag: first.headers.etag,
        'cache-control': 'public, max-age=60',
      });
      expect(again.headers).not.toHaveProperty('content-type');
    },
  );

  it('is given it again once a date has moved, and only then', async () => {
    const before = await gateway.ask({ url: '/calendar.ics', token: null });
    const moved = await comingMonthly(1);
    const asked = {
      url: '/calendar.ics',
      token: null,
      headers: { 'if-none-match': String(before.headers.etag) },
    };
    const day = DateTime.fromISO(moved.at).toUTC().plus({ days: 1 }).toISODate();

    expect((await gateway.ask(asked)).statusCode).toBe(304);
    await revise({ kind: 'move', release: moved.release, day, reason: 'It is snowing.' });

    expect((await gateway.ask(asked)).statusCode).toBe(200);
  });

  it('may ask for the head alone', async () => {
    const [head, whole] = await Promise.all(
      (['HEAD', 'GET'] as const).map((method) => gateway.ask({ method, url: '/calendar.ics', token: null })),
    );

    expect([head?.statusCode, head?.body, head?.headers.etag]).toEqual([200, '', whole?.headers.etag]);
  });
});

/** As a program keeps what it is subscribed to: one event for an id, the one that was revised most often. */
function taken(kept: ReadonlyMap<string, Read>, text: string, read: (text: string) => readonly Read[]) {
  const events = new Map(kept);
  for (const event of read(text)) {
    const known = events.get(event.uid);
    if (known === undefined || event.sequence >= known.sequence) events.set(event.uid, event);
  }
  return events;
}

describe.each(PARSERS)('taken in twice by %s', (_parser, read) => {
  it('a date that has moved is one event at its new time, and its reason is with it', async () => {
    const { release, at } = await comingMonthly(2);
    const before = taken(new Map(), await feed('/calendar.ics'), read);
    const to = DateTime.fromISO(at).toUTC().plus({ days: 1 });

    await revise({ kind: 'move', release, day: to.toISODate(), reason: 'The builders are away.' });
    const after = taken(before, await feed('/calendar.ics'), read);

    const publications = [...after.values()].filter(({ uid }) => uid.startsWith(`${release}.published@`));
    const known = before.get(publications[0]?.uid ?? '');
    expect(after.size).toBe(before.size);
    expect(publications).toHaveLength(1);
    expect(publications[0]?.at).toBe(to.toISO());
    expect(publications[0]?.sequence).toBe((known?.sequence ?? 0) + 1);
    expect(publications[0]?.notes).toContain('The builders are away.');
  });

  it('a release that was cancelled is still there, as cancelled', async () => {
    const { release } = await comingMonthly(3);
    const before = taken(new Map(), await feed('/calendar.ics'), read);

    await revise({ kind: 'cancel', release, reason: 'Nothing is ready.' });
    const after = taken(before, await feed('/calendar.ics'), read);

    const own = [...after.values()].filter(({ uid }) => uid.startsWith(`${release}.`));
    expect(after.size).toBe(before.size);
    expect(own.length).toBeGreaterThan(1);
    expect(new Set(own.map(({ status }) => status))).toEqual(new Set(['CANCELLED']));
  });
});

describe('what has happened', () => {
  const ATOM = '{http://www.w3.org/2005/Atom}';
  const textOf = ({ children }: XmlElement, name: string): string =>
    children.find((one) => one.name === `${ATOM}${name}`)?.text ?? '';

  async function news(url: string): Promise<readonly XmlElement[]> {
    const { statusCode, headers, body } = await gateway.ask({ url, token: null });
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/atom+xml; charset=utf-8']);
    return readXml(body).children.filter(({ name }) => name === `${ATOM}entry`);
  }

  beforeAll(async () => {
    const { records } = gateway;
    await reserve(records, 'patch:1', { '17.6.2': '17.6.1', '17.5.4': '17.5.3' });
    await reserve(records, 'monthly:17.7', { '17.7.0-rc42': undefined, '17.7.0': undefined });
    await reserve(records, 'patch:2', { '17.6.3': '17.6.2' });
    const unit = unitOf('patch:1', ['17.6.2', '17.5.4']);
    await records.publication.claim(unit);
    await records.publication.markPublished(unit);
    await records.publication.claim(unitOf('monthly:17.7', ['17.7.0-rc42']));
    await records.publication.markPublished(unitOf('monthly:17.7', ['17.7.0-rc42']));
    const withdrawn = { ...unitOf('patch:1', ['17.5.4']), reason: 'It does not <start>.' };
    await records.publication.markWithdrawn(withdrawn);
  });

  it('is told of versions that are public, and of no number that is only given out or a candidate', async () => {
    const titles = (await news('/calendar.atom')).map((entry) => textOf(entry, 'title'));

    expect(titles.filter((title) => title.startsWith('17.'))).toEqual([
      '17.5.4 is withdrawn',
      '17.6.2 is published',
    ]);
  });

  it('is told of every revision, with its reason; of a line, of its own', async () => {
    const { revisions } = await published();
    const all = await news('/calendar.atom');
    const [line] = await news('/calendar/17.5.atom');
    if (line === undefined) throw new Error('there is none');

    for (const { number, reason, by } of revisions) {
      const entry = all.find((one) => textOf(one, 'id').endsWith(`:calendar/revision/${number}`));
      expect(textOf(entry as XmlElement, 'content')).toContain(`${by.id}: ${reason}`);
    }
    expect(textOf(line, 'content')).toBe('patch:1 brought it. Do not use it: It does not <start>.');
  });

  it('of a line of which nothing is known is not there', async () => {
    expect((await gateway.ask({ url: '/calendar/1.1.atom', token: null })).statusCode).toBe(404);
  });

  it('is not told twice', async () => {
    const first = await gateway.ask({ url: '/calendar.atom', token: null });
    const again = await gateway.ask({
      url: '/calendar.atom',
      token: null,
      headers: { 'if-none-match': String(first.headers.etag) },
    });

    expect([first.statusCode, again.statusCode]).toEqual([200, 304]);
  });
});
