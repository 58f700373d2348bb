import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseStatus } from '../../domain/release/release';
import { until } from '../support/until';

/** What the whole of a release may take on a slow machine. */
export const STORY_MS = 300_000;

export function statusOf(handle: WorkflowHandle): Promise<ReleaseStatus> {
  return handle.query<ReleaseStatus>('status');
}

/** @throws when a step has failed meanwhile */
export function waitsForApproval(handle: WorkflowHandle): Promise<ReleaseStatus> {
  return until(
    `${handle.workflowId} to wait for its approval`,
    async () => {
      const status = await statusOf(handle);
      if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
      return status.waitingFor !== undefined && status;
    },
    STORY_MS,
  );
}
