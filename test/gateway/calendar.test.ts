import { DateTime } from 'luxon';
import { topicBranchOf } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import { anOpenFix, FIX } from '../support/embargoes';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.end());

/** The third Thursday of the month after the next: far enough to be moved, whenever this runs. */
const PUBLICATION = thirdThursday(DateTime.utc().startOf('month').plus({ months: 2 }));
const NEXT = thirdThursday(PUBLICATION.startOf('month').plus({ months: 1 }));
const UNTIL = PUBLICATION.plus({ months: 3 }).toISODate();
const FRIDAY = PUBLICATION.plus({ days: 1 }).toISODate();

function thirdThursday(month: DateTime<true>): DateTime<true> {
  return month.plus({ days: ((4 - month.weekday + 7) % 7) + 14 });
}

function revise(body: object, { key, token }: { readonly key: string; readonly token?: string }) {
  return gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': key },
    payload: body,
    ...(token === undefined ? {} : { token }),
  });
}

async function calendar() {
  return (await gateway.ask({ url: '/api/v1/calendar', token: TOKENS.engineer })).json();
}

async function monthlyOn(day: string | null): Promise<string | undefined> {
  const { events } = await calendar();
  return events.find(
    ({ at, kind, milestone }: Record<string, string>) =>
      kind === 'monthly' && milestone === 'published' && at?.slice(0, 10) === day,
  )?.release;
}

const PUBLISH = { kind: 'publish', until: UNTIL, reason: 'Planned by the rules.' };

it('is empty until it is published; published twice, it is published once', async () => {
  expect(await calendar()).toEqual({ schemaVersion: 1, product: 'gitlab', events: [], revisions: [] });

  const [first, again, anew] = [
    await revise(PUBLISH, { key: 'one' }),
    await revise(PUBLISH, { key: 'one' }),
    await revise(PUBLISH, { key: 'two' }),
  ];

  expect([first, again, anew].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  expect(again.json().revision).toEqual(first.json().revision);
  expect(anew.json()).toEqual({ breaks: [], departures: [] });
  expect((await calendar()).revisions).toHaveLength(1);
  expect(await monthlyOn(PUBLICATION.toISODate())).toBeDefined();
});

it('goes by what the calendar shows, which in a sandbox is ahead of the clock', async () => {
  const shows = DateTime.utc().plus({ years: 1 });
  const ahead = await startGateway({ calendarNow: () => shows });

  const answer = await ahead.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': 'ahead' },
    token: TOKENS.manager,
    payload: { ...PUBLISH, until: shows.minus({ days: 1 }).toISODate() },
  });
  await ahead.end();

  expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { what: 'it is past' } }]);
});

it('asks for the reason of a move first, and says what it breaks; with one it is moved, and whoever reads it knows by whom', async () => {
  await revise(PUBLISH, { key: 'one' });
  const release = await monthlyOn(PUBLICATION.toISODate());
  const move = { kind: 'move', release, day: FRIDAY };

  const asked = await revise(move, { key: 'three' });

  expect(asked.statusCode).toBe(409);
  expect(asked.json().error.what).toBe(
    `a reason is asked for first; published on ${PUBLICATION.toISODate()} was promised`,
  );
  expect(await monthlyOn(FRIDAY)).toBeUndefined();

  const moved = await revise({ ...move, reason: 'It is snowing.' }, { key: 'three' });

  expect(moved.statusCode).toBe(200);
  expect(await monthlyOn(FRIDAY)).toBe(release);
  expect((await calendar()).revisions.at(-1)).toMatchObject({
    kind: 'move',
    by: { id: 'maria' },
    reason: 'It is snowing.',
  });
  const other = await revise({ kind: 'cancel', release, reason: 'It is snowing.' }, { key: 'three' });
  expect([other.statusCode, other.json().error.where]).toEqual([409, 'the header Idempotency-Key']);
});

it.each([
  ['another day to publish until', { ...PUBLISH, until: PUBLICATION.plus({ months: 4 }).toISODate() }],
  ['another reason', { ...PUBLISH, reason: 'Because.' }],
])('refuses a key that has made a revision with %s', async (_what, other) => {
  await revise(PUBLISH, { key: 'one' });

  const answer = await revise(other, { key: 'one' });

  expect([answer.statusCode, answer.json().error.where]).toEqual([409, 'the header Idempotency-Key']);
});

it('refuses a key that has moved a release with another day, or another milestone', async () => {
  await revise(PUBLISH, { key: 'one' });
  const release = await monthlyOn(NEXT.toISODate());
  const move = { kind: 'move', release, milestone: 'published', reason: 'It is snowing.' };
  const [first, second] = [1, 2].map((days) => NEXT.plus({ days }).toISODate());
  expect((await revise({ ...move, day: first }, { key: 'moved' })).statusCode).toBe(200);

  const others = [{ day: second }, { day: first, milestone: 'final_tagged' }];
  for (const other of others) {
    const answer = await revise({ ...move, ...other }, { key: 'moved' });
    expect([answer.statusCode, answer.json().error.where]).toEqual([409, 'the header Idempotency-Key']);
  }
  expect((await revise({ ...move, day: first }, { key: 'moved' })).statusCode).toBe(200);
});

