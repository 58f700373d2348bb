import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Outside } from '../../activities/outside';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { mirrorSettings } from '../../config/mirror-settings';
import { publicKeyOf } from '../../domain/release/decision';
import type { MirrorSettings, MirrorStatus } from '../../domain/mirror/mirror-status';
import type { Engine } from '../../engine/connect';
import { findProject } from '../../sandbox/gitlab/instance';
import { addHook, PUSHES } from '../../sandbox/seed/apply';
import { endOtherMirrors, startMirror } from '../../starters/start-mirror';
import {
  KEYS,
  sandboxConfiguration,
  startGateway,
  TOKENS,
  WEBHOOK,
  type TestGateway,
} from '../gateway/test-gateway';
import { startGitLab, type TestGitLab } from '../support/gitlab';
import { ownEngine } from '../support/own-namespace';
import { startMirrorWorkers } from '../support/mirror-workers';
import { freshRecords, type TestRecords } from '../support/records';
import { until } from '../support/until';
import { cloneOf, remoteOf, type WorkTree } from '../support/work-tree';

const SIGNER = '11'.repeat(32);
/** So long that only a webhook can be what was quick. */
const LOOK_EVERY_MS = 60 * 60_000;
const SOON_MS = 15_000;

/** Everything but the command line: a real GitLab, the gateway that its webhooks reach, and the engine with a worker. */
interface House {
  readonly gitlab: TestGitLab;
  readonly gateway: TestGateway;
  readonly engine: Engine;
  readonly records: TestRecords['records'];
  readonly mirrors: readonly MirrorSettings[];
  startWorker(): Promise<() => Promise<void>>;
  end(): Promise<void>;
}

