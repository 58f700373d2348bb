import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WAITED_FOR_MS } from '../../cli/gateway-client';
import { firstAudience, type EmbargoState } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import { exposureFor } from '../../starters/exposure';
import { fixesFor } from '../../starters/fixes';
import { readGitLab } from '../../starters/gitlab-reader';
import { askWhatIf } from '../../starters/what-if';
import { aSealedFix, FIX } from '../support/embargoes';
import { startGitLab, type TestGitLab } from '../support/gitlab';
import { sha256, startGateway, TOKENS, type TestGateway } from './test-gateway';

const ADA = 'token-of-the-owner';
const NOTHING = 'embargo:aaaaaaaaaa';
const HEAD = 'a'.repeat(40);
const MINORS = ['18.6', '18.5', '18.4'];
const MARIA = { id: 'maria', roles: ['release-manager'] };

let gitlab: TestGitLab;
let gateway: TestGateway;

beforeAll(async () => {
  gitlab = await startGitLab({ seed: 1 });
}, 60_000);
afterAll(() => gitlab.end());

beforeEach(async () => {
  gateway = await startGateway({ gitlab: () => readGitLab(gitlab) });
  const people = [
    { id: 'ada', name: 'Ada', roles: ['engineer'], tokenSha256: sha256(ADA) },
    { id: 'erik', name: 'Erik', roles: ['engineer'], tokenSha256: sha256(TOKENS.engineer) },
    { ...MARIA, name: 'Maria', tokenSha256: sha256(TOKENS.manager) },
  ];
  writeFileSync(join(gateway.secretsFolder, 'people.json'), JSON.stringify({ people }));
  await owePublicFix();
});
afterEach(() => gateway.end());

async function owePublicFix(): Promise<void> {
  await gateway.records.backports.owe({
    fix: { project: 'gitlab', iid: 1234, title: 'Show the avatar', author: 'erik', kind: 'bug' },
    owed: [{ minor: '18.6', branch: '18-6-stable-ee', sentence: 'It is to be picked.' }],
    actor: ENGINE,
  });
}

/** A patch of 18.6 that has closed with the fix on board. */
async function closePatch(): Promise<void> {
  const settings = gateway.deps.settingsOf('patch');
  const opened = { requestKey: 'p', settings, startedBy: MARIA, title: 'Patch release 7 of 18.6' };
  await gateway.records.releases.open({ ...opened, id: 'patch:7', kind: 'patch' });
  const disclosed = { twin: HEAD, at: '', topics: [{ embargo: FIX, ordinal: 1, head: HEAD }] };
  await gateway.records.closeRelease({
    release: 'patch:7',
    workflowId: 'patch:7',
    key: 'patch:7/close/18.6',
    step: 'close',
    target: '18.6',
    transitions: [],
    versions: [{ atLeast: '18.6.2' }],
    close: ([reserved]) => ({
      result: {
        versions: [
          { version: reserved?.version, minor: '18.6', projects: [{ project: 'gitaly', disclosed }] },
        ],
      },
      inclusions: [],
    }),
  });
}

function decide(
  id: string,
  kind: string,
  { token = TOKENS.manager, key = 'one' }: { token?: string; key?: string } = {},
) {
  return gateway.ask({
    method: 'POST',
    url: `/api/v1/fixes/${id}/decisions`,
    token,
    headers: { 'idempotency-key': key },
    payload: { kind, reason: 'It breaks logins.' },
  });
}

function states(body: readonly { id: string; cells: readonly { minor: string; state: string }[] }[]) {
  return body.map(({ id, cells }) => [id, ...cells.map(({ minor, state }) => `${minor} ${state}`)]);
}

it('shows a fix under embargo to its audience, beside the public ones that everybody sees', async () => {
  await aSealedFix(gateway.records, MINORS);
  await closePatch();

  const audience = await gateway.ask({ url: '/api/v1/fixes', token: ADA });
  const others = await gateway.ask({ url: '/api/v1/fixes', token: TOKENS.engineer });

  expect(states(audience.json())).toEqual([
    [FIX, '18.6 boarded', '18.5 ready', '18.4 ready'],
    ['gitlab!1234', '18.6 missing'],
  ]);
  expect(states(others.json())).toEqual([['gitlab!1234', '18.6 missing']]);
});

