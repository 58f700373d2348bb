import { workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { MirrorEffects } from '../activities/mirror-effects';
import { summarised } from './summarised-effects';

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

/** Beside the queue of releases: neither takes the other's hands. */
export const mirrorEffect = summarised<MirrorEffects>(OPTIONS, () => `${workflowInfo().taskQueue}-mirrors`);
