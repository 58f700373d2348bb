import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { ENGINE } from '../../domain/release/release';
import type { GitLabReader } from '../../starters/gitlab-reader';
import { anOpenFix, FIX } from '../support/embargoes';
import { anInternalRequest } from '../support/release-inputs';
import { sha256, startGateway, TOKENS, type TestGateway } from './test-gateway';

const OPERATOR = 'token-of-the-operator';
const ERIK = TOKENS.engineer;
const ID = 'internal:k3v9x0q2ab';
const NOTHING = 'internal:aaaaaaaaaa';

/** 18.6, 18.5 and 18.4 are out. */
const gitlab: GitLabReader = {
  tags: async () => ['v18.4.5', 'v18.5.3', 'v18.6.1'],
  branches: async () => [],
  hasBranch: async () => true,
  rows: async () => [],
  committedAt: async () => undefined,
  contains: async () => false,
  file: async () => undefined,
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ gitlab: () => gitlab });
  const people = [
    { id: 'maria', roles: ['release-manager'], token: TOKENS.manager },
    { id: 'otto', roles: ['dedicated-operator'], token: OPERATOR },
    { id: 'erik', roles: ['engineer'], token: ERIK },
    { id: 'emma', roles: ['engineering-manager'], token: 'token-of-emma' },
  ].map(({ token, ...person }) => ({ ...person, name: person.id, tokenSha256: sha256(token) }));
  writeFileSync(join(gateway.secretsFolder, 'people.json'), JSON.stringify({ people }));

  const { internalRequests, releases, transitions } = gateway.records;
  const settings = gateway.deps.settingsOf('internal');
  const startedBy = { id: 'sena', roles: ['security-engineer'] };
  await internalRequests.open({ id: ID, requestKey: 'kept', request: anInternalRequest() });
  const row = { id: ID, kind: 'internal', title: 'Internal release k3v9x0q2ab', requestKey: 'kept' } as const;
  await releases.open({ ...row, settings, startedBy });
  const line = { actor: ENGINE, evidence: [] };
  await transitions.append({
    release: ID,
    workflowId: ID,
    transitions: [
      { ...line, ordinal: 1, to: 'approved', sentence: 'Everybody who has to has approved it.' },
      { ...line, ordinal: 2, to: 'blocked', sentence: 'The fix in gitaly is not on gprd yet.' },
    ],
  });
});
afterAll(() => gateway.end());

function answerOf({ statusCode, body }: LightMyRequestResponse, id: string): string {
  return `${statusCode} ${body.replaceAll(id, 'ID')}`;
}

async function list(token: string): Promise<readonly { readonly id: string; readonly state: string }[]> {
  return (await gateway.ask({ url: '/api/v1/releases?limit=1', token })).json();
}

interface As {
  readonly token?: string;
  readonly key?: string;
}

function request(payload: object, { token = TOKENS.manager, key = 'new' }: As = {}) {
  const headers = { 'idempotency-key': key };
  return gateway.ask({ method: 'POST', url: '/api/v1/internal-releases', token, headers, payload });
}

describe('an internal release', () => {
  it.each([
    ['GET', '', undefined],
    ['GET', '/artifacts', undefined],
    ['POST', '/decisions', { kind: 'abort', reason: 'I guess it is there.' }],
    ['POST', '/decisions', { kind: 'approve', before: 'approved', reason: 'I guess it is there.' }],
    [
      'POST',
      '/decisions',
      { kind: 'handOver', installation: 'north', state: 'installed', reason: 'I guess it is there.' },
    ],
  ] as const)('is told by nothing to whoever has no part in it: %s %s %j', async (method, path, payload) => {
    const ask = (id: string) =>
      gateway.ask({ method, url: `/api/v1/releases/${id}${path}`, token: ERIK, payload: payload ?? {} });

    const answer = await ask(ID);

    expect(answerOf(answer, ID)).toBe(answerOf(await ask(NOTHING), NOTHING));
    expect(answer.statusCode).toBe(404);
    expect(await gateway.records.decisions.ofRelease(ID)).toEqual([]);
  });

  it('is in the list of its audience, and counts for nobody else, not even against the limit', async () => {
    expect(await list(TOKENS.manager)).toMatchObject([{ id: ID, state: 'blocked' }]);
    expect(await list(OPERATOR)).toMatchObject([{ id: ID }]);
    expect(await list(ERIK)).toEqual([]);
  });

  it('is shown to whoever runs an installation', async () => {
    const answer = await gateway.ask({ url: `/api/v1/releases/${ID}/artifacts`, token: OPERATOR });

    expect(answer.json()).toEqual({ tags: [], packages: [] });
  });
});

