import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createReleaseEffects } from '../../activities/create-release-effects';
import type { ReleaseEffects } from '../../activities/effects';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { projectNamed, type Outside } from '../../activities/outside';
import { backportSettings } from '../../config/backport-settings';
import { mirrorSettings } from '../../config/mirror-settings';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { publicKeyOf } from '../../domain/release/decision';
import type { ReleaseKind } from '../../domain/release/milestones';
import type { ReleaseSettings, ReleaseStatus } from '../../domain/release/release';
import type { Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import { RELEASES, WAITS } from '../../engine/task-queues';
import { createLogger } from '../../gateway/logger';
import { openRecords, type Records } from '../../records/records';
import { addUser } from '../../sandbox/gitlab/instance';
import { readGitLab } from '../../starters/gitlab-reader';
import { heartbeatInterceptor } from '../../workers/heartbeat-interceptor';
import { KEYS, startGateway, TOKENS, type TestGateway } from '../gateway/test-gateway';
import { startGitLab, type TestGitLab } from '../support/gitlab';
import { ownEngine } from '../support/own-namespace';
import { freshDatabase } from '../support/postgres';
import type { Ground } from '../support/secret-fix';
import { until } from '../support/until';
import type { Blanking } from './blanks';
import { isAtRest } from './probe-engine';
import { stopClock } from './stopped-clock';

const SIGNER = '11'.repeat(32);
/** What one part of a release may take on a slow machine. */
export const PART_MS = 300_000;
const PUBLISHED_FOR_MS = 180 * 24 * 3_600_000;
/** In links, of both: they stand in changelogs and packages, whose bytes are compared. */
const PUBLIC_URL = 'http://gitlab.example.com';
/** Asked for every patch, and not waited for: nothing is deployed in either house. */
const SYSTEMS: Pick<ReleaseSettings, 'managedSystems' | 'systemExceptions'> = {
  managedSystems: ['gprd'],
  systemExceptions: [
    {
      system: 'gprd',
      approvedBy: 'maria',
      reason: 'Nothing is deployed for now.',
      until: '2100-01-01T00:00:00.000Z',
    },
  ],
};
/** Of a GitLab user who is no member anywhere. */
export const UNCLEARED = 'token-of-somebody';

/** A whole house on a namespace, a database and a GitLab of its own: worker, gateway, and everything that they ask. */
export interface World extends Ground {
  readonly gitlab: TestGitLab;
  readonly records: Records;
  readonly settings: ReleaseSettings;
  readonly engine: Engine;
  readonly gateway: TestGateway;
  /** Where the gateway listens. */
  readonly url: string;
  /** Lines that the gateway has logged. */
  readonly log: readonly string[];
  readonly blanking: Blanking;
  /** What the rules plan is promised, for everybody to read, and somebody is on shift. */
  publishCalendar(): Promise<void>;
  startPatch(minors: readonly string[]): Promise<string>;
  approve(release: string): Promise<void>;
  waitsForApproval(release: string): Promise<void>;
  isOver(release: string): Promise<void>;
  /** Everything up to now happened in what the story calls so. */
  endEra(name: string): void;
  end(): Promise<void>;
}

export interface WorldOptions {
  readonly seededAt: Date;
  /** The workflows, bundled. */
  readonly code: string;
  /** Names of the projects of the product. */
  readonly projects: readonly string[];
}

export async function startWorld({ seededAt, code, projects }: WorldOptions): Promise<World> {
  // Before the seeding, which leaves this process no time to answer.
  const engine = await ownEngine(KEYS);
  const [gitlab, database] = await Promise.all([startGitLab({ seed: 1, seededAt }), freshDatabase()]);
  await stopClock(database.url, seededAt);
  gitlab.instance.url = PUBLIC_URL;
  addUser(gitlab.instance, { username: 'somebody', name: 'Somebody', access_level: 0, token: UNCLEARED });
  const records = openRecords({ url: database.url });
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-world-'));
  const { url: gitlabUrl, token } = gitlab;
  const mirrorOf = openMirrors({ folder, url: gitlabUrl, token });
  const worker = await startWorker(engine, {
    code,
    outside: { records, gitlab: { ...connectGitLab({ url: gitlabUrl, token }), url: PUBLIC_URL }, mirrorOf },
  });
  const log: string[] = [];
  const gateway = await startGateway({
    ...settingsFor(gitlabUrl, projects),
    records,
    client: engine.client,
    logger: createLogger({ write: (line) => void log.push(line) }),
    gitlab: () => readGitLab({ url: gitlabUrl, token }),
    signer: SIGNER,
  });
  const settings = gateway.deps.settingsOf('patch');
  const url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  const eras: { readonly name: string; readonly endedAt: number }[] = [];
  const names = new Map<string, string>();

  async function statusOf(release: string): Promise<ReleaseStatus> {
    const status = await engine.client.workflow.getHandle(release).query<ReleaseStatus>('status');
    for (const { version, workflowId } of status.versions) names.set(workflowId, `version of ${version}`);
    if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
    return status;
  }
  async function comesTo(release: string, isThere: (status: ReleaseStatus) => boolean): Promise<void> {
    await until(`${release} to come so far`, async () => isThere(await statusOf(release)), PART_MS);
  }
  async function post(path: string, key: string, body: object): Promise<{ readonly id: string }> {
    const headers = { 'idempotency-key': key };
    const answer = await gateway.ask({ method: 'POST', url: path, headers, payload: body });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    return answer.json();
  }

  return {
    gitlab,
    records,
    settings,
    mirrorOf,
    engine,
    gateway,
    url,
    log,
    blanking: {
      addresses: { gitlab: gitlabUrl, gateway: url, namespace: engine.namespace },
      since: seededAt,
      eras,
      names,
    },
    project: (name) => projectNamed(settings, name),
    publishCalendar: async () => {
      const ends = new Date(seededAt.getTime() + PUBLISHED_FOR_MS);
      const lastDay = ends.toISOString().slice(0, 10);
      const revision = { kind: 'publish', until: lastDay, reason: 'Planned by the rules.' };
      await post('/api/v1/calendar/revisions', 'calendar', revision);
      const span = { from: seededAt.toISOString(), until: ends.toISOString() };
      const shift = { kind: 'set', people: ['maria'], ...span, reason: 'Planned.' };
      await post('/api/v1/shifts/revisions', 'shift', shift);
    },
    startPatch: async (minors) =>
      (await post('/api/v1/releases', `start-${minors.join('-')}`, { kind: 'patch', minors })).id,
    approve: async (release) => {
      const decision = { kind: 'approve', before: 'published', reason: 'It was looked at.' };
      await post(`/api/v1/releases/${release}/decisions`, `approve-${release}`, decision);
    },
    waitsForApproval: async (release) => {
      await comesTo(release, ({ waitingFor }) => waitingFor !== undefined);
      await comesToRest(engine);
    },
    isOver: async (release) => {
      await comesTo(release, ({ state }) => state === 'finalised');
      await engine.client.workflow.getHandle(release).result();
      await comesToRest(engine);
    },
    endEra: (name) => void eras.push({ name, endedAt: Date.now() }),
    end: async () => {
      await worker.end();
      await gateway.end();
      await engine.connection.close();
      await gitlab.end();
      await records.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function comesToRest(engine: Engine): Promise<boolean> {
  return until('everything that is at work to be done', () => isAtRest(engine), PART_MS);
}

function settingsFor(gitlabUrl: string, names: readonly string[]) {
  const whole = readConfig({
    path: join(__dirname, '../../config/sandbox.yaml'),
    environment: { SIGNALBOX_GITLAB_URL: gitlabUrl },
  });
  const projects = whole.projects.filter(({ name }) => names.includes(name));
  const configuration = { ...whole, projects };
  const keys = { gatewayKeys: [publicKeyOf(SIGNER)] };
  return {
    settingsOf: (kind: ReleaseKind) => {
      const { approvals, ...settings } = releaseSettings(configuration, { ...keys, kind });
      // How long a world waits is the machine's: nobody is reminded.
      const patient = approvals.map((one) => ({ ...one, remindAfterMs: 10 * PART_MS }));
      return { ...settings, ...SYSTEMS, approvals: patient };
    },
    mirrors: mirrorSettings(configuration, keys),
    backports: backportSettings(configuration, keys),
  };
}

interface WorkerParts {
  readonly code: string;
  readonly outside: Outside;
}

async function startWorker(
  { namespace }: Engine,
  { code, outside }: WorkerParts,
): Promise<{ end(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address: process.env['SIGNALBOX_TEST_ADDRESS'] ?? '' });
  const effects = createReleaseEffects(outside);
  const shared = {
    connection,
    namespace,
    dataConverter: dataConverter(KEYS),
    interceptors: { activity: [heartbeatInterceptor] },
    shutdownForceTime: '2 seconds',
  };
  const awaitPipeline = (input: Parameters<ReleaseEffects['awaitPipeline']>[0]) =>
    effects.awaitPipeline(input);
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue: RELEASES, workflowBundle: { code }, activities: { ...effects } }),
    Worker.create({ ...shared, taskQueue: WAITS, activities: { awaitPipeline } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    end: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

/** Of a person who is in no audience, and of one who is in every. */
export const ASKERS = { uncleared: TOKENS.engineer, cleared: TOKENS.manager };
