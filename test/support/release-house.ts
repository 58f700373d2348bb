import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createReleaseEffects } from '../../activities/create-release-effects';
import type { ReleaseEffects } from '../../activities/effects';
import { projectNamed, type Outside } from '../../activities/outside';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { publicKeyOf, signDecision } from '../../domain/release/decision';
import type { InternalRequest } from '../../domain/internal/internal-request';
import type { ReleaseKind } from '../../domain/release/milestones';
import type { LeakReport } from '../../domain/embargo/leak-report';
import type { Project } from '../../domain/project';
import { dataConverter } from '../../engine/data-converter';
import type { Engine } from '../../engine/connect';
import { retryWhileOpen } from '../../engine/retry-while-open';
import { KEYS } from '../gateway/test-gateway';
import type { Actor, ReleaseSettings } from '../../domain/release/release';
import { drawnName } from '../../starters/drawn-name';
import { heartbeatInterceptor } from '../../workers/heartbeat-interceptor';
import { waitingActivities } from '../../workers/waiting-activities';
import type * as messages from '../../workflows/release.messages';
import type { DecisionKind } from './decisions';
import { startGitLab, type TestGitLab } from './gitlab';
import { freshRecords, type TestRecords } from './records';

export const RELEASE_MANAGER: Actor = { id: 'rosa', roles: ['release-manager'] };

type PatchType = messages.PatchReleaseInput['type'];

/** The seeded product, records and a worker on the run's own Temporal server: everything but the gateway. */
export interface ReleaseHouse {
  readonly gitlab: TestGitLab;
  readonly client: Client;
  /** Private key of the gateway that the releases believe, hex. */
  readonly signer: string;
  readonly records: TestRecords['records'];
  readonly settings: ReleaseSettings;
  readonly mirrorOf: Outside['mirrorOf'];
  project(name: string): Project;
  /** `planned` unless told otherwise. */
  startPatch(minors: readonly string[], type?: PatchType): Promise<WorkflowHandle>;
  startMonthly(minor: string): Promise<WorkflowHandle>;
  startInternal(request: InternalRequest): Promise<WorkflowHandle>;
  /** Waits for the decision to withdraw the version. */
  startWithdrawal(version: string, carrier: string): Promise<WorkflowHandle>;
  handleOf(workflowId: string): WorkflowHandle;
  answerLeak(embargo: string): Promise<LeakReport>;
  decide(handle: WorkflowHandle, kind: DecisionKind, fields?: object): Promise<messages.DecisionTaken>;
  end(): Promise<void>;
}

export interface HouseOptions {
  readonly settings?: Partial<ReleaseSettings>;
  /** When the history of its product ends; now by default. */
  readonly seededAt?: Date;
  /** A namespace of the test's own, for what has fixed names; the run's otherwise. */
  readonly engine?: Engine;
  /** Stands between workflows and what the effects do. */
  readonly effects?: (effects: ReleaseEffects) => ReleaseEffects;
}

