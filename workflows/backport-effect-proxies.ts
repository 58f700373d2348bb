import { workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { BackportEffects } from '../activities/backport-effects';
import { summarised } from './summarised-effects';

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

/** Beside the queue of releases: neither takes the other's hands. */
export const backportEffect = summarised<BackportEffects>(
  OPTIONS,
  () => `${workflowInfo().taskQueue}-backports`,
);
