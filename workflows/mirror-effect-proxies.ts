import { proxyActivities, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { MirrorEffects } from '../activities/mirror-effects';

/**
 * A few tries in a row, then the mirror says that it does not know and looks again later: one effect that waits out an
 * outage would hold up what is pushed meanwhile. The first clone of a large repository takes its time, in one try.
 */
const OPTIONS: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: {
    initialInterval: '500 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '10 seconds',
    maximumAttempts: 4,
  },
};

const effects = proxyActivities<MirrorEffects>(OPTIONS);

type EffectName = keyof MirrorEffects;

type Runner<Name extends EffectName> = {
  executeWithOptions(
    options: ActivityOptions,
    args: Parameters<MirrorEffects[Name]>,
  ): ReturnType<MirrorEffects[Name]>;
};

/** Runs an effect of a mirror under a line that people read, beside the queue of releases: neither takes the other's hands. */
export function mirrorEffect<Name extends EffectName>(
  name: Name,
  summary: string,
  ...args: Parameters<MirrorEffects[Name]>
): ReturnType<MirrorEffects[Name]> {
  const runner = effects[name] as unknown as Runner<Name>;
  const taskQueue = `${workflowInfo().taskQueue}-mirrors`;
  return runner.executeWithOptions({ ...OPTIONS, taskQueue, summary }, args);
}
