import { NativeConnection, Worker } from '@temporalio/worker';
import { createMirrorEffects } from '../../activities/create-mirror-effects';
import type { Outside } from '../../activities/outside';
import type { Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import { MIRRORS, RELEASES } from '../../engine/task-queues';
import { KEYS } from '../gateway/test-gateway';

/** Workers of mirrors, as production has them, in a namespace of a test's own. @returns what stops them */
export async function startMirrorWorkers(
  { namespace }: Engine,
  outside: Outside,
): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: process.env['SIGNALBOX_TEST_ADDRESS'] ?? '' });
  const shared = {
    connection,
    namespace,
    dataConverter: dataConverter(KEYS),
    shutdownForceTime: '2 seconds',
  };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: RELEASES,
      workflowBundle: { codePath: process.env['SIGNALBOX_TEST_BUNDLE'] ?? '' },
    }),
    Worker.create({ ...shared, taskQueue: MIRRORS, activities: { ...createMirrorEffects(outside) } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  };
}
