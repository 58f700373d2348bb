import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { BackportEffects } from '../../activities/backport-effects';
import {
  backportAfter,
  type BackportMergeRequest,
  type BackportNews,
} from '../../domain/backport/backport-state';
import type {
  BackportSettings,
  BackportStanding,
  BackportStatus,
} from '../../domain/backport/backport-status';
import { PROCESS_REVISION } from '../../domain/release/process-revision';
import { heartbeatInterceptor } from '../../workers/heartbeat-interceptor';
import type { DecisionTaken } from '../../workflows/release.messages';
import { aFix, GITLAB, LABELS, MAINTENANCE } from './backports';
import { aGateway, type TestGateway } from './decisions';
import { beQuiet } from './quiet-runtime';
import { until } from './until';
import { complaintOf, environmentOf, standsStill, type Server } from './workflow-house';

export const LOOK_EVERY_MS = 60 * 60_000;

type EffectName = keyof BackportEffects;
type Input<Name extends EffectName> = Parameters<BackportEffects[Name]>[0];

/** Stable branches in memory: what each says when a change is brought to it, and what its merge request says then. */
export interface ScriptedBranches {
  /** Minors that owe the change, newest first. */
  owing: string[];
  /** What bringing it there comes to; a merge request where nothing is said. An error is thrown. */
  readonly brings: Map<string, BackportNews | Error>;
  /** What its merge request says. */
  readonly says: Map<string, BackportNews | Error>;
  readonly calls: { readonly effect: EffectName; readonly minor?: string }[];
  callsOf(effect: EffectName): readonly (string | undefined)[];
  readonly effects: BackportEffects;
}

export interface TestBackport {
  readonly id: string;
  readonly handle: WorkflowHandle;
  readonly branches: ScriptedBranches;
  readonly gateway: TestGateway;
  status(): Promise<BackportStatus>;
  states(): Promise<Readonly<Record<string, string>>>;
  comesTo(what: string, condition: (status: BackportStatus) => boolean): Promise<BackportStatus>;
  lookAgain(): Promise<void>;
  decline(told: object): Promise<DecisionTaken>;
  comesToRest(): Promise<void>;
}

export interface BackportHouse {
  readonly client: Client;
  readonly taskQueue: string;
  backport(told?: { readonly before?: (branches: ScriptedBranches) => void }): Promise<TestBackport>;
  pass(ms: number): Promise<void>;
  endTest(): Promise<void>;
  end(): Promise<void>;
}

export function someBackportSettings(told: Partial<BackportSettings> = {}): BackportSettings {
  return {
    project: GITLAB,
    labels: LABELS,
    policies: MAINTENANCE.policies,
    pipelineRetries: 1,
    lookEveryMs: LOOK_EVERY_MS,
    decliners: ['release-manager'],
    processRevision: PROCESS_REVISION,
    gatewayKeys: [],
    ...told,
  };
}

function at(): string {
  return new Date(Context.current().info.currentAttemptScheduledTimestampMs).toISOString();
}

function mergeRequestOf(minor: string): BackportMergeRequest {
  return { iid: Number(minor.split('.')[1]) + 100, url: `https://gitlab.test/${minor}` };
}

function scriptBranches(): ScriptedBranches {
  const rows = new Map<string, BackportStanding>();
  const calls: ScriptedBranches['calls'] = [];
  const brings = new Map<string, BackportNews | Error>();
  const says = new Map<string, BackportNews | Error>();
  const told = (minor: string, news: BackportNews | Error) => {
    if (news instanceof Error) throw news;
    const before = rows.get(minor);
    if (before === undefined) throw new Error(`${minor} is not owed`);
    const state = backportAfter(before.state, news);
    const row = { ...before, state, since: at(), sentence: `It is ${state.state}.` };
    rows.set(minor, row);
    return { at: at(), standing: row };
  };
  const seen = (minor: string) => told(minor, says.get(minor) ?? { found: 'unchecked' });
  const brought = (minor: string) => {
    const proposed = told(
      minor,
      brings.get(minor) ?? { found: 'proposed', mergeRequest: mergeRequestOf(minor) },
    );
    return 'mergeRequest' in proposed.standing.state ? seen(minor) : proposed;
  };
  const branches: ScriptedBranches = {
    owing: ['18.6', '18.5', '18.4'],
    brings,
    says,
    calls,
    callsOf: (effect) => calls.filter((call) => call.effect === effect).map(({ minor }) => minor),
    effects: {
      surveyBackports: async ({ iid }) => {
        for (const minor of branches.owing) {
          const sentence = `${minor} owes it.`;
          const standing = { minor, branch: `${minor.replace('.', '-')}-stable-ee`, sentence, asked: false };
          if (!rows.has(minor))
            rows.set(minor, { ...standing, state: { state: 'owed' }, since: at(), owedSince: at() });
        }
        return { at: at(), fix: aFix({ iid }), sentence: 'Owed.', backports: [...rows.values()] };
      },
      proposeBackport: async ({ minor }) => brought(minor),
      proposeBackports: async ({ lines }) => ({
        at: at(),
        standings: lines.map(({ minor }) => brought(minor).standing),
      }),
      followBackport: async ({ minor }) => seen(minor),
      declineBackport: async ({ minor, by, reason }) => told(minor, { found: 'declined', by: by.id, reason }),
      findLabelledChanges: async () => ({ at: at(), iids: [12, 13] }),
    },
  };
  return branches;
}

