import { createHash } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { askEngine } from './ask-engine';

const SETTINGS = 'settings';

/** Memo that says with which settings a workflow runs, without telling them. */
export function settingsMemo(settings: object): Readonly<Record<string, string>> {
  return { [SETTINGS]: fingerprint(settings) };
}

export type RunningWith = 'these' | 'others';

/** Whether a workflow runs with these settings; undefined where none runs. @throws EngineUnavailable */
export async function runningWith(
  client: Client,
  { id, settings, withinMs }: { readonly id: string; readonly settings: object; readonly withinMs: number },
): Promise<RunningWith | undefined> {
  try {
    const { status, memo } = await askEngine({ client, withinMs }, () =>
      client.workflow.getHandle(id).describe(),
    );
    if (status.name !== 'RUNNING') return undefined;
    return memo?.[SETTINGS] === fingerprint(settings) ? 'these' : 'others';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function fingerprint(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}
