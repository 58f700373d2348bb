import { DateTime } from 'luxon';
import { feedOf, iCalendarText } from '../../domain/calendar/icalendar';
import { ENGINE } from '../../domain/release/release';
import { anOpenFix, FIX } from '../support/embargoes';
import { PARSERS } from '../support/icalendar-readers';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

/** On a Tuesday, before the candidate of December is announced. */
const NOW = DateTime.fromISO('2026-12-01T08:00:00Z', { zone: 'utc' }) as DateTime<true>;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ calendarNow: () => NOW });
  const body = { kind: 'publish', until: '2027-03-31', reason: 'Planned by the rules.' };
  await post('/api/v1/calendar/revisions', body, { key: 'calendar' });
  await revise(MARIAS, { key: 'marias' });
  await revise(BOTH, { key: 'both' });
});
afterAll(() => gateway.end());

const MARIAS = {
  kind: 'set',
  people: ['maria'],
  from: '2026-12-01T08:00:00+01:00',
  until: '2026-12-14T09:00:00+01:00',
  zone: 'Europe/Berlin',
  reason: 'Planned.',
};
const BOTH = {
  ...MARIAS,
  people: ['erik', 'maria'],
  from: '2026-12-15T09:00:00+01:00',
  until: '2026-12-28T09:00:00+01:00',
};

interface By {
  readonly key: string;
  readonly token?: string;
}

function post(url: string, payload: object, { key, token }: By) {
  const headers = { 'idempotency-key': key };
  return gateway.ask({ method: 'POST', url, headers, payload, ...(token === undefined ? {} : { token }) });
}

function revise(body: object, by: By) {
  return post('/api/v1/shifts/revisions', body, by);
}

async function shown() {
  return (await gateway.ask({ url: '/api/v1/shifts', token: TOKENS.engineer })).json();
}

async function feed(url: string): Promise<string> {
  const { statusCode, headers, body } = await gateway.ask({ url, token: null });
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
  return body;
}

it('says who is on shift, who is next, and where nobody is', async () => {
  const { schemaVersion, current, next, findings, shifts, revisions } = await shown();

  expect(schemaVersion).toBe(1);
  expect(current.map(({ people }: { people: string[] }) => people)).toEqual([['maria']]);
  expect(next).toMatchObject({ id: 'shift:2', people: ['erik', 'maria'], from: '2026-12-15T08:00:00.000Z' });
  expect(findings.map(({ sentence }: { sentence: string }) => sentence)).toEqual([
    'Nobody is on shift from Mon 2026-12-14 08:00 UTC to Tue 2026-12-15 08:00 UTC.',
  ]);
  expect([shifts.length, revisions[0].by.id]).toEqual([2, 'maria']);
});

it('asked twice with a key it is set once; with other words the key is refused', async () => {
  const [again, other] = [
    await revise(BOTH, { key: 'both' }),
    await revise({ ...BOTH, people: ['erik'] }, { key: 'both' }),
  ];

  expect([again.statusCode, again.json().revision.number]).toEqual([200, 2]);
  expect([other.statusCode, other.json().error.where]).toEqual([409, 'the header Idempotency-Key']);
  expect((await shown()).revisions).toHaveLength(2);
});

it('two who revise what they both saw: one does, the other is told to look again', async () => {
  const { shifts: records } = gateway.records;
  const seen = await records.revisions();
  const [first] = seen;
  if (first === undefined) throw new Error('nothing was set');
  const { shift, by } = first;
  const wanted = { kind: 'cancel', shift: 'shift:1', reason: 'Why not.' } as const;
  // As it stands, so that the other tests find it so.
  const next = { number: seen.length + 1, kind: 'set', shift, by, reason: 'Why not.', wanted } as const;

  const answers = await Promise.allSettled(
    ['a', 'b'].map((requestKey) => records.revise({ ...next, requestKey })),
  );

  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await records.revisions()).toHaveLength(seen.length + 1);
});

it.each([
  ['an engineer', MARIAS, TOKENS.engineer, 403, /only a release-manager may do this/],
  [
    'somebody whom nobody knows',
    { ...MARIAS, people: ['nobody'] },
    undefined,
    400,
    /nobody with the id nobody/,
  ],
  ['an end before its beginning', { ...MARIAS, until: MARIAS.from }, undefined, 409, /ends before it begins/],
  ['no instant', { ...MARIAS, from: 'tomorrow' }, undefined, 400, /an instant such as/],
  ['a shift that is not there', { ...MARIAS, shift: 'shift:99' }, undefined, 409, /none of that name/],
])('refuses %s', async (what, body, token, status, words) => {
  const answer = await revise(body, {
    key: what.replaceAll(' ', '-'),
    ...(token === undefined ? {} : { token }),
  });

  expect([answer.statusCode, answer.json().error.what]).toEqual([status, expect.stringMatching(words)]);
});

it('refuses a reason that names a fix under embargo, in the words in which it refuses any such id', async () => {
  await anOpenFix(gateway.records, ['18.6']);
  const [secret, none] = await Promise.all(
    [FIX, 'embargo:zzzzzzzzzz'].map((id, index) =>
      revise({ ...MARIAS, reason: `Because of ${id}.` }, { key: `secret-${index}` }),
    ),
  );

  expect(secret?.statusCode).toBe(409);
  expect(secret?.json()).toEqual(none?.json());
});