export async function startBackportHouse(server: Server): Promise<BackportHouse> {
  beQuiet();
  const environment = await environmentOf(server);
  const { client } = environment;
  const taskQueue = `backports-${randomUUID()}`;
  const running = new Map<string, TestBackport>();
  const stray = scriptBranches();
  const workers = await startWorkers({
    taskQueue,
    connection: environment.nativeConnection,
    branchesOf: (id) => running.get(id)?.branches ?? stray,
  });
  const ended = Promise.all(workers.map((worker) => worker.run()));

  return {
    client,
    taskQueue,
    backport: async ({ before } = {}) => {
      const gateway = aGateway();
      const branches = scriptBranches();
      before?.(branches);
      const id = `backport:${randomUUID()}`;
      const handle = client.workflow.getHandle(id);
      const started: TestBackport = {
        ...asking(handle),
        id,
        handle,
        branches,
        gateway,
        decline: async (told) => {
          if (server !== 'dev') await standsStill(handle);
          const decision = gateway.sign('decline', id, told);
          return handle.executeUpdate<DecisionTaken, [object]>('decline', { args: [decision] });
        },
      };
      running.set(id, started);
      const settings = someBackportSettings({ gatewayKeys: [gateway.publicKey] });
      await client.workflow.start('backport', { workflowId: id, taskQueue, args: [{ settings, iid: 12 }] });
      return started;
    },
    pass: (ms) => environment.sleep(ms),
    endTest: async () => {
      const handles = [...running.values()].map(({ handle }) => handle);
      await Promise.allSettled([...running.values()].map((one) => one.comesToRest()));
      const complaints = await Promise.all(handles.map(complaintOf));
      await Promise.allSettled(handles.map((handle) => handle.terminate('the test is over')));
      running.clear();
      const complaint = complaints.find((one) => one !== undefined);
      if (complaint !== undefined) throw new Error(`a workflow task has failed: ${complaint}`);
    },
    end: async () => {
      for (const worker of workers) worker.shutdown();
      await ended;
      await environment.teardown();
    },
  };
}

type Asking = Pick<TestBackport, 'status' | 'states' | 'comesTo' | 'lookAgain' | 'comesToRest'>;

function asking(handle: WorkflowHandle): Asking {
  const status = (): Promise<BackportStatus> => handle.query<BackportStatus>('status');
  return {
    status,
    states: async () =>
      Object.fromEntries((await status()).backports.map(({ minor, state }) => [minor, state.state])),
    comesTo: (what, condition) =>
      until(`${handle.workflowId} to come to ${what}`, async () => {
        const told = await status();
        return condition(told) && told;
      }),
    lookAgain: () => handle.signal('lookAgain'),
    comesToRest: () => standsStill(handle),
  };
}

interface WorkersWanted {
  readonly taskQueue: string;
  readonly connection: Parameters<typeof Worker.create>[0]['connection'];
  readonly branchesOf: (backport: string) => ScriptedBranches;
}

async function startWorkers({
  taskQueue,
  connection,
  branchesOf,
}: WorkersWanted): Promise<readonly Worker[]> {
  const names = Object.keys(scriptBranches().effects) as EffectName[];
  const activities = Object.fromEntries(
    names.map((effect) => [
      effect,
      async (input: Partial<Input<'proposeBackport'> & Input<'proposeBackports'>>) => {
        const branches = branchesOf(input.backport ?? '');
        const minor = input.minor ?? input.lines?.map((line) => line.minor).join();
        branches.calls.push({ effect, ...(minor === undefined ? {} : { minor }) });
        return (branches.effects[effect] as (told: unknown) => unknown)(input);
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
    Worker.create({ ...shared, taskQueue: `${taskQueue}-backports`, activities }),
  ]);
}
