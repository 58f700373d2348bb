import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createBackportEffects } from '../../activities/create-backport-effects';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { backportSettings } from '../../config/backport-settings';
import { publicKeyOf } from '../../domain/release/decision';
import type { FixBackports } from '../../domain/backport/backport-status';
import { dataConverter } from '../../engine/data-converter';
import type { Engine } from '../../engine/connect';
import { BACKPORTS as QUEUE, RELEASES } from '../../engine/task-queues';
import { findProject } from '../../sandbox/gitlab/instance';
import { addHook, BACKPORTS } from '../../sandbox/seed/apply';
import { KEYS, sandboxConfiguration, startGateway, WEBHOOK, type TestGateway } from '../gateway/test-gateway';
import { commitFiles, startGitLab, type TestGitLab } from '../support/gitlab';
import { ownEngine } from '../support/own-namespace';
import { freshRecords, type TestRecords } from '../support/records';
import { until } from '../support/until';

const SIGNER = '11'.repeat(32);
const PATH = 'gitlab-org/gitaly';
const API = `/projects/${encodeURIComponent(PATH)}/merge_requests`;
/** So long that only a webhook can be what was quick. */
const LOOK_EVERY_MS = 60 * 60_000;

describe('a change on the real engine and real repositories', () => {
  let gitlab: TestGitLab;
  let engine: Engine;
  let fresh: TestRecords;
  let gateway: TestGateway;
  let folder: string;
  let stopWorkers: () => Promise<void>;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    [gitlab, engine, fresh, folder] = await Promise.all([
      startGitLab({ seed: 1 }),
      ownEngine(KEYS),
      freshRecords(),
      mkdtemp(join(tmpdir(), 'signalbox-backports-')),
    ]);
    const settings = backportSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(SIGNER)] });
    gateway = await startGateway({
      records: fresh.records,
      client: engine.client,
      signer: SIGNER,
      backports: settings.map((one) => ({ ...one, lookEveryMs: LOOK_EVERY_MS })),
    });
    const url = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/gitlab`;
    const row = findProject(gitlab.instance, PATH);
    if (row === undefined) throw new Error(`${PATH} is planted`);
    const hook = { url, token: WEBHOOK.token, signingToken: WEBHOOK.key, events: BACKPORTS };
    addHook(gitlab.instance, row, hook);
    stopWorkers = await startWorkers();
  }, 90_000);
  afterAll(async () => {
    await stopWorkers();
    await gateway.end();
    await gitlab.end();
    await fresh.end();
    await engine.connection.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  async function startWorkers(): Promise<() => Promise<void>> {
    const connection = await NativeConnection.connect({
      address: process.env['SIGNALBOX_TEST_ADDRESS'] ?? '',
    });
    const { namespace } = engine;
    const shared = {
      connection,
      namespace,
      dataConverter: dataConverter(KEYS),
      shutdownForceTime: '2 seconds',
    };
    const effects = createBackportEffects({
      records: fresh.records,
      gitlab: connectGitLab(gitlab),
      mirrorOf: openMirrors({ folder, url: gitlab.url, token: gitlab.token }),
    });
    const workers = await Promise.all([
      Worker.create({
        ...shared,
        taskQueue: RELEASES,
        workflowsPath: absolute(__dirname, '../../workflows/index.ts'),
      }),
      Worker.create({ ...shared, taskQueue: QUEUE, activities: { ...effects } }),
    ]);
    const running = Promise.all(workers.map((worker) => worker.run()));
    return async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    };
  }

  async function shown(iid: number): Promise<FixBackports | undefined> {
    const answer = await gateway.ask({ url: '/api/v1/backports?project=gitaly&all=true' });
    const { changes } = answer.json() as { readonly changes: readonly FixBackports[] };
    return changes.find((change) => change.iid === iid);
  }

  async function states(iid: number): Promise<string> {
    return (
      (await shown(iid))?.backports.map(({ minor, state }) => `${minor} ${state.state}`).join(', ') ?? ''
    );
  }

  it('that is merged with the label comes to three minors, and each ends as people decide', async () => {
    const row = findProject(gitlab.instance, PATH);
    if (row === undefined) throw new Error(`${PATH} is planted`);
    const repository = gitlab.instance.repository(row);
    await repository.git(['branch', 'mend', 'master']);
    await commitFiles(
      gitlab.instance,
      row,
      { 'lib/mended.sh': 'true\n' },
      { branch: 'mend', message: 'Mend it' },
    );
    const opened = await gitlab.request<{ iid: number }>('POST', API, {
      source_branch: 'mend',
      target_branch: 'master',
      title: 'Mend it',
      labels: 'backport,group::gitaly',
    });
    const { iid } = opened.body;

    await gitlab.request('PUT', `${API}/${iid}/merge`, {});
    await until(
      'three merge requests',
      async () => (await states(iid)) === '18.6 proposed, 18.5 proposed, 18.4 proposed',
    );
    const [newest, middle] = (await shown(iid))?.backports ?? [];
    const mergeRequest =
      newest !== undefined && 'mergeRequest' in newest.state ? newest.state.mergeRequest.iid : 0;
    await gitlab.request('POST', `${API}/${mergeRequest}/approve`, {});
    await gitlab.request('PUT', `${API}/${mergeRequest}/merge`, {});
    await until('the newest to be merged', async () => (await states(iid)).startsWith('18.6 merged'));
    const answer = await gateway.ask({
      method: 'POST',
      url: `/api/v1/backports/gitaly/${iid}/decisions`,
      payload: { kind: 'decline', minor: '18.4', reason: 'Too old.' },
    });
    const other = middle !== undefined && 'mergeRequest' in middle.state ? middle.state.mergeRequest.iid : 0;
    await gitlab.request('PUT', `${API}/${other}`, { state_event: 'close' });
    await engine.client.workflow.getHandle(`backport:gitaly:${iid}`).result();

    expect(answer.json()).toEqual({ accepted: true, sentence: `18.4 does not get gitaly!${iid}.` });
    expect(await states(iid)).toBe('18.6 merged, 18.5 declined, 18.4 declined');
    expect(await repository.git(['show', '18-6-stable:lib/mended.sh'])).toBe('true\n');
    const figures = await gateway.ask({ url: '/api/v1/backports?team=gitaly' });
    expect(figures.json()).toEqual({
      figures: [{ team: 'gitaly', owed: 0, made: 1, missed: 0 }],
      changes: [],
    });
  }, 60_000);
});
