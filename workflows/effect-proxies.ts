import { workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { RetryPolicy } from '@temporalio/common';
import type { ReleaseEffects } from '../activities/effects';
import { summarised } from './summarised-effects';

/** An outage of hours must not end a release, so tries are bounded by time and never by number. */
const PATIENCE_MS = 12 * 60 * 60_000;
const RETRY: RetryPolicy = {
  initialInterval: '500 milliseconds',
  backoffCoefficient: 2,
  maximumInterval: '30 seconds',
};
const PATIENT: ActivityOptions = {
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: PATIENCE_MS,
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: RETRY,
};
/** The server's name for an attempt that took too long. */
const TOOK_TOO_LONG = 'TemporalTimeout:StartToClose';

/** Runs an effect of a release under a line that people read. */
export const effect = summarised<ReleaseEffects>(PATIENT);

/** Waits for a pipeline as long as the settings allow; what the outside is down in between does not count. */
export function awaitPipeline(
  summary: string,
  timeoutMs: number,
  input: Parameters<ReleaseEffects['awaitPipeline']>[0],
): ReturnType<ReleaseEffects['awaitPipeline']> {
  const options: ActivityOptions = {
    ...PATIENT,
    taskQueue: waitsQueue(),
    startToCloseTimeout: timeoutMs,
    scheduleToCloseTimeout: timeoutMs + PATIENCE_MS,
    retry: { ...RETRY, nonRetryableErrorTypes: [TOOK_TOO_LONG] },
  };
  return summarised<Pick<ReleaseEffects, 'awaitPipeline'>>(options)('awaitPipeline', summary, input);
}

/** Longer than one look lasts that waits for another answer; what the outside is down in between is added. */
const LOOK_ENDS_WITHIN_MS = 8 * 60 * 60_000;

/** Reads what the managed systems run, or waits until that is something else than what is known. */
export function lookAtSystems(
  summary: string,
  input: Parameters<ReleaseEffects['readRemediation']>[0],
): ReturnType<ReleaseEffects['readRemediation']> {
  const options: ActivityOptions = {
    ...PATIENT,
    taskQueue: waitsQueue(),
    startToCloseTimeout: LOOK_ENDS_WITHIN_MS,
    scheduleToCloseTimeout: LOOK_ENDS_WITHIN_MS + PATIENCE_MS,
  };
  return summarised<Pick<ReleaseEffects, 'readRemediation'>>(options)('readRemediation', summary, input);
}

/** Beside the queue of the release: activities that do nothing but wait never take a worker's hands. */
function waitsQueue(): string {
  return `${workflowInfo().taskQueue}-waits`;
}
