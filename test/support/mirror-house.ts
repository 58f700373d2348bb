import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { MirrorSettings, MirrorStatus } from '../../domain/mirror/mirror-status';
import { heartbeatInterceptor } from '../../workers/heartbeat-interceptor';
import type { DecisionTaken } from '../../workflows/release.messages';
import { aGateway, type TestGateway } from './decisions';
import { aProject } from './projects';
import { beQuiet } from './quiet-runtime';
import { scriptSides, type ScriptedSides } from './scripted-sides';
import { until } from './until';
import { complaintOf, environmentOf, standsStill, type Server } from './workflow-house';

export const LOOK_EVERY_MS = 5 * 60_000;

export interface MirrorToStart {
  readonly looksPerRun?: number;
  readonly settings?: Partial<MirrorSettings>;
  /** What stands on the sides before it is started. */
  readonly before?: (sides: ScriptedSides) => void;
}

/** A mirror on a Temporal server, over three sides in memory. */
export interface TestMirror {
  readonly id: string;
  /** Of the newest run. */
  readonly handle: WorkflowHandle;
  readonly sides: ScriptedSides;
  readonly gateway: TestGateway;
  status(): Promise<MirrorStatus>;
  comesTo(what: string, condition: (status: MirrorStatus) => boolean): Promise<MirrorStatus>;
  /** A webhook has come in. */
  pushed(ref: string): Promise<void>;
  decide(kind: 'verify' | 'resolve', told?: object): Promise<DecisionTaken>;
  /** Waits until it waits. */
  comesToRest(): Promise<void>;
  /** Started again from what the records know, as after a termination. */
  startAgain(): Promise<void>;
}

export interface MirrorHouse {
  readonly client: Client;
  mirror(told?: MirrorToStart): Promise<TestMirror>;
  pass(ms: number): Promise<void>;
  endTest(): Promise<void>;
  end(): Promise<void>;
}

const PROJECT = aProject({ name: 'gitaly' });

export async function startMirrorHouse(server: Server): Promise<MirrorHouse> {
  beQuiet();
  const environment = await environmentOf(server);
  const { client } = environment;
  const taskQueue = `mirrors-${randomUUID()}`;
  const mirrors = new Map<string, TestMirror>();
  let now = await environment.currentTimeMs();
  const instant = (): string => new Date(now).toISOString();
  const workers = await startWorkers({
    taskQueue,
    sidesOf: (id) => mirrors.get(id)?.sides,
    connection: environment.nativeConnection,
  });
  const running = Promise.all(workers.map((worker) => worker.run()));

  async function start(told: MirrorToStart): Promise<TestMirror> {
    const id = `mirror:${randomUUID()}`;
    const gateway = aGateway();
    const sides = scriptSides(PROJECT, instant);
    told.before?.(sides);
    const { looksPerRun } = told;
    const settings: MirrorSettings = {
      project: PROJECT,
      line: 'product',
      lookEveryMs: LOOK_EVERY_MS,
      gatewayKeys: [gateway.publicKey],
      ...told.settings,
    };
    const handle = client.workflow.getHandle(id);
    const run = (): Promise<WorkflowHandle> =>
      client.workflow.start('mirror', {
        workflowId: id,
        taskQueue,
        memo: { settings: 'as configured' },
        args: [{ settings, ...(looksPerRun === undefined ? {} : { looksPerRun }) }],
      });
    const mirror: TestMirror = {
      ...asking(handle),
      id,
      handle,
      sides,
      gateway,
      decide: async (kind, decision = {}) => {
        if (server !== 'dev') await standsStill(handle);
        return handle.executeUpdate<DecisionTaken, [object]>(kind, {
          args: [gateway.sign(kind, id, decision)],
        });
      },
      startAgain: async () => {
        await handle.terminate('an operator did it');
        await run();
      },
    };
    mirrors.set(id, mirror);
    await run();
    return mirror;
  }

  return {
    client,
    mirror: async (told = {}) => start(told),
    pass: async (ms) => {
      await environment.sleep(ms);
      now = await environment.currentTimeMs();
    },
    endTest: async () => {
      const handles = [...mirrors.values()].map(({ handle }) => handle);
      await Promise.allSettled([...mirrors.values()].map((mirror) => mirror.comesToRest()));
      const complaints = await Promise.all(handles.map(complaintOf));
      await Promise.allSettled(handles.map((handle) => handle.terminate('the test is over')));
      mirrors.clear();
      const complaint = complaints.find((one) => one !== undefined);
      if (complaint !== undefined) throw new Error(`a workflow task has failed: ${complaint}`);
    },
    end: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await environment.teardown();
    },
  };
}

type Asking = Pick<TestMirror, 'status' | 'comesTo' | 'pushed' | 'comesToRest'>;

function asking(handle: WorkflowHandle): Asking {
  const status = (): Promise<MirrorStatus> => handle.query<MirrorStatus>('status');
  return {
    status,
    comesTo: (what, condition) =>
      until(`${handle.workflowId} to come to ${what}`, async () => {
        const now = await status();
        return condition(now) && now;
      }),
    pushed: async (ref) => {
      await until('a run that can be told', () => isTold(() => handle.signal('pushed', { ref })));
    },
    comesToRest: () => standsStill(handle),
  };
}

/** The time-skipping server knows no run for a moment while one goes on as a new one. @returns whether there was one */
async function isTold(signal: () => Promise<void>): Promise<boolean> {
  try {
    await signal();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

interface WorkersWanted {
  readonly taskQueue: string;
  readonly connection: Parameters<typeof Worker.create>[0]['connection'];
  readonly sidesOf: (mirror: string) => ScriptedSides | undefined;
}

async function startWorkers({ taskQueue, connection, sidesOf }: WorkersWanted): Promise<readonly Worker[]> {
  const names = Object.keys(scriptSides(PROJECT, () => '').effects);
  const activities = Object.fromEntries(
    names.map((name) => [
      name,
      async (input: { readonly mirror: string }) => {
        const effects = sidesOf(input.mirror)?.effects;
        if (effects === undefined) throw new Error(`${input.mirror} is of no test that runs`);
        return (effects as unknown as Record<string, (told: unknown) => unknown>)[name]?.(input);
      },
    ]),
  );
  const code = await readFile(process.env['SIGNALBOX_TEST_BUNDLE'] ?? '', 'utf8');
  const shared = {
    ...(connection === undefined ? {} : { connection }),
    interceptors: { activity: [heartbeatInterceptor] },
    shutdownForceTime: 1_000,
  };
  return Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle: { code } }),
    Worker.create({ ...shared, taskQueue: `${taskQueue}-mirrors`, activities }),
  ]);
}