describe('asking for an internal release', () => {
  const REQUEST = {
    incident: 'production#2880',
    severity: 'S1',
    minors: ['18.5'],
    fixes: [FIX],
    impact: 'Tokens of tenants can be guessed.',
    engineeringManager: 'emma',
  };

  beforeAll(() => anOpenFix(gateway.records, ['18.5']));

  it.each([
    [{ severity: 'S3' }, /is rejected\. An internal release is for S1 and S2, and this is S3/],
    [{ minors: ['18.6'] }, /18\.6 is the newest minor that is out.*name 18\.5 or 18\.4/],
    [{ minors: ['18.4'] }, /affects none of 18\.4/],
    [{}, /has no topic for 18\.5: push it first/],
  ])('with %j is rejected at once, with what would be right, and starts nothing', async (told, what) => {
    const answer = await request({ ...REQUEST, ...told });

    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.what).toMatch(what);
    expect(await gateway.records.releases.findByRequestKey('new')).toBeUndefined();
  });

  it.each([
    [{ minors: ['18'] }, 'minors', /"18" is no minor/],
    [{ installations: ['west'] }, 'installations', /no installation west/],
    [{ engineeringManager: 'nobody' }, 'engineeringManager', /there is nobody with the id nobody/],
    [{ engineeringManager: 'erik' }, 'engineeringManager', /erik is no engineering-manager/],
  ])('with %j says which field is wrong', async (told, field, what) => {
    const answer = await request({ ...REQUEST, ...told });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.where).toContain(field);
    expect(answer.json().error.what).toMatch(what);
  });

  it('tells an operator who is in no audience the same of an embargo that is there as of one that is not', async () => {
    const there = await request(REQUEST, { token: OPERATOR });
    const not = await request({ ...REQUEST, fixes: ['embargo:aaaaaaaaaa'] }, { token: OPERATOR });

    expect(there.statusCode).toBe(404);
    expect(answerOf(there, FIX)).toBe(answerOf(not, 'embargo:aaaaaaaaaa'));
  });

  it('without a fix that an installation has is rejected, and names it to those who may know of it', async () => {
    const { embargoes } = gateway.records;
    const topic = { project: 'gitaly', line: '18.5', branch: 'topic/k3v9x0q2ab/18.5', head: 'a'.repeat(40) };
    const seen = { objects: [], fingerprints: [], making: 'none', reason: 'planted' };
    await embargoes.registerTopic({ ...seen, embargo: FIX, key: 'written', actor: ENGINE, topic });
    await handedOver('eeeeeeeeee', ['release-manager']);
    const told = await request(REQUEST);
    await handedOver('ffffffffff', []);
    const ofAnother = await request(REQUEST);

    expect([told.statusCode, ofAnother.statusCode]).toEqual([409, 409]);
    expect(told.json().error.what).toBe(
      'it is rejected. A package of 18.5 lacks embargo:eeeeeeeeee, which dedicated-north has: it is not offered. Name it, too, or have it withdrawn',
    );
    expect(ofAnother.json().error.what).toBe(
      'it is rejected. A package of 18.5 lacks a fix that dedicated-north has, so it is not handed over. Ask release-manager for every fix that dedicated-north has',
    );
    expect(await gateway.records.releases.findByRequestKey('new')).toBeUndefined();
  });

  it('takes no key of another release', async () => {
    const settings = gateway.deps.settingsOf('patch');
    const row = { id: 'patch:3', kind: 'patch', title: 'Patch release 3', requestKey: 'of-a-patch' } as const;
    await gateway.records.releases.open({ ...row, settings, startedBy: { id: 'maria', roles: [] } });

    const answer = await request(REQUEST, { key: 'of-a-patch' });

    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.what).toBe(
      'it started patch:3, "Patch release 3", and now asks for something else',
    );
  });

  it('is not for everybody', async () => {
    const answer = await request(REQUEST, { token: ERIK });

    expect(answer.statusCode).toBe(403);
  });
});

/** A fix that roles may know of, in the hands of an installation. */
async function handedOver(code: string, roles: readonly string[]): Promise<void> {
  const { embargoes, internalRequests, effects } = gateway.records;
  const embargo = `embargo:${code}`;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await embargoes.open({
    embargo,
    key: code,
    actor: ENGINE,
    reason: 'planted',
    title: 'Another hole',
    owner: 'ada',
    severity: 'S1',
    affects: [{ line: '18.5', evidence: 'tried' }],
    audience: roles.map((role) => ({ who: { role }, as: 'release', until })),
  });
  const id = `internal:${code}`;
  const installations = [{ name: 'dedicated-north', role: 'dedicated-operator' }];
  const asked = anInternalRequest({ minors: ['18.5'], fixes: [embargo], installations });
  await internalRequests.open({ id, requestKey: code, request: asked });
  const offer = { release: id, workflowId: id, key: `${id}/hand-over`, step: 'hand-over', target: '18.5' };
  await effects.record({ ...offer, transitions: [], result: {} });
}

function plan(query: string, token: string = TOKENS.manager) {
  return gateway.ask({ url: `/api/v1/plan?kind=internal&${query}`, token });
}

describe('what an internal release would do', () => {
  it.each([
    ['minors=18.6', 409, /18\.6 is the newest minor that is out.*name 18\.5 or 18\.4/],
    ['', 409, /It names no minor: name 18\.5 or 18\.4/],
    ['minors=18', 400, /"18" is no minor/],
    ['minors=18.5&type=critical', 400, /says nothing about an internal release/],
  ])('is refused for %s', async (query, status, what) => {
    const answer = await plan(query);

    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.what).toMatch(what);
  });

  it('is for nobody else, whatever is asked', async () => {
    const answers = await Promise.all(['minors=18.5', 'minors=18', ''].map((query) => plan(query, ERIK)));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });
});

it('what other releases are asked about does not know the words of internal ones', async () => {
  const settings = gateway.deps.settingsOf('patch');
  const startedBy = { id: 'maria', roles: ['release-manager'] };
  await gateway.records.releases.open({
    id: 'patch:1',
    kind: 'patch',
    title: 'Patch release 1',
    requestKey: 'patch',
    settings,
    startedBy,
  });

  const answer = await gateway.ask({
    method: 'POST',
    url: '/api/v1/releases/patch:1/decisions',
    payload: { kind: 'handOver', installation: 'north', state: 'installed', reason: 'Why not.' },
  });

  expect(answer.statusCode).toBe(400);
  expect(answer.json().error.what).toMatch(/a patch release is handed over to nobody/);
});