async function startHouse(): Promise<House> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const [gitlab, engine, fresh]: [TestGitLab, Engine, TestRecords] = await Promise.all([
    startGitLab({ seed: 1 }),
    ownEngine(KEYS),
    freshRecords(),
  ]);
  const mirrors = mirrorSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] }).map(
    (settings) => ({ ...settings, lookEveryMs: LOOK_EVERY_MS }),
  );
  const gateway = await startGateway({
    records: fresh.records,
    client: engine.client,
    mirrors,
    signer: SIGNER,
  });
  const url = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/gitlab`;
  for (const { project } of mirrors) {
    const row = findProject(gitlab.instance, project.repositories.canonical);
    if (row !== undefined)
      addHook(gitlab.instance, row, { url, token: WEBHOOK.token, signingToken: WEBHOOK.key, events: PUSHES });
  }
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-mirrors-'));
  const outside: Outside = {
    records: fresh.records,
    gitlab: connectGitLab(gitlab),
    mirrorOf: openMirrors({ folder, url: gitlab.url, token: gitlab.token }),
  };
  return {
    gitlab,
    gateway,
    engine,
    records: fresh.records,
    mirrors,
    startWorker: () => startMirrorWorkers(engine, outside),
    end: async () => {
      await gateway.end();
      await gitlab.end();
      await fresh.end();
      await engine.connection.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

describe('mirrors on the real engine and real repositories', () => {
  let house: House;
  let stopWorker: () => Promise<void>;
  let clone: WorkTree;

  beforeAll(async () => {
    house = await startHouse();
    stopWorker = await house.startWorker();
    for (const settings of house.mirrors) await startMirror(house.engine.client, settings);
    clone = await cloneOf(remoteOf(house.gitlab, 'gitlab-org/gitaly', house.gitlab.token));
    await until('every mirror to have looked', async () =>
      (await statuses()).every(({ state }) => state === 'in_sync'),
    );
  }, 90_000);
  afterAll(async () => {
    await clone.end();
    await stopWorker();
    await house.end();
  }, 60_000);

  async function statuses(): Promise<readonly MirrorStatus[]> {
    return (await house.gateway.ask({ url: '/api/v1/mirrors' })).json();
  }

  async function gitaly(): Promise<MirrorStatus> {
    return (await house.gateway.ask({ url: '/api/v1/mirrors/gitaly' })).json();
  }

  async function inSync(): Promise<MirrorStatus> {
    return until('the mirror to be in sync', async () => {
      const told = await gitaly();
      return told.state === 'in_sync' && told;
    });
  }

  async function issueOf(issue: number | undefined): Promise<{ readonly state: string }> {
    const path = `/projects/gitlab-org%2Fsecurity%2Fgitaly/issues/${issue}`;
    return (await house.gitlab.request<{ state: string }>('GET', path)).body;
  }

  async function objects(ref: string): Promise<readonly (string | undefined)[]> {
    return Promise.all(
      ['gitlab-org/gitaly', 'gitlab-org/security/gitaly', 'gitlab-org/build/gitaly'].map(async (path) => {
        const project = findProject(house.gitlab.instance, path);
        if (project === undefined) throw new Error(`${path} is planted`);
        const refs = await house.gitlab.instance.repository(project).refs(ref);
        return refs.find(({ name }) => name === ref)?.object;
      }),
    );
  }

  async function areEqual(ref: string, object: string): Promise<boolean> {
    return (await objects(ref)).every((one) => one === object);
  }

  function decide(payload: object, token?: string) {
    return house.gateway.ask({
      method: 'POST',
      url: '/api/v1/mirrors/gitaly/decisions',
      payload,
      ...(token === undefined ? {} : { token }),
    });
  }

  it('a push on canonical is on all sides within seconds', async () => {
    const head = await clone.commit({ 'lib/pushed.sh': 'true\n' });
    await clone.git('tag', '-a', '-m', 'Final', 'v18.6.2');
    await clone.git('push', '--quiet', 'origin', 'master', 'v18.6.2');
    const tag = await clone.git('rev-parse', 'v18.6.2');

    await until('security and build to have the branch', () => areEqual('refs/heads/master', head), SOON_MS);
    await until('security and build to have the tag', () => areEqual('refs/tags/v18.6.2', tag), SOON_MS);

    expect(await inSync()).toMatchObject({ id: 'mirror:gitaly', moving: [], differing: [] });
  });

  it('a webhook that is lost is made good by a look that a person asks for', async () => {
    house.gitlab.arm({ kind: 'drop-webhook', match: 'Push Hook' });
    const head = await clone.commit({ 'lib/lost.sh': 'true\n' });
    await clone.git('push', '--quiet', 'origin', 'master');

    const answer = await decide({ kind: 'verify', reason: 'A webhook may be lost.' });

    expect(answer.json()).toMatchObject({
      accepted: true,
      sentence: expect.stringMatching(/^All \d+ refs are the same on all sides\.$/),
    });
    expect(await areEqual('refs/heads/master', head)).toBe(true);
  });

  it('what is pushed while no worker runs is brought level by the next one', async () => {
    await stopWorker();
    const head = await clone.commit({ 'lib/later.sh': 'true\n' });
    await clone.git('push', '--quiet', 'origin', 'master');
    stopWorker = await house.startWorker();

    await until('security and build to have it', () => areEqual('refs/heads/master', head), SOON_MS);

    expect(await inSync()).toMatchObject({ moving: [], differing: [] });
  });

  it('a forced push on canonical is told, asked about, and undone by pushing what was there', async () => {
    const before = await clone.git('rev-parse', 'HEAD');
    house.gitlab.instance.tables.protectedBranches.remove(
      findProject(house.gitlab.instance, 'gitlab-org/gitaly')?.id ?? 0,
      'master',
    );
    await clone.git('reset', '--quiet', '--hard', 'HEAD~2');
    const rewritten = await clone.commit({ 'lib/rewritten.sh': 'true\n' });
    await clone.git('push', '--quiet', '--force', 'origin', 'master');

    const { differing } = await until('the task', async () => {
      const told = await gitaly();
      return told.differing[0]?.task !== undefined && told;
    });
    const told = await objects('refs/heads/master');
    await clone.git('reset', '--quiet', '--hard', before);
    await clone.git('push', '--quiet', '--force', 'origin', 'master');
    await inSync();
    const issue = differing[0]?.task?.issue;
    await until('the issue to be closed', async () => (await issueOf(issue)).state === 'closed', SOON_MS);

    expect(told).toEqual([rewritten, before, before]);
    expect(differing).toMatchObject([{ ref: 'refs/heads/master', state: 'rewritten', ways: ['follow'] }]);
    expect(await areEqual('refs/heads/master', before)).toBe(true);
  });

  it('a release manager decides, and the answer is kept with the name', async () => {
    await clone.git(
      'push',
      '--quiet',
      remoteOf(house.gitlab, 'gitlab-org/build/gitaly', house.gitlab.token),
      'HEAD:refs/tags/v18.6.9',
    );
    await decide({ kind: 'verify', reason: 'Found it in a list.' });
    const [found] = (await gitaly()).differing;
    const resolve = { kind: 'resolve', reason: 'Made by hand.', ref: 'refs/tags/v18.6.9', way: 'follow' };

    const stale = await decide({ ...resolve, seen: {} });
    const answer = await decide({ ...resolve, seen: found?.objects });

    expect(stale.statusCode).toBe(409);
    expect(stale.json().error.what).toMatch(/has changed since it was looked at/);
    expect(answer.json()).toEqual({
      accepted: true,
      sentence: 'The tag v18.6.9 is set to what canonical has.',
    });
    expect(await objects('refs/tags/v18.6.9')).toEqual([undefined, undefined, undefined]);
    const rows = await house.records.decisions.ofRelease('mirror:gitaly');
    expect(rows.at(-1)).toMatchObject({ by: { id: 'maria' }, decision: 'resolve', accepted: true });
    const changes = await house.gateway.ask({
      url: `/api/v1/mirrors/gitaly/changes?ref=${encodeURIComponent('refs/tags/v18.6.9')}`,
    });
    expect(changes.json().map(({ to }: { to: string }) => to)).toEqual(
      expect.arrayContaining(['stray', 'task_opened', 'followed']),
    );
  });

  it('nobody without the role decides, and nobody outside the audience sees a mirror', async () => {
    const refused = await decide({ kind: 'verify', reason: 'Curious.' }, TOKENS.engineer);
    const seen = await Promise.all(
      ['', '/gitaly', '/nothing', '/gitaly/changes?ref=refs/heads/master'].map((path) =>
        house.gateway.ask({ url: `/api/v1/mirrors${path}`, token: TOKENS.engineer }),
      ),
    );

    expect(refused.statusCode).toBe(403);
    expect(seen.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403]);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  });

  it('is found by the next gateway, and started anew when its settings are others', async () => {
    const { client } = house.engine;
    const [settings] = house.mirrors;
    if (settings === undefined) throw new Error('there are projects');
    const runOf = async () => (await client.workflow.getHandle('mirror:gitaly').describe()).runId;
    const first = await runOf();

    const same = await startMirror(client, settings);
    const second = await runOf();
    const renewed = await startMirror(client, { ...settings, gatewayKeys: ['22'.repeat(32)] });
    const refused = await decide({ kind: 'verify', reason: 'With the old key.' });

    expect([same, second]).toEqual(['found', first]);
    expect(renewed).toBe('renewed');
    expect(await runOf()).not.toBe(first);
    expect(refused.json().sentence).toMatch(/no proof of a gateway/);
    await startMirror(client, settings);
  });

  it('of a project that is no longer configured is ended, and no other', async () => {
    const { client } = house.engine;
    const [settings] = house.mirrors;
    if (settings === undefined) throw new Error('there are projects');
    await startMirror(client, { ...settings, project: { ...settings.project, name: 'retired' } });

    const ended = await until('the index to know it', async () => {
      const found = await endOtherMirrors(client, house.mirrors);
      return found.length > 0 && found;
    });

    expect(ended).toEqual(['mirror:retired']);
    expect((await client.workflow.getHandle('mirror:gitaly').describe()).status.name).toBe('RUNNING');
  });

  it('tells a reader of the engine what it is and how it stands, and nothing that is secret', async () => {
    const handle = house.engine.client.workflow.getHandle('mirror:gitaly');
    await inSync();

    const { searchAttributes, raw } = await handle.describe();
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');

    expect(searchAttributes).toMatchObject({ SignalboxKind: ['mirror'], SignalboxState: ['in_sync'] });
    expect(currentDetails).toMatch(
      /^### Mirror of gitaly\n\n\*\*in sync\*\* since .* refs are the same on all sides/,
    );
    expect(JSON.stringify(raw.workflowExecutionInfo?.memo)).not.toContain('gitaly');
  });
});
