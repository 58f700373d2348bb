import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { releaseSettings } from '../../config/release-settings';
import { publicKeyOf } from '../../domain/release/decision';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import { RELEASES } from '../../engine/task-queues';
import { decide } from '../../starters/decide';
import { releaseStatus } from '../../starters/release-status';
import type { GitLabReader } from '../../starters/gitlab-reader';
import { startInternalRelease } from '../../starters/start-internal';
import { startRelease, type StartRequest } from '../../starters/start-release';
import { withdrawVersion } from '../../starters/withdraw-version';
import { KEYS, sandboxConfiguration } from '../gateway/test-gateway';
import { aWrittenFix, FIX } from '../support/embargoes';
import { freshRecords, reserve, unitOf, type TestRecords } from '../support/records';
import { ownEngine } from '../support/own-namespace';
import { until } from '../support/until';

const SIGNER = '22'.repeat(32);
const MARIA = { id: 'maria', roles: ['release-manager'] };
const OLGA = { id: 'olga', roles: ['release-manager'] };
const SECRET = 'unspeakable';

const INTERNAL = {
  incident: 'production#2880',
  severity: 'S1',
  minors: ['18.4', '18.5'],
  fixes: [FIX],
  impact: 'Tokens of tenants can be guessed.',
  engineeringManager: 'emma',
} as const;
/** As the tags of canonical would tell. */
const PUBLISHED: GitLabReader = {
  tags: async () => ['v18.4.5', 'v18.5.3', 'v18.6.1'],
  branches: async () => [],
  hasBranch: async () => true,
  rows: async () => [],
  committedAt: async () => undefined,
  contains: async () => false,
  file: async () => undefined,
};

async function refuse(): Promise<never> {
  throw ApplicationFailure.nonRetryable(SECRET, 'RefusedByPolicy');
}

const withdrawals: object[] = [];

async function refuseWithdrawal(input: object): Promise<never> {
  withdrawals.push(input);
  return refuse();
}

async function done(): Promise<{ readonly at: string }> {
  return { at: new Date().toISOString() };
}

/** Workflows as they are; every effect fails for good, so that a release waits for a person from its first step on. */
async function startWorker({ namespace }: Engine): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: process.env['SIGNALBOX_TEST_ADDRESS'] ?? '' });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: RELEASES,
    workflowsPath: resolve(__dirname, '../../workflows/index.ts'),
    dataConverter: dataConverter(KEYS),
    activities: {
      surveyLines: refuse,
      chooseCandidate: refuse,
      surveyInternal: refuse,
      recordTransitions: done,
      withdrawPublished: refuseWithdrawal,
    },
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}

