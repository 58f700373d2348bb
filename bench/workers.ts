import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { createReleaseEffects } from '../activities/create-release-effects';
import type { ReleaseEffects } from '../activities/effects';
import { heartbeatInterceptor } from '../workers/heartbeat-interceptor';
import { waitingActivities } from '../workers/waiting-activities';
import type { BenchHouse } from './bench-house';
import { instantOutside, instantPublication } from './instant-outside';

/** Both sides of a comparison run in this process, on workers with the same limits. */
export interface BenchWorkers {
  readonly ours: string;
  readonly bare: string;
  stop(): Promise<void>;
}

const LIMITS = { maxCachedWorkflows: 400, maxConcurrentActivityTaskExecutions: 100 };

export async function startWorkers(house: BenchHouse, minors: readonly string[]): Promise<BenchWorkers> {
  const ours = `signalbox-${randomUUID()}`;
  const bare = `bare-${randomUUID()}`;
  const { connection, records } = house;
  const effects: ReleaseEffects = createReleaseEffects(instantOutside({ minors, records }), {
    toCanonical: instantPublication,
  });
  const interceptors = { activity: [heartbeatInterceptor] };
  const workers = await Promise.all([
    Worker.create({
      connection,
      interceptors,
      taskQueue: ours,
      workflowBundle: await bundle('../workflows/index'),
      activities: { ...effects },
      ...LIMITS,
    }),
    Worker.create({
      connection,
      interceptors,
      taskQueue: `${ours}-waits`,
      activities: { ...waitingActivities(effects) },
      maxConcurrentActivityTaskExecutions: 100,
    }),
    Worker.create({
      connection,
      taskQueue: bare,
      workflowBundle: await bundle('./bare/workflows'),
      activities: { noOp: async () => undefined },
      ...LIMITS,
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    ours,
    bare,
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

function bundle(path: string): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: require.resolve(resolve(__dirname, path)),
    logger: new DefaultLogger('ERROR'),
  });
}