it('is to the uncleared what it is without the fix, byte for byte, also for one release', async () => {
  const ask = async (url: string) => {
    const { body, statusCode, headers } = await gateway.ask({ url, token: TOKENS.engineer });
    return { body, statusCode, length: headers['content-length'] };
  };
  const before = await ask('/api/v1/fixes?all=true');
  await aSealedFix(gateway.records, MINORS);
  await closePatch();

  expect(await ask('/api/v1/fixes?all=true')).toEqual(before);
  expect((await ask('/api/v1/fixes?release=patch:7')).body).toBe('[]');
  const cleared = await gateway.ask({ url: '/api/v1/fixes?release=patch:7', token: ADA });
  expect(states(cleared.json())).toEqual([[FIX, '18.6 boarded', '18.5 ready', '18.4 ready']]);
});

it('is pulled once for a key, with its reason in the history of the embargo, and returned', async () => {
  await aSealedFix(gateway.records, MINORS);

  const first = await decide(FIX, 'pull');
  const again = await decide(FIX, 'pull');
  const twice = await decide(FIX, 'pull', { key: 'two' });
  const pulled = await gateway.ask({ url: '/api/v1/fixes' });
  const byOwner = await decide(FIX, 'return', { token: ADA });
  const returned = await decide(FIX, 'return');

  expect(first.json()).toMatchObject({ accepted: true, verdict: { verdict: 'pass' } });
  expect(again.json()).toEqual(first.json());
  expect(twice.statusCode).toBe(409);
  expect(twice.json().error.what).toMatch(/maria pulled .* already/);
  expect(states(pulled.json())[0]).toEqual([FIX, '18.6 pulled', '18.5 pulled', '18.4 pulled']);
  expect(byOwner.json().error.what).toMatch(/Only a release-manager or security-engineer may return/);
  expect(returned.statusCode).toBe(200);
  const history = await gateway.records.embargoes.history(FIX);
  expect(history.slice(-2).map(({ act, actor, reason }) => [act, actor.id, reason])).toEqual([
    ['pulled', 'maria', 'It breaks logins.'],
    ['returned', 'maria', 'It breaks logins.'],
  ]);
});

it('cannot be pulled once its disclosure was claimed, and cannot be disclosed once it was pulled', async () => {
  await aSealedFix(gateway.records, MINORS);
  const { embargoes } = gateway.records;
  const change = { embargo: FIX, actor: ENGINE, reason: 'patch:7 publishes it', plan: 'patch:7' };

  await decide(FIX, 'pull');
  const claim = embargoes.move({ ...change, key: 'claim', from: 'sealed', to: 'disclosing' });
  await expect(claim).rejects.toThrow(/another state meanwhile/);
  await decide(FIX, 'return', { key: 'back' });
  await embargoes.move({ ...change, key: 'claim', from: 'sealed', to: 'disclosing' });
  const late = await decide(FIX, 'pull', { key: 'late' });

  expect(late.json().error.what).toMatch(/^patch:7 has claimed .* only way is forward$/);
});

it('does not exist for the uncleared, who are told what they are told of nothing', async () => {
  await aSealedFix(gateway.records, MINORS);
  for (const kind of ['pull', 'return']) {
    const there = await decide(FIX, kind, { token: TOKENS.engineer });
    const notThere = await decide(NOTHING, kind, { token: TOKENS.engineer });

    expect(there.statusCode).toBe(404);
    expect(there.body.replaceAll(FIX, 'FIX')).toBe(notThere.body.replaceAll(NOTHING, 'FIX'));
  }
  expect((await gateway.records.embargoes.find(FIX))?.pulled).toBeUndefined();
});

/** What is handed over of it. */
async function handedOver(token: string) {
  const items: readonly { readonly about: string }[] = (
    await gateway.ask({ url: '/api/v1/hand-over', token })
  ).json();
  return items.filter(({ about }) => about === FIX);
}

