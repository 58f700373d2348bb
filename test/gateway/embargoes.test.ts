import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { ENGINE } from '../../domain/release/release';
import { createLogger } from '../../gateway/logger';
import { sha256, startGateway, TOKENS, type TestGateway } from './test-gateway';

const SENA = 'token-of-security';
const OLAF = 'token-of-the-owner';
const ERIK = TOKENS.engineer;
const NOTHING = 'embargo:aaaaaaaaaa';

let gateway: TestGateway;
let logged: string[];

function person(id: string, roles: readonly string[], token: string) {
  return { id, name: id, roles, tokenSha256: sha256(token) };
}

beforeEach(async () => {
  logged = [];
  gateway = await startGateway({ logger: createLogger({ write: (line) => void logged.push(line) }) });
  const people = [
    person('sena', ['security-engineer'], SENA),
    person('olaf', ['engineer'], OLAF),
    person('erik', ['engineer'], ERIK),
    person('maria', ['release-manager'], TOKENS.manager),
  ];
  writeFileSync(join(gateway.secretsFolder, 'people.json'), JSON.stringify({ people }));
});
afterEach(() => gateway.end());

const FIX = {
  title: 'Tokens can be guessed by timing',
  owner: 'olaf',
  severity: 'S1',
  affects: [{ line: '18.6', evidence: 'introduced by !123' }],
  reason: 'Reported by a researcher.',
};

async function open(key = 'one', payload: object = FIX): Promise<{ readonly id: string }> {
  const headers = { 'idempotency-key': key };
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/embargoes',
    token: SENA,
    headers,
    payload,
  });
  return answer.json();
}

function move(id: string, body: object, { token = SENA, key = 'key' } = {}): Promise<LightMyRequestResponse> {
  return gateway.ask({
    method: 'POST',
    url: `/api/v1/embargoes/${id}/moves`,
    token,
    headers: { 'idempotency-key': key },
    payload: { reason: 'It is time.', ...body },
  });
}

function actOn(id: string, what: string, payload: object, token = SENA): Promise<LightMyRequestResponse> {
  const url = `/api/v1/embargoes/${id}/${what}`;
  return gateway.ask({ method: 'POST', url, token, headers: { 'idempotency-key': 'act' }, payload });
}

function told({ statusCode, headers, json }: LightMyRequestResponse, id: string) {
  const { date: _date, 'content-length': length, ...others } = headers;
  return JSON.parse(
    JSON.stringify({ statusCode, headers: others, length: Number(length), body: json() }).replaceAll(
      id,
      'ID',
    ),
  );
}

it('is opened by security once for a key, and read by its audience', async () => {
  const { id } = await open();
  const again = await open();

  expect(id).toMatch(/^embargo:[a-z0-9]{10}$/);
  expect(again.id).toBe(id);
  for (const token of [SENA, OLAF, TOKENS.manager]) {
    const list = await gateway.ask({ url: '/api/v1/embargoes', token });
    expect(list.json()).toEqual([expect.objectContaining({ id, title: FIX.title, state: 'opened' })]);
    expect(list.body).not.toMatch(/ordinal|revision/);
  }
});

it('is opened by nobody else', async () => {
  const headers = { 'idempotency-key': 'x' };
  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/embargoes',
    token: ERIK,
    headers,
    payload: FIX,
  });

  expect(answer.statusCode).toBe(403);
});

it('does not exist for the uncleared: same status, headers, length and words, whatever they ask', async () => {
  const { id } = await open();
  const asks = [
    (one: string) => gateway.ask({ url: `/api/v1/embargoes/${one}`, token: ERIK }),
    (one: string) => move(one, { move: 'declassify' }, { token: ERIK }),
    (one: string) => move(one, { move: 'compromise' }, { token: ERIK }),
    (one: string) => move(one, { move: 'nonsense' }, { token: ERIK }),
    (one: string) => move(one, { move: 'seal', reason: '' }, { token: ERIK }),
    (one: string) => actOn(one, 'leak', { reason: 'It is out.' }, ERIK),
    (one: string) => actOn(one, 'public-name', { publicTitle: 'A hole', reason: 'Agreed.' }, ERIK),
  ];

  const cleared = await gateway.ask({ url: `/api/v1/embargoes/${id}`, token: OLAF });
  expect(cleared.statusCode).toBe(200);
  for (const ask of asks) {
    const there = await ask(id);
    const notThere = await ask(NOTHING);
    expect(told(there, id)).toEqual(told(notThere, NOTHING));
    expect(there.statusCode).toBeGreaterThanOrEqual(400);
  }
  expect((await gateway.records.embargoes.find(id))?.state).toBe('opened');
});

