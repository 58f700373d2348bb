import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { InternalRequest } from '../../domain/internal/internal-request';
import type { Milestone, ReleaseKind } from '../../domain/release/milestones';
import type { ReleaseSettings, ReleaseStatus } from '../../domain/release/release';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../engine/search-attributes';
import { heartbeatInterceptor } from '../../workers/heartbeat-interceptor';
import type { DecisionTaken } from '../../workflows/release.messages';
import { aGateway, ROSA, type DecisionKind, type TestGateway } from './decisions';
import { anInternalRequest, someSettings } from './release-inputs';
import { scriptEffects, type EffectName, type Overrides, type ScriptedEffects } from './scripted-effects';
import { beQuiet } from './quiet-runtime';
import { until } from './until';

export interface ReleaseToStart {
  readonly settings?: Partial<ReleaseSettings>;
  readonly effects?: Overrides;
  readonly awaitMilestones?: readonly Milestone[];
}

/** A release on a Temporal server, with effects that touch nothing. */
export interface TestRelease {
  readonly id: string;
  readonly handle: WorkflowHandle;
  readonly settings: ReleaseSettings;
  readonly gateway: TestGateway;
  readonly script: ScriptedEffects;
  status(): Promise<ReleaseStatus>;
  /** Waits until the release says so of itself. */
  comesTo(what: string, condition: (status: ReleaseStatus) => boolean): Promise<ReleaseStatus>;
  decide(kind: DecisionKind, told?: object): Promise<DecisionTaken>;
  /** Waits until no task of it and of its versions is under way. */
  comesToRest(): Promise<void>;
}

/** A Temporal server with one worker for all the workflows of a test file. */
export interface WorkflowHouse {
  readonly client: Client;
  monthly(told?: ReleaseToStart & { readonly minor?: string }): Promise<TestRelease>;
  patch(told?: ReleaseToStart & { readonly minors?: readonly string[] }): Promise<TestRelease>;
  internal(told?: ReleaseToStart & { readonly request?: Partial<InternalRequest> }): Promise<TestRelease>;
  /** Somebody says that a fix is out, and what is done at once is done. @returns the id of the workflow */
  leak(embargo: string): Promise<string>;
  /** Time that passes for the workflows; only the time-skipping server makes it short. */
  pass(ms: number): Promise<void>;
  now(): Promise<Date>;
  /**
   * Ends what is still running, so that no timer of it is in the way of the next test.
   * @throws when workflow code has thrown where it may not, which Temporal would try again for ever
   */
  endTest(): Promise<void>;
  end(): Promise<void>;
}

const REST_MS = 2_000;
const LOOKS = 3;
const { EventType } = temporal.api.enums.v1;

export type Server = 'time-skipping' | 'dev';

export async function startWorkflowHouse(server: Server): Promise<WorkflowHouse> {
  beQuiet();
  const environment = await environmentOf(server);
  const { client } = environment;
  const taskQueue = `workflows-${randomUUID()}`;
  const releases = new Map<string, TestRelease>();
  /** Of workflows that are none of a release. */
  const scripts = new Map<string, ScriptedEffects>();
  const workers = await startWorkers({
    environment,
    taskQueue,
    scriptOf: (id) => releases.get(id)?.script ?? scripts.get(id),
  });
  const running = Promise.all(workers.map((worker) => worker.run()));

  const now = async (): Promise<Date> => new Date(await environment.currentTimeMs());

  async function start(kind: ReleaseKind, told: ReleaseToStart, own: object): Promise<TestRelease> {
    const id = `${kind}:${randomUUID()}`;
    const gateway = aGateway();
    const settings = someSettings({ gatewayKeys: [gateway.publicKey], ...told.settings });
    const script = scriptEffects(told.effects);
    const handle = client.workflow.getHandle(id);
    const beforeUpdate = server === 'dev' ? async () => undefined : () => standsStill(handle);
    const release = testRelease({ id, handle, settings, gateway, script, now, beforeUpdate });
    releases.set(id, release);
    const { awaitMilestones = [] } = told;
    await client.workflow.start(`${kind}Release`, {
      workflowId: id,
      taskQueue,
      args: [{ settings, startedBy: ROSA, awaitMilestones, ...own }],
    });
    return release;
  }

  return {
    client,
    monthly: async ({ minor = '18.7', ...told } = {}) => start('monthly', told, { minor }),
    patch: async ({ minors = ['18.6', '18.5'], ...told } = {}) =>
      start('patch', told, { minors, type: 'planned' }),
    internal: async ({ request, ...told } = {}) =>
      start('internal', told, { request: anInternalRequest(request) }),
    leak: async (embargo) => {
      const id = `leak:${randomUUID()}`;
      scripts.set(id, scriptEffects());
      const args = [{ settings: someSettings(), embargo }];
      await client.workflow.execute('leakAnswer', { workflowId: id, taskQueue, args });
      return id;
    },
    pass: (ms) => environment.sleep(ms),
    now,
    endTest: async () => {
      const handles = [...releases.values()].map(({ handle }) => handle);
      await Promise.allSettled([...releases.values()].map((release) => release.comesToRest()));
      const complaints = await Promise.all(handles.map(complaintOf));
      const waiting = [...releases.keys()].map((id) => client.workflow.getHandle(`texts:${id}`));
      await Promise.allSettled(
        [...handles, ...waiting].map((handle) => handle.terminate('the test is over')),
      );
      releases.clear();
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

export async function environmentOf(server: Server): Promise<TestWorkflowEnvironment> {
  if (server === 'dev')
    return TestWorkflowEnvironment.createFromExistingServer({
      address: process.env['SIGNALBOX_TEST_ADDRESS'] ?? '',
    });
  const environment = await startTimeSkipping();
  const type = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name }) => [name, type])),
  });
  return environment;
}