describe('a disclosed fix that somebody has reverted', () => {
  const COMMIT = 'b'.repeat(40);
  const REASON = 'The code that had the hole is gone.';
  const SENA = 'token-of-appsec';

  beforeEach(async () => {
    await aSealedFix(gateway.records, MINORS);
    const people = [
      { id: 'ada', name: 'Ada', roles: ['security-engineer'], tokenSha256: sha256(ADA) },
      { id: 'sena', name: 'Sena', roles: ['security-engineer'], tokenSha256: sha256(SENA) },
      { id: 'erik', name: 'Erik', roles: ['engineer'], tokenSha256: sha256(TOKENS.engineer) },
      { ...MARIA, name: 'Maria', tokenSha256: sha256(TOKENS.manager) },
    ];
    writeFileSync(join(gateway.secretsFolder, 'people.json'), JSON.stringify({ people }));
    const change = { embargo: FIX, actor: ENGINE, reason: 'patch:7 publishes it' };
    const { embargoes, reverts } = gateway.records;
    await embargoes.move({ ...change, key: 'a', from: 'sealed', to: 'disclosing', plan: 'patch:7' });
    await embargoes.move({ ...change, key: 'b', from: 'disclosing', to: 'disclosed' });
    const place = { embargo: FIX, project: 'gitaly', branch: '18-6-stable', line: '18.6' };
    await reverts.note({
      project: 'gitaly',
      reverts: [{ ...place, merged: HEAD, commit: COMMIT, isMerge: false }],
    });
  });

  function accept(token: string, { commit = COMMIT, key = 'one' } = {}) {
    return gateway.ask({
      method: 'POST',
      url: `/api/v1/reverts/gitaly/${commit}/decisions`,
      token,
      headers: { 'idempotency-key': key },
      payload: { kind: 'accept', reason: REASON },
    });
  }

  async function listed() {
    return states((await gateway.ask({ url: '/api/v1/fixes', token: SENA })).json())[0];
  }

  it('is on the list again until somebody of AppSec who does not own it accepts it, once', async () => {
    const before = await listed();
    const toTheNext = await handedOver(TOKENS.manager);
    const byManager = await accept(TOKENS.manager);
    const byOwner = await accept(ADA);
    const first = await accept(SENA);
    const again = await accept(SENA);
    const twice = await accept(SENA, { key: 'two' });

    expect(before?.slice(0, 2)).toEqual([FIX, '18.6 reverted']);
    expect(toTheNext).toMatchObject([{ about: FIX, who: 'security-engineer' }]);
    expect(byManager.json().error.what).toMatch(/^Only a security-engineer may accept/);
    expect(byOwner.json().error.what).toMatch(/^Somebody else than the owner/);
    expect(first.json()).toMatchObject({ accepted: true, verdict: { verdict: 'pass' } });
    expect(again.json()).toEqual(first.json());
    expect(twice.json().error.what).toMatch(/^sena has accepted .* already$/);
    const last = (await gateway.records.embargoes.history(FIX)).at(-1);
    expect(last).toMatchObject({ act: 'revert_accepted', actor: { id: 'sena' }, reason: REASON });
    expect(await listed()).not.toContain(FIX);
    expect(await handedOver(TOKENS.manager)).toEqual([]);
  });

  it('is nothing to the uncleared, who are told what they are told of any commit', async () => {
    const other = 'c'.repeat(40);
    const there = await accept(TOKENS.engineer);
    const notThere = await accept(TOKENS.engineer, { commit: other });

    expect(there.statusCode).toBe(404);
    expect(there.body).toBe(notThere.body.replaceAll(other, COMMIT));
    expect(await handedOver(TOKENS.engineer)).toEqual([]);
    expect(await gateway.records.reverts.accepted()).toEqual([]);
  });
});

it('refuses a release that does not exist', async () => {
  const answer = await gateway.ask({ url: '/api/v1/fixes?release=patch:99' });

  expect(answer.statusCode).toBe(404);
});