it('leaves no gap in what the uncleared and those of another embargo see', async () => {
  const before = await gateway.ask({ url: '/api/v1/embargoes', token: ERIK });
  await open('one');
  const { id } = await open('two', { ...FIX, reviewers: ['erik'], title: 'Another hole' });
  await open('three');

  const stranger = await gateway.ask({ url: '/api/v1/embargoes', token: ERIK });

  expect(before.json()).toEqual([]);
  expect(stranger.json()).toEqual([expect.objectContaining({ id, title: 'Another hole' })]);
  const detail = await gateway.ask({ url: `/api/v1/embargoes/${id}`, token: ERIK });
  expect(detail.body).not.toMatch(/revision|ordinal|Tokens/);
});

it('tells its audience what was found of it, and nothing of others that were found with it', async () => {
  const { id } = await open();
  const finding = {
    kind: 'denied',
    project: 'gitaly',
    release: 'patch:7',
    evidence: [],
    revision: 2,
    sentence: 'It would make 3 of its objects public, among 9.',
  } as const;
  await gateway.records.embargoes.recordFinding({ ...finding, key: 'a', embargoes: [id] });
  await gateway.records.embargoes.recordFinding({ ...finding, key: 'b', embargoes: [], sentence: 'Other.' });

  const detail = await gateway.ask({ url: `/api/v1/embargoes/${id}`, token: OLAF });

  const {
    embargoes: _embargoes,
    key: _key,
    revision: _revision,
    ...read
  } = { ...finding, embargoes: [], key: '' };
  expect(detail.json().findings).toEqual([{ ...read, at: expect.any(String) }]);
});

it('is declassified by somebody else than its owner, once for a key, and read by all then', async () => {
  const { id } = await open();

  const refused = await move(id, { move: 'declassify' }, { token: OLAF });
  const first = await move(id, { move: 'declassify' });
  const again = await move(id, { move: 'declassify' });

  expect(refused.statusCode).toBe(409);
  expect(refused.json().error.what).toContain('Only security-engineer may do this');
  expect(first.json()).toMatchObject({
    accepted: true,
    verdict: { sentence: `${id} is no secret any more.` },
  });
  expect(again.json()).toMatchObject({ accepted: true });
  const history = await gateway.records.embargoes.history(id);
  expect(history.map(({ act, actor }) => [act, actor.id])).toEqual([
    ['opened', 'sena'],
    ['declassified', 'sena'],
  ]);
  expect((await gateway.ask({ url: '/api/v1/embargoes', token: ERIK })).json()).toHaveLength(1);
});

it('is made known to others by its owner, for as long as the owner says', async () => {
  const { id } = await open();
  const admit = (token: string, until: string, key: string) =>
    gateway.ask({
      method: 'POST',
      url: `/api/v1/embargoes/${id}/audience`,
      token,
      headers: { 'idempotency-key': key },
      payload: { who: { person: 'erik' }, as: 'operator', until, reason: 'Brings it to cells.' },
    });
  const seen = async () => (await gateway.ask({ url: `/api/v1/embargoes/${id}`, token: ERIK })).statusCode;

  const byStranger = await admit(ERIK, '2999-01-01T00:00:00Z', 'a');
  const byManager = await admit(TOKENS.manager, '2999-01-01T00:00:00Z', 'b');
  const before = await seen();
  await admit(OLAF, '2999-01-01T00:00:00Z', 'c');
  const during = await seen();
  await admit(OLAF, '2020-01-01T00:00:00Z', 'd');

  expect([byStranger.statusCode, byManager.statusCode]).toEqual([404, 409]);
  expect([before, during, await seen()]).toEqual([404, 200, 404]);
});