describe('for calendar programs', () => {
  it('the roster is given to everybody', async () => {
    const { shifts } = await shown();
    const named = { ...feedOf('gitlab'), name: 'Shifts for releases of gitlab' };

    expect(await feed('/shifts.ics')).toBe(iCalendarText([], named, shifts));
  });

  it.each(PARSERS)(
    'a shift has its own event and the dates that fall into it, as %s reads it',
    async (_name, read) => {
      const told = read(await feed('/shifts/1.ics'));
      const calendar = read(await feed('/calendar.ics'));

      const [own, ...dates] = told;
      expect(own).toMatchObject({
        uid: 'shift:1@gitlab.signalbox',
        at: '2026-12-01T07:00:00.000Z',
        until: '2026-12-14T08:00:00.000Z',
      });
      expect(dates.map(({ uid }) => uid.split('@')[0])).toContain('monthly:18.7.announced');
      expect(dates).toEqual(
        calendar.filter(({ at }) => at >= '2026-12-01T07:00:00.000Z' && at < '2026-12-14T08:00:00.000Z'),
      );
    },
  );

  it.each(PARSERS)(
    'a person has their shifts, and the releases that they manage, as %s reads it',
    async (_name, read) => {
      const [maria, erik] = [read(await feed('/people/maria.ics')), read(await feed('/people/erik.ics'))];

      const ids = (told: typeof maria) => told.map(({ uid }) => uid.split('@')[0]);
      expect(ids(maria).filter((id) => id?.startsWith('shift:'))).toEqual(['shift:1', 'shift:2']);
      expect(ids(erik)).toEqual(expect.arrayContaining(['shift:2', 'monthly:18.7.published']));
      expect(ids(erik)).not.toContain('monthly:18.7.announced');
      expect(ids(maria)).toContain('monthly:18.7.announced');
    },
  );

  it.each(PARSERS)('whoever is taken off a shift sees it cancelled, as %s reads it', async (name, read) => {
    const { shift } = (await shown()).revisions.at(-1);
    const other = { ...BOTH, from: shift.from, until: '2027-01-04T09:00:00+01:00' };
    const set = (await revise(other, { key: `on-${name}` })).json().revision.shift.id;
    const asked = { ...other, shift: set, people: ['maria'], reason: 'Erik is ill.' };
    await revise(asked, { key: `off-${name}` });

    const told = read(await feed('/people/erik.ics')).find(({ uid }) => uid.startsWith(`${set}@`));
    await revise({ kind: 'cancel', shift: set, reason: 'Nobody.' }, { key: `end-${name}` });

    expect(told).toMatchObject({ status: 'CANCELLED', sequence: 1 });
    expect(told?.notes).toContain('Erik is ill.');
  });

  it('whoever is in no shift has no calendar, whether there is such a person or not', async () => {
    const answers = await Promise.all(
      ['/people/hanna.ics', '/people/nobody.ics', '/shifts/99.ics'].map((url) =>
        gateway.ask({ url, token: null }),
      ),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
    expect(new Set(answers.map((answer) => answer.json().error.what)).size).toBe(1);
  });
});

it('the page of releases says who is on shift, and who is next', async () => {
  const { body } = await gateway.ask({ url: '/release.md', token: null });

  expect(body).toContain(
    '- Now: maria: Tue 2026-12-01 08:00 Europe/Berlin to Mon 2026-12-14 09:00 Europe/Berlin\n',
  );
  expect(body).toContain(
    '- Next: erik, maria: Tue 2026-12-15 09:00 Europe/Berlin to Mon 2026-12-28 09:00 Europe/Berlin\n',
  );
});

function about(items: readonly { readonly about: string }[]): ReadonlySet<string> {
  return new Set(items.map((item) => item.about));
}

async function handOver(token: string) {
  const { statusCode, body } = await gateway.ask({ url: '/api/v1/hand-over', token });
  expect(statusCode).toBe(200);
  return JSON.parse(body);
}

describe('what is handed over', () => {
  beforeAll(async () => {
    const { releases, transitions } = gateway.records;
    for (const [id, kind, to] of [
      ['patch:7', 'patch', 'opened'],
      ['patch:6', 'patch', 'finalised'],
      ['internal:k3v9x0q2ab', 'internal', 'requested'],
    ] as const) {
      const settings = gateway.deps.settingsOf(kind);
      await releases.open({ id, kind, title: id, requestKey: id, settings, startedBy: ENGINE });
      const line = { ordinal: 1, to, actor: ENGINE, sentence: 'It has come so far.', evidence: [] };
      await transitions.append({ release: id, workflowId: id, transitions: [line] });
    }
  });

  it('to a release manager is what waits of releases under way, of mirrors and of the roster', async () => {
    const items = await handOver(TOKENS.manager);

    expect(about(items)).toEqual(
      new Set(['patch:7', 'roster', ...gateway.deps.mirrors.map(({ project }) => `mirror:${project.name}`)]),
    );
    expect(items.find((item: { about: string }) => item.about === 'patch:7')).toMatchObject({
      who: 'operator',
      sentence: expect.stringMatching(/^status: Unknown since .*: the release does not answer/),
    });
  });

  it('to an engineer tells of no mirror, nor of a release that they may not know of', async () => {
    expect(about(await handOver(TOKENS.engineer))).toEqual(new Set(['patch:7', 'roster']));
  });
});