describe('a managed system that is excepted for a while', () => {
  const cell = { system: 'gprd', approvedBy: 'lena', reason: 'Its disks are full.' };
  const standing = { ...cell, until: new Date(Date.now() + 3_600_000).toISOString() };
  const ended = { ...cell, system: 'gstg', until: new Date(Date.now() - 1_000).toISOString() };

  function depsWith() {
    const settings = {
      ...gateway.deps.settingsOf('patch'),
      managedSystems: ['gprd', 'gstg'],
      systemExceptions: [standing, ended],
    };
    return { ...gateway.deps, settings, gitlab: gateway.deps.gitlab() };
  }

  it('is named with every fix that is a secret still, to its audience, and with none of those that are public', async () => {
    await aSealedFix(gateway.records, MINORS);

    const [secret, open] = await fixesFor(depsWith(), { person: MARIA, all: true });

    expect(secret).toMatchObject({ id: FIX, exceptions: [standing] });
    expect(open).toMatchObject({ id: 'gitlab!1234' });
    expect(open).not.toHaveProperty('exceptions');
  });

  it('stands with its clock while it lacks the fix', async () => {
    await aSealedFix(gateway.records, MINORS);
    await fixOnDefault(HEAD);

    const [fix] = await exposureFor(depsWith(), MARIA);

    const excepted = fix?.places.filter(({ exception }) => exception !== undefined);
    expect(excepted).toMatchObject([{ place: 'gprd', exception: standing }]);
  });

  it('is told whoever asks what if, whether or not there is a fix', async () => {
    const erik = { id: 'erik', roles: ['engineer'] };
    const asked = { question: 'patch-first', person: erik } as const;

    const before = await askWhatIf(depsWith(), asked);
    await aSealedFix(gateway.records, MINORS);

    expect(before.exceptions).toEqual([standing]);
    expect(await askWhatIf(depsWith(), asked)).toEqual(before);
  });
});

interface Clock {
  readonly place: string;
  readonly fixedSince?: string;
  readonly unknownSince?: string;
}

async function clocks(token = ADA): Promise<readonly Clock[]> {
  const [fix] = (await gateway.ask({ url: '/api/v1/exposure', token })).json();
  return fix?.places ?? [];
}

async function fixOnDefault(head: string): Promise<void> {
  const topic = { project: 'gitaly', line: 'default', branch: 'topic/k3v9x0q2ab/default', head };
  const seen = { objects: [], fingerprints: [], making: 'none', reason: 'planted' };
  await gateway.records.embargoes.registerTopic({ ...seen, embargo: FIX, key: head, actor: ENGINE, topic });
}

/** From each state to the next. */
async function walk(passed: readonly EmbargoState[]): Promise<void> {
  for (const [index, to] of passed.slice(1).entries()) {
    const from = passed[index] ?? to;
    const change = { embargo: FIX, key: to, actor: ENGINE, reason: 'planted', from, to };
    const claim = to === 'disclosing' ? { plan: 'patch:7' } : {};
    await gateway.records.embargoes.move({ ...change, ...claim });
  }
}

const ANOTHER = 'embargo:bbbbbbbbbb';

/** A fix after the other one, which nobody may know of yet. */
async function openAnother(head: string): Promise<void> {
  const { embargoes } = gateway.records;
  const change = { embargo: ANOTHER, actor: ENGINE, reason: 'planted' };
  const fix = { title: 'Another hole', owner: 'ada', severity: 'S2', affects: [] } as const;
  const audience = firstAudience({
    owner: 'ada',
    reviewers: [],
    operators: [],
    now: new Date().toISOString(),
  });
  await embargoes.open({ ...change, ...fix, key: 'another', audience });
  const topic = { project: 'gitaly', line: 'default', branch: 'topic/bbbbbbbbbb/default', head };
  await embargoes.registerTopic({
    ...change,
    key: head,
    topic,
    objects: [],
    fingerprints: [],
    making: 'none',
  });
}

