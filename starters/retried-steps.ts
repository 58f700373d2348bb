import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import type { ReleaseStatus, RetriedStep } from '../domain/release/release';
import { askEngine } from './ask-engine';

const DESCRIBE_WITHIN_MS = 5_000;

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/**
 * What a release and its versions try again at this moment, and why it failed last. Only the engine knows: workflow code
 * sees an effect's end alone, and a GitLab that is down for an hour fails none.
 * @throws EngineUnavailable
 */
export async function retriedSteps(client: Client, release: ReleaseStatus): Promise<readonly RetriedStep[]> {
  const open = release.versions.filter(({ reached }) => reached !== 'published');
  const workflows = [
    { id: release.id },
    ...open.map(({ workflowId, version }) => ({ id: workflowId, version })),
  ];
  const steps = await Promise.all(workflows.map((workflow) => retriedIn(client, workflow)));
  return steps.flat();
}

async function retriedIn(
  client: Client,
  { id, version }: { readonly id: string; readonly version?: string },
): Promise<readonly RetriedStep[]> {
  const { raw } = await askEngine({ client, withinMs: DESCRIBE_WITHIN_MS }, () =>
    client.workflow.getHandle(id).describe(),
  );
  const failed = (raw.pendingActivities ?? []).filter(({ lastFailure }) => lastFailure != null);
  return Promise.all(failed.map((activity) => retried(client, { activity, version })));
}

async function retried(
  client: Client,
  { activity, version }: { readonly activity: Pending; readonly version: string | undefined },
): Promise<RetriedStep> {
  const { loadedDataConverter } = client.options;
  const failure = await decodeOptionalFailureToOptionalError(loadedDataConverter, activity.lastFailure);
  const name = inWords(activity.activityType?.name ?? 'a step');
  return {
    step: version === undefined ? name : `${version} ${name}`,
    attempt: activity.attempt ?? 1,
    sentence: failure?.message ?? 'It failed, and did not say why.',
    ...(activity.scheduledTime == null
      ? {}
      : { lookAgainAt: new Date(tsToMs(activity.scheduledTime)).toISOString() }),
  };
}

/** `surveyLines` → `survey lines`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