export async function startReleaseHouse(options: HouseOptions = {}): Promise<ReleaseHouse> {
  const [gitlab, database] = await Promise.all([
    startGitLab({ seed: 1, seededAt: options.seededAt ?? new Date() }),
    freshRecords(),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-house-'));
  const privateKey = Buffer.from(ed25519.utils.randomPrivateKey()).toString('hex');
  const settings = { ...sandboxSettings(gitlab, privateKey), ...options.settings };
  const { url, token } = gitlab;
  const mirrorOf = openMirrors({ folder, url, token });
  const made = createReleaseEffects({
    records: database.records,
    gitlab: connectGitLab({ url, token }),
    mirrorOf,
  });
  const effects = options.effects?.(made) ?? made;
  const address = process.env['SIGNALBOX_TEST_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address, interceptors: [retryWhileOpen] });
  const native = await NativeConnection.connect({ address });
  const client = options.engine?.client ?? new Client({ connection });
  const taskQueue = `signalbox-${randomUUID()}`;
  const { engine } = options;
  const workers = await startWorkers({
    native,
    taskQueue,
    effects,
    ...(engine === undefined ? {} : { engine }),
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  const start = (type: string, id: string, input: object) =>
    client.workflow.start(type, { taskQueue, workflowId: id, args: [input] });

  return {
    gitlab,
    client,
    signer: privateKey,
    records: database.records,
    settings,
    mirrorOf,
    project: (name) => projectNamed(settings, name),
    startPatch: async (minors, type = 'planned') => {
      const id = `patch:${randomUUID()}`;
      await database.records.releases.open(released(id, settings, 'patch'));
      const input: messages.PatchReleaseInput = {
        settings,
        type,
        minors,
        startedBy: RELEASE_MANAGER,
        awaitMilestones: [],
      };
      return start('patchRelease', id, input);
    },
    startMonthly: async (minor) => {
      const id = `monthly:${minor}-${randomUUID()}`;
      await database.records.releases.open(released(id, settings, 'monthly'));
      const input: messages.MonthlyReleaseInput = {
        settings,
        minor,
        startedBy: RELEASE_MANAGER,
        awaitMilestones: [],
      };
      return start('monthlyRelease', id, input);
    },
    startInternal: async (request) => {
      const id = `internal:${drawnName()}`;
      await database.records.internalRequests.open({ id, requestKey: id, request });
      await database.records.releases.open(released(id, settings, 'internal'));
      const input: messages.InternalReleaseInput = { settings, request, startedBy: RELEASE_MANAGER };
      return start('internalRelease', id, input);
    },
    startWithdrawal: async (version, carrier) => {
      // Serials are counted in records of this house, and their workflows share a server with others.
      const serials = Array.from({ length: randomInt(200, 400) }, () => randomUUID());
      for (const requestKey of serials)
        await database.records.releases.nextSerial({ kind: 'patch', requestKey });
      return start('withdrawal', `withdrawal:${randomUUID()}`, { settings, version, carrier });
    },
    handleOf: (workflowId) => client.workflow.getHandle(workflowId),
    answerLeak: async (embargo) =>
      (await start('leakAnswer', `leak:${randomUUID()}`, { settings, embargo })).result(),
    decide: (handle, kind, fields = {}) => {
      const decision = {
        id: randomUUID(),
        release: handle.workflowId,
        by: RELEASE_MANAGER,
        reason: 'It was looked at.',
        at: new Date().toISOString(),
        ...fields,
      };
      const proof = signDecision({ kind, decision }, privateKey);
      return handle.executeUpdate<messages.DecisionTaken, [object]>(kind, { args: [{ ...decision, proof }] });
    },
    end: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await native.close();
      await connection.close();
      await gitlab.end();
      await database.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function sandboxSettings(gitlab: TestGitLab, privateKey: string): ReleaseSettings {
  const configuration = readConfig({
    path: join(__dirname, '../../config/sandbox.yaml'),
    environment: { SIGNALBOX_GITLAB_URL: gitlab.url },
  });
  return releaseSettings(configuration, { gatewayKeys: [publicKeyOf(privateKey)] });
}

function released(id: string, settings: ReleaseSettings, kind: ReleaseKind) {
  return { id, kind, title: id, requestKey: id, settings, startedBy: RELEASE_MANAGER };
}

interface Workers {
  readonly native: NativeConnection;
  readonly taskQueue: string;
  readonly effects: ReleaseEffects;
  readonly engine?: Engine;
}

async function startWorkers({ native, taskQueue, effects, engine }: Workers): Promise<readonly Worker[]> {
  const shared = {
    connection: native,
    interceptors: { activity: [heartbeatInterceptor] },
    shutdownForceTime: '2 seconds',
    ...(engine === undefined ? {} : { namespace: engine.namespace, dataConverter: dataConverter(KEYS) }),
  };
  const codePath = process.env['SIGNALBOX_TEST_BUNDLE'] ?? '';
  return Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle: { codePath }, activities: { ...effects } }),
    Worker.create({
      ...shared,
      taskQueue: `${taskQueue}-waits`,
      activities: { ...waitingActivities(effects) },
    }),
  ]);
}