describe('the exposure clock', () => {
  it('runs for .com since the deployment that brought the fix, as GitLab tells', async () => {
    await aSealedFix(gateway.records, MINORS);
    const reader = gateway.deps.gitlab();
    const rows = await reader.rows(
      'gitlab-org/gitaly',
      'deployments?environment=gprd&status=success&sort=asc',
    );
    const [first] = rows as readonly { readonly sha: string; readonly updated_at: string }[];
    await fixOnDefault(first?.sha ?? '');

    const places = await clocks();

    expect(places.find(({ place }) => place === 'gprd')?.fixedSince).toBe(first?.updated_at);
    expect(places.find(({ place }) => place === 'packages')).not.toHaveProperty('fixedSince');
    expect(places.find(({ place }) => place.startsWith('managed systems'))?.fixedSince).toBeDefined();
  });

  it('says that a system lacks what none of its deployments has', async () => {
    await aSealedFix(gateway.records, MINORS);
    await fixOnDefault(HEAD);

    const gprd = (await clocks()).find(({ place }) => place === 'gprd');

    expect(gprd).toMatchObject({ fixedButSecretHours: 0, publicButUnfixedHours: 0 });
    expect(gprd).not.toHaveProperty('fixedSince');
  });

  it('asks GitLab nothing of a fix whose texts are public', async () => {
    await aSealedFix(gateway.records, ['default']);
    await walk(['sealed', 'disclosing', 'disclosed', 'texts_public']);

    const places = await clocks(TOKENS.engineer);

    expect(places.map(({ place }) => place)).toEqual(['managed systems, as said', 'packages', 'source']);
  });

  it('runs on for a system that lacks a fix which leaked and is no secret any more', async () => {
    await aSealedFix(gateway.records, MINORS);
    await fixOnDefault(HEAD);
    await walk(['sealed', 'compromised', 'declassified']);

    const gprd = (await clocks(TOKENS.engineer)).find(({ place }) => place === 'gprd');

    expect(gprd).toMatchObject({ fixedButSecretHours: 0 });
    expect(gprd).not.toHaveProperty('fixedSince');
  });

  it('asks first about what is a secret still, and tells all in registry order', async () => {
    await aSealedFix(gateway.records, MINORS);
    await fixOnDefault(HEAD);
    await walk(['sealed', 'declassified']);
    const live = 'b'.repeat(40);
    await openAnother(live);
    const asked: string[] = [];
    const reader = gateway.deps.gitlab();
    const watched = {
      ...reader,
      committedAt: (of: Parameters<typeof reader.committedAt>[0]) => {
        asked.push(of.commit);
        return reader.committedAt(of);
      },
    };

    const told = await exposureFor(
      { ...gateway.deps, settings: gateway.deps.settingsOf('patch'), gitlab: watched },
      MARIA,
    );

    expect(asked).toEqual([live, HEAD]);
    expect(told.map(({ id }) => id)).toEqual([FIX, ANOTHER]);
  });

  it('has GitLab answer before whoever asks gives up', async () => {
    const clock = jest.spyOn(AbortSignal, 'timeout');
    const asked: (AbortSignal | undefined)[] = [];
    const hurried = await startGateway({
      gitlab: (until) => {
        asked.push(until);
        return readGitLab(gitlab, until);
      },
    });

    await hurried.ask({ url: '/api/v1/exposure' });
    await hurried.end();

    const [patience] = clock.mock.results;
    const [[patienceMs] = []] = clock.mock.calls;
    clock.mockRestore();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBe(patience?.value);
    expect(patienceMs).toBeLessThan(WAITED_FOR_MS);
  });

  it('is for the audience alone', async () => {
    await aSealedFix(gateway.records, MINORS);

    expect((await gateway.ask({ url: '/api/v1/exposure', token: TOKENS.engineer })).body).toBe('[]');
  });
});

it('says since when it is unknown where GitLab does not answer', async () => {
  const silent = await startGateway();
  await gateway.end();
  gateway = silent;
  await aSealedFix(gateway.records, MINORS);
  const topic = { project: 'gitaly', line: 'default', branch: 'topic/k3v9x0q2ab/default', head: HEAD };
  const seen = { objects: [], fingerprints: [], making: 'none', reason: 'planted' };
  await silent.records.embargoes.registerTopic({ ...seen, embargo: FIX, key: 'd', actor: ENGINE, topic });

  const [clock] = (await silent.ask({ url: '/api/v1/exposure' })).json();
  const [fix] = (await silent.ask({ url: '/api/v1/fixes' })).json();

  expect(clock.places[0]).toMatchObject({ place: 'managed systems', unknownSince: expect.any(String) });
  expect(fix.cells[0]).toMatchObject({ state: 'unknown', verdict: { verdict: 'unknown' } });
});
