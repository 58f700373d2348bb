import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { backportId } from '../domain/backport/backport';
import type { BackportSettings } from '../domain/backport/backport-status';
import { SignalboxKind, SignalboxState } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import { lookAgain, type BackportInput } from '../workflows/backport.messages';
import { askEngine } from './ask-engine';

/** A webhook is answered within ten seconds, or GitLab takes it for failed. */
const SIGNAL_WITHIN_MS = 5_000;

export interface ChangeToBackport {
  readonly settings: BackportSettings;
  /** The merge request of the change. */
  readonly iid: number;
}

/** Starts the backports of a change, or has those that run look again. One that has ended is begun anew: a label may have come. @throws EngineUnavailable */
export async function startBackport(client: Client, { settings, iid }: ChangeToBackport): Promise<void> {
  const project = settings.project.name;
  const input: BackportInput = { settings, iid };
  try {
    await askEngine({ client, withinMs: SIGNAL_WITHIN_MS }, () =>
      client.workflow.signalWithStart('backport', {
        workflowId: backportId({ project, iid }),
        taskQueue: RELEASES,
        args: [input],
        signal: lookAgain,
        signalArgs: [],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        typedSearchAttributes: [
          { key: SignalboxKind, value: 'backport' },
          { key: SignalboxState, value: 'owed' },
        ],
        staticSummary: `Backports of ${project}!${iid}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Has the backports of a change look again. @returns false where none run @throws EngineUnavailable */
export async function tellBackport(client: Client, { settings, iid }: ChangeToBackport): Promise<boolean> {
  const id = backportId({ project: settings.project.name, iid });
  try {
    await askEngine({ client, withinMs: SIGNAL_WITHIN_MS }, () =>
      client.workflow.getHandle(id).signal(lookAgain),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