describe('releases on the real engine', () => {
  let engine: Engine;
  let fresh: TestRecords;
  let settings: ReleaseSettings;
  let stopWorker: () => Promise<void>;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    engine = await ownEngine(KEYS);
    fresh = await freshRecords();
    settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] });
    stopWorker = await startWorker(engine);
  }, 60_000);
  afterAll(async () => {
    await stopWorker();
    await fresh.end();
    await engine.connection.close();
  });

  const startDeps = () => ({ client: engine.client, records: fresh.records, settings });
  const decideDeps = () => ({ client: engine.client, records: fresh.records, signer: SIGNER });

  function start(request: Partial<StartRequest> = {}) {
    return startRelease(startDeps(), {
      kind: 'patch',
      minors: ['18.5', '18.6'],
      requestKey: randomUUID(),
      startedBy: MARIA,
      ...request,
    });
  }

  async function failedRelease(): Promise<string> {
    const { id } = await start();
    await until(`${id} to wait for a person`, async () => {
      const { state } = await releaseStatus(startDeps(), id);
      return state === 'failed_step';
    });
    return id;
  }

  it('are started once for a key, with minors newest first, and are readable in the engine', async () => {
    const requestKey = randomUUID();

    const [first, second] = await Promise.all([start({ requestKey }), start({ requestKey })]);

    expect(second.id).toBe(first.id);
    expect(first.title).toMatch(/^Patch release \d+ of 18\.6, 18\.5$/);
    const described = await engine.client.workflow.getHandle(first.id).describe();
    expect(described.type).toBe('patchRelease');
    expect(described.searchAttributes).toMatchObject({ SignalboxKind: ['patch'] });
    expect(await described.staticSummary()).toBe(first.title);
    expect(await described.staticDetails()).toMatch(
      /Started by \*\*maria\*\*[^]*published waits for 1 approval/,
    );
  });

  it('are healed by asking again after a crash between record and engine', async () => {
    const requestKey = randomUUID();
    const serial = await fresh.records.releases.nextSerial({ kind: 'patch', requestKey });
    const id = `patch:${serial}`;
    const title = `Patch release ${serial} of 18.6, 18.5`;
    await fresh.records.releases.open({ id, kind: 'patch', title, requestKey, settings, startedBy: MARIA });
    const before = await releaseStatus(startDeps(), id);

    const healed = await start({ requestKey });

    expect(before.blockers).toEqual([
      expect.objectContaining({ step: 'start', verdict: expect.objectContaining({ verdict: 'wait' }) }),
    ]);
    expect(healed).toEqual({ id, kind: 'patch', title, isNew: false });
    await expect(engine.client.workflow.getHandle(id).describe()).resolves.toMatchObject({ workflowId: id });
  });

  it('are, where they are internal, started once for a key, and the index shows nothing of what they are for', async () => {
    await aWrittenFix(fresh.records, ['default', '18.5', '18.4']);
    const settingsOfInternal = {
      ...startDeps(),
      gitlab: PUBLISHED,
      rolesOf: () => ['engineering-manager'],
    };
    const asked = { ...INTERNAL, requestKey: randomUUID(), startedBy: MARIA };

    const first = await startInternalRelease(settingsOfInternal, asked);
    const again = await startInternalRelease(settingsOfInternal, asked);
    const changed = await startInternalRelease(settingsOfInternal, { ...asked, severity: 'S2' }).catch(
      String,
    );

    expect(first).toMatchObject({ id: expect.stringMatching(/^internal:[a-z0-9]{10}$/), isNew: true });
    expect(again).toEqual({ ...first, isNew: false });
    expect(changed).toMatch(/it asked for internal:.*, and now asks for something else/);
    const { type, searchAttributes, memo } = await engine.client.workflow.getHandle(first.id).describe();
    expect(type).toBe('internalRelease');
    expect(Object.keys(searchAttributes ?? {}).filter((name) => name.startsWith('Signalbox'))).toEqual(
      expect.arrayContaining(['SignalboxKind', 'SignalboxState']),
    );
    expect(JSON.stringify({ searchAttributes, memo })).not.toMatch(/18\.|embargo|production#|S1/);
    const history = await engine.client.workflow.getHandle(first.id).fetchHistory();
    const bytes = Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1');
    for (const secret of ['production#2880', FIX, 'guessed', 'emma']) expect(bytes).not.toContain(secret);
    const { request } = (await fresh.records.internalRequests.find(first.id)) ?? {};
    expect(request).toMatchObject({ fixes: [FIX], minors: ['18.5', '18.4'] });
  });

  it('are refused when somebody started the minor with another key, or the key asked for others', async () => {
    const requestKey = randomUUID();
    const monthly = { kind: 'monthly', minor: '18.7', startedBy: MARIA };
    await startRelease(startDeps(), { ...monthly, requestKey });

    const [other, changed] = await Promise.allSettled([
      startRelease(startDeps(), { ...monthly, requestKey: randomUUID() }),
      startRelease(startDeps(), { ...monthly, minor: '18.8', requestKey }),
    ]);

    expect(other).toMatchObject({
      reason: { message: expect.stringMatching(/release monthly:18\.7: maria started it already/) },
    });
    expect(changed).toMatchObject({
      reason: { message: expect.stringMatching(/it started monthly:18\.7.*Use a new key/) },
    });
  });

  it('answer the person who decides at once, once for a key, and refusals are kept', async () => {
    const release = await failedRelease();
    const hold = {
      release,
      by: MARIA,
      kind: 'hold',
      reason: 'I look at something',
      id: randomUUID(),
    } as const;

    const first = await decide(decideDeps(), hold);
    const again = await decide(decideDeps(), hold);
    const refused = await decide(decideDeps(), { ...hold, id: randomUUID() });

    expect(first).toEqual({
      accepted: true,
      sentence: expect.stringContaining('stops before its next milestone'),
    });
    expect(again).toEqual(first);
    expect(refused).toEqual({ accepted: false, sentence: expect.stringContaining('held already by maria') });
    const rows = await fresh.records.decisions.ofRelease(release);
    expect(rows.map(({ accepted }) => accepted)).toEqual([true, false]);
  });

  it('refuse what no gateway of theirs has signed', async () => {
    const release = await failedRelease();

    const forged = await decide(
      { ...decideDeps(), signer: '33'.repeat(32) },
      { release, by: MARIA, kind: 'abort', reason: 'I am not the gateway' },
    );

    expect(forged).toEqual({ accepted: false, sentence: expect.stringContaining('no proof of a gateway') });
  });

  it('have nothing left to decide once they have ended, and are not started again', async () => {
    const requestKey = randomUUID();
    const { id: release } = await start({ requestKey });
    const abort = { release, by: MARIA, kind: 'abort', reason: 'A rehearsal' } as const;
    await decide(decideDeps(), abort);
    await engine.client.workflow.getHandle(release).result();

    const late = await decide(decideDeps(), abort);
    const restarted = await start({ requestKey });

    expect(late).toEqual({ accepted: false, sentence: expect.stringMatching(/^patch:\d+ has ended, at /) });
    expect(restarted).toMatchObject({ id: release, isNew: false });
    const { status } = await engine.client.workflow.getHandle(release).describe();
    expect(status.name).toBe('COMPLETED');
  });

  it('are withdrawn on the word of whoever asks, also where somebody else has begun it for another reason', async () => {
    const { records } = fresh;
    const { id: release } = await start();
    await reserve(records, release, { '18.3.7': undefined });
    const unit = unitOf(release, ['18.3.7']);
    await records.publication.claim(unit);
    await records.publication.markPublished(unit);
    await records.publication.markWithdrawn({ ...unit, reason: 'It loses uploads.' });
    const asked = { version: '18.3.7', reason: 'It is still found.', by: OLGA, id: randomUUID() };

    const { accepted } = await withdrawVersion({ ...decideDeps(), settings }, asked);

    expect(accepted).toBe(false);
    expect(withdrawals).toMatchObject([{ by: OLGA, reason: 'It is still found.' }]);
    expect(await records.decisions.find(asked.id)).toMatchObject({ by: OLGA, reason: 'It is still found.' });
  });

  it('leave nothing readable in what the engine stores, messages of failures included', async () => {
    const release = await failedRelease();

    const history = await engine.client.workflow.getHandle(release).fetchHistory();

    const bytes = Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1');
    expect(bytes).not.toContain(SECRET);
    expect(bytes).not.toContain('maria');
    expect(bytes).toContain('binary/encrypted');
    const { blockers } = await releaseStatus(startDeps(), release);
    expect(JSON.stringify(blockers)).toContain(SECRET);
  });
});

describe('releases while no worker runs', () => {
  it('are told from their records with what is unknown, and a decision is not said to count', async () => {
    const engine = await ownEngine(KEYS);
    const fresh = await freshRecords();
    const { client } = engine;
    const { records } = fresh;
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] });
    const request = { kind: 'monthly', minor: '18.7', requestKey: 'k', startedBy: MARIA };
    const { id } = await startRelease({ client, records, settings }, request);

    const [told, decided] = await Promise.all([
      releaseStatus({ client, records }, id),
      decide(
        { client, records, signer: SIGNER },
        { release: id, by: MARIA, kind: 'abort', reason: 'r' },
      ).catch((error: unknown) => error),
    ]);
    await fresh.end();
    await engine.connection.close();

    expect(told.state).toBe('opened');
    expect(told.blockers).toEqual([
      expect.objectContaining({ verdict: expect.objectContaining({ verdict: 'unknown' }) }),
    ]);
    expect(String(decided)).toMatch(/EngineUnavailable: .*does not answer|no worker took the decision/);
  });
});