it('says what is missing for what comes next', async () => {
  const { id } = await open();

  const early = await move(id, { move: 'fix' }, { token: OLAF });
  await gateway.records.embargoes.registerTopic({
    embargo: id,
    key: 'topic',
    actor: ENGINE,
    reason: 'Pushed.',
    topic: { project: 'gitaly', line: '18.6', branch: `topic/${id.slice(8)}/18.6`, head: 'a'.repeat(40) },
    objects: ['a'.repeat(40)],
    fingerprints: [],
    making: 'none',
  });
  const then = await move(id, { move: 'fix' }, { token: OLAF });
  const detail = await gateway.ask({ url: `/api/v1/embargoes/${id}`, token: SENA });

  expect(early.statusCode).toBe(409);
  expect(early.json().error.what).toContain('waits until every line that it affects has a topic');
  expect(then.statusCode).toBe(200);
  const { moves } = detail.json();
  expect(
    moves.map(({ move: name, verdict }: { move: string; verdict: { verdict: string } }) => [
      name,
      verdict.verdict,
    ]),
  ).toEqual([
    ['seal', 'pass'],
    ['withdraw', 'pass'],
    ['compromise', 'pass'],
    ['declassify', 'pass'],
  ]);
});

describe('what a fix is called in public', () => {
  it('is said by security or the owner, and read by the audience alone', async () => {
    const { id } = await open();
    const named = { publicTitle: 'Tokens can be guessed', reason: 'Agreed on.' };

    const title = await actOn(id, 'public-name', named, OLAF);
    const number = await actOn(id, 'public-name', { cve: 'CVE-2026-12345', reason: 'Assigned.' });
    const manager = await actOn(id, 'public-name', named, TOKENS.manager);
    const empty = await actOn(id, 'public-name', { reason: 'Nothing.' });
    const wrong = await actOn(id, 'public-name', { cve: 'CVE-26-1', reason: 'Assigned.' });

    expect([title, number, manager, empty, wrong].map(({ statusCode }) => statusCode)).toEqual([
      200, 200, 409, 400, 400,
    ]);
    expect(number.json()).toMatchObject({ publicTitle: named.publicTitle, cve: 'CVE-2026-12345' });
    expect(manager.json().error.what).toContain('only its owner or a security-engineer');
  });

  it('cannot be said any more once it is being disclosed', async () => {
    const { id } = await open();
    const { embargoes } = gateway.records;
    const change = { embargo: id, actor: ENGINE, reason: 'planted' };
    await embargoes.move({ ...change, key: 'now', from: 'opened', to: 'disclosing', plan: 'patch:1' });

    const answer = await actOn(id, 'public-name', { cve: 'CVE-2026-12345', reason: 'Late.' });

    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.what).toBe('its release is about to publish it under the name that it has');
  });
});

it('is answered as leaked by those alone who may say that it has, even when it is known to have', async () => {
  const { id } = await open('one', { ...FIX, reviewers: ['erik'] });
  await move(id, { move: 'compromise' });

  const byReviewer = await actOn(id, 'leak', { reason: 'It is out.' }, ERIK);

  expect(byReviewer.statusCode).toBe(409);
  expect(byReviewer.json()).toMatchObject({ accepted: false, verdict: { verdict: 'fail' } });
  expect(byReviewer.json().error.what).toContain('and erik is none of them');
});

it('is marked as leaked where the engine is away, and says that nothing is closed yet', async () => {
  const { id } = await open();

  const answer = await actOn(id, 'leak', { reason: 'It is out.' });
  const again = await actOn(id, 'leak', { reason: 'It is out.' });

  expect([answer.statusCode, again.statusCode]).toEqual([503, 503]);
  expect(answer.json().error).toMatchObject({
    where: id,
    what: expect.stringContaining('it is marked as compromised, and nothing is closed yet'),
    remedy: expect.stringContaining('Say again that it has leaked'),
  });
  expect((await gateway.records.embargoes.find(id))?.state).toBe('compromised');
  const failures = logged.filter((line) => line.includes('A request failed'));
  expect(failures).toHaveLength(2);
  expect(failures.map((line) => JSON.parse(line).failed.type)).toEqual([
    'EngineUnavailable',
    'EngineUnavailable',
  ]);
  expect(logged.join('')).not.toContain(id.replace('embargo:', ''));
});