/** The SDK gives the server five seconds to start, which it needs more than on a busy machine. */
async function startTimeSkipping(starts = 5): Promise<TestWorkflowEnvironment> {
  const path = process.env['TEMPORAL_TEST_SERVER_PATH'] ?? '';
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (starts === 1 || !String(error).includes('did not start within')) throw error;
    return startTimeSkipping(starts - 1);
  }
}

type Resting = Pick<TestRelease, 'id' | 'script' | 'handle'>;

/** The time-skipping server never skips again when a task is under way while its workflow is terminated. */
async function comesToRest({ id, script, handle }: Resting): Promise<void> {
  const areIdle = async (): Promise<boolean> => {
    const ids = new Set([id, ...script.calls.map(({ workflowId }) => workflowId)]);
    const types = await Promise.all([...ids].map((one) => eventsOf(handle.client.getHandle(one))));
    return types.every((all) => !isAtWork(all) && isIdle('ACTIVITY', all));
  };
  await until(`${id} to come to rest`, areIdle, REST_MS);
}

/** The time-skipping server loses an update that comes while a workflow task is under way. */
export async function standsStill(handle: WorkflowHandle): Promise<void> {
  const seen: number[] = [];
  await until(`${handle.workflowId} to stand still`, async () => {
    const types = await eventsOf(handle);
    seen.push(types.length);
    return !isAtWork(types) && seen.length >= LOOKS && new Set(seen.slice(-LOOKS)).size === 1;
  });
}

export async function eventsOf(handle: WorkflowHandle): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).map(({ eventType }) => EventType[eventType ?? 0] ?? '');
}

function isAtWork(types: readonly string[]): boolean {
  return !isIdle('WORKFLOW', types);
}

/** Whether every task of the kind that was scheduled has ended. */
function isIdle(kind: 'WORKFLOW' | 'ACTIVITY', types: readonly string[]): boolean {
  const count = (pattern: string): number =>
    types.filter((type) => new RegExp(`^EVENT_TYPE_${kind}_TASK_(${pattern})$`).test(type)).length;
  return count('SCHEDULED') === count('COMPLETED|FAILED|TIMED_OUT|CANCELED');
}

export async function complaintOf(handle: WorkflowHandle): Promise<string | undefined> {
  const { events } = await handle.fetchHistory();
  const failed = events?.find(
    ({ workflowTaskFailedEventAttributes: task }) => task !== null && task !== undefined,
  );
  return failed?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
}

interface ReleaseParts extends Pick<TestRelease, 'id' | 'handle' | 'settings' | 'gateway' | 'script'> {
  readonly now: () => Promise<Date>;
  readonly beforeUpdate: () => Promise<void>;
}

function testRelease({ now, beforeUpdate, ...parts }: ReleaseParts): TestRelease {
  const { id, handle, gateway } = parts;
  const status = () => handle.query<ReleaseStatus>('status');
  return {
    ...parts,
    status,
    comesToRest: () => comesToRest(parts),
    comesTo: (what, condition) =>
      until(`${id} to come to ${what}`, async () => {
        const told = await status();
        return condition(told) && told;
      }),
    decide: async (kind, told = {}) => {
      const at = (await now()).toISOString();
      await beforeUpdate();
      return handle.executeUpdate<DecisionTaken, [object]>(kind, {
        args: [gateway.sign(kind, id, { at, ...told })],
      });
    },
  };
}

interface Workers {
  readonly environment: TestWorkflowEnvironment;
  readonly taskQueue: string;
  readonly scriptOf: (release: string) => ScriptedEffects | undefined;
}

async function startWorkers({ environment, taskQueue, scriptOf }: Workers): Promise<readonly Worker[]> {
  const names = Object.keys(scriptEffects().effects) as EffectName[];
  const activities = Object.fromEntries(
    names.map((name) => [
      name,
      async (input: { readonly release: string }) => {
        const script = scriptOf(input.release);
        if (script === undefined) throw new Error(`${input.release} is of no test that runs`);
        return (script.effects[name] as (told: unknown) => unknown)(input);
      },
    ]),
  );
  const shared = {
    connection: environment.nativeConnection,
    interceptors: { activity: [heartbeatInterceptor] },
    activities,
    // A cancellation arrives with the answer to a heartbeat.
    maxHeartbeatThrottleInterval: 100,
    defaultHeartbeatThrottleInterval: 100,
    shutdownForceTime: 1_000,
  } satisfies Omit<WorkerOptions, 'taskQueue'>;
  const code = await readFile(process.env['SIGNALBOX_TEST_BUNDLE'] ?? '', 'utf8');
  return Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle: { code } }),
    Worker.create({ ...shared, taskQueue: `${taskQueue}-waits` }),
  ]);
}
