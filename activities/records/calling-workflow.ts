import { asyncLocalStorage } from '@temporalio/activity';

/**
 * Id of the workflow that asked for the effect under way, which counted the ordinals of its transitions: the release, or the
 * child of one version. Called outside an activity, it is the release.
 */
export function callingWorkflow(release: string): string {
  return asyncLocalStorage.getStore()?.info.workflowExecution?.workflowId ?? release;
}