it('two who revise what they both saw: one does, the other is told to look again', async () => {
  await revise(PUBLISH, { key: 'one' });
  const { calendar: records } = gateway.records;
  const seen = await records.revisions();
  const [entry] = seen[0]?.entries ?? [];
  if (entry === undefined) throw new Error('nothing was published');
  const by = { id: 'maria', roles: [] };
  const wanted = { kind: 'cancel', release: entry.release, reason: 'Why not.' } as const;
  const next = {
    number: seen.length + 1,
    wanted,
    kind: 'cancel',
    entries: [entry],
    by,
    reason: 'Why not.',
  } as const;

  const answers = await Promise.allSettled(
    ['a', 'b'].map((requestKey) => records.revise({ ...next, requestKey })),
  );

  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await records.revisions()).toHaveLength(seen.length + 1);
  await expect(records.revise({ ...next, number: seen.length + 3, requestKey: 'ahead' })).rejects.toThrow(
    'in the meantime',
  );
  expect((await records.revisions()).map(({ number }) => number)).toEqual(
    Array.from({ length: seen.length + 1 }, (_, index) => index + 1),
  );
});

it('names the last day that a calendar is published until', async () => {
  const answer = await revise({ ...PUBLISH, until: '9999-12-31' }, { key: 'for-ever' });

  expect(answer.json().error).toEqual({
    where: 'until 9999-12-31',
    what: 'it is more than five years ahead',
    remedy: `Write a day no later than ${DateTime.utc().plus({ years: 5 }).toISODate()}`,
  });
});

it.each([
  ['somebody who is no release manager', PUBLISH, TOKENS.engineer, 403],
  ['a day that is past', { ...PUBLISH, until: '2020-01-01' }, undefined, 400],
  ['a day that is more than five years ahead', { ...PUBLISH, until: '9999-12-31' }, undefined, 400],
  ['the 31st of February', { ...PUBLISH, until: '2031-02-31' }, undefined, 400],
  ['a release that is not there', { kind: 'cancel', release: 'monthly:1.1' }, undefined, 409],
])('refuses %s', async (what, body, token, status) => {
  const answer = await revise(body, {
    key: what.replaceAll(' ', '-'),
    ...(token === undefined ? {} : { token }),
  });

  expect(answer.statusCode).toBe(status);
  expect(answer.json().error.remedy).not.toBe('');
});

describe('a reason that everybody would read', () => {
  const COMMIT = 'b7'.repeat(20);
  const SAID = {
    where: 'the reason',
    what: 'it names something that is not public, or an id that may stand for such',
    remedy:
      'Say it without ids of commits, fixes, vulnerabilities and private repositories: everybody reads it',
  };

  beforeAll(async () => {
    await revise(PUBLISH, { key: 'one' });
    await anOpenFix(gateway.records, ['18.6']);
    await gateway.records.embargoes.registerTopic({
      key: 'topic',
      embargo: FIX,
      actor: ENGINE,
      reason: 'planted',
      topic: { project: 'gitaly', line: '18.6', branch: topicBranchOf(FIX, '18.6'), head: COMMIT },
      objects: [COMMIT],
      fingerprints: [],
      making: 'none',
    });
  });

  it.each([
    ['a vulnerability', 'CVE-2026-12345 needs the day.'],
    ['a vulnerability, in small letters', 'It waits for cve-2026-12345.'],
    ['an embargo', `It waits for ${FIX}.`],
    ['an embargo that is not there', 'It waits for embargo:aaaaaaaaaa.'],
    ['the code of an embargo', `See ${FIX.slice('embargo:'.length)}.`],
    ['the code of an embargo, in capitals', `See ${FIX.slice('embargo:'.length).toUpperCase()}.`],
    ['the branch of a topic', `It waits for ${topicBranchOf(FIX, '18.6')}.`],
    ['a commit of a topic', `It waits for ${COMMIT.slice(0, 12)}.`],
    ['an internal release', 'It waits for internal:q1w2e3r4t5.'],
    ['a private repository', 'See gitlab-org/security/gitaly.'],
    ['a private repository, in capitals', 'See GitLab-org/Security/Gitaly.'],
    ['a merge request on one', 'See security/gitaly!7.'],
  ])('is refused in the same words where it names %s, and nothing of it is kept', async (what, reason) => {
    const before = await calendar();
    const { release } = before.events.at(-1);

    for (const wanted of [{ kind: 'cancel', release }, PUBLISH]) {
      const answer = await revise(
        { ...wanted, reason },
        { key: `secret-${wanted.kind}-${what.replaceAll(' ', '-')}` },
      );
      expect([answer.statusCode, answer.json().error]).toEqual([409, SAID]);
    }

    expect(await calendar()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(reason);
  });

  it('is kept where it names nothing of the kind', async () => {
    const { events } = await calendar();
    const { release } = events.at(-1);

    const answer = await revise(
      { kind: 'cancel', release, reason: 'Nothing is ready: see commit 0123456789abcdef.' },
      { key: 'harmless' },
    );

    expect(answer.statusCode).toBe(200);
  });
});

it('says of starts by itself that there are none where the configuration has none', async () => {
  const answer = await gateway.ask({ url: '/api/v1/calendar/starts', token: TOKENS.engineer });

  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    next: [],
    notices: [],
    over: [],
    unknown: 'Nothing starts by itself: `calendar.starting` is not in signalbox.yaml.',
  });
});
