import { proxyActivities, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { BackportEffects } from '../activities/backport-effects';

/**
 * A few tries in a row, then the backport says that it does not know and goes on at its next look: what is tried for hours
 * would hold up the other minors. The first clone of a large repository takes its time, in one try.
 */
const OPTIONS: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: {
    initialInterval: '500 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '10 seconds',
    maximumAttempts: 5,
  },
};

const effects = proxyActivities<BackportEffects>(OPTIONS);

type EffectName = keyof BackportEffects;

type Runner<Name extends EffectName> = {
  executeWithOptions(
    options: ActivityOptions,
    args: Parameters<BackportEffects[Name]>,
  ): ReturnType<BackportEffects[Name]>;
};

/** Runs an effect of a backport under a line that people read, beside the queue of releases: neither takes the other's hands. */
export function backportEffect<Name extends EffectName>(
  name: Name,
  summary: string,
  ...args: Parameters<BackportEffects[Name]>
): ReturnType<BackportEffects[Name]> {
  const runner = effects[name] as unknown as Runner<Name>;
  const taskQueue = `${workflowInfo().taskQueue}-backports`;
  return runner.executeWithOptions({ ...OPTIONS, taskQueue, summary }, args);
}
