import { ActivityFailure, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { backportId } from '../domain/backport/backport';
import type { BackportSettings } from '../domain/backport/backport-status';
import { backport } from './backport';
import { backportEffect } from './backport-effect-proxies';
import type { BackportRoundInput } from './backport.messages';

const KIND = defineSearchAttributeKey('SignalboxKind', 'KEYWORD');

/** One regular look: starts what no webhook has started. What has run to its end is not begun again. */
export async function backportRound({ settings }: BackportRoundInput): Promise<void> {
  for (const one of settings) {
    for (const iid of await labelledChanges(one)) await startOnce(one, iid);
  }
}

/** A project that cannot be asked now is asked in the next round; the others are asked all the same. */
async function labelledChanges(settings: BackportSettings): Promise<readonly number[]> {
  try {
    const summary = `Look for labelled changes of ${settings.project.name}`;
    return (await backportEffect('findLabelledChanges', summary, { settings })).iids;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return [];
  }
}

async function startOnce(settings: BackportSettings, iid: number): Promise<void> {
  const project = settings.project.name;
  try {
    await startChild(backport, {
      args: [{ settings, iid }],
      workflowId: backportId({ project, iid }),
      taskQueue: workflowInfo().taskQueue,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: `Backports of ${project}!${iid}`,
      typedSearchAttributes: [{ key: KIND, value: 'backport' }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
