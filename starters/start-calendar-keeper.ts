import { createHash } from 'node:crypto';
import { WorkflowNotFoundError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { NOTHING_SEEN, type KeeperStatus } from '../domain/calendar/keeper-status';
import type { StartingSettings } from '../domain/calendar/starting';
import { SignalboxKind } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import { keeperStatus, revised, type CalendarKeeperInput } from '../workflows/calendar.messages';
import { askEngine } from './ask-engine';

const WITHIN_MS = 5_000;
export const KEEPER = 'calendar';
const SETTINGS = 'settings';

/** Starts the keeper of the calendar, or finds it; one of other settings is ended, for all that it keeps is in the records and in Schedules. @throws EngineUnavailable */
export async function ensureCalendarKeeper(client: Client, settings: StartingSettings): Promise<void> {
  await askEngine({ client, withinMs: WITHIN_MS }, async () => {
    const conflict = (await runsWith(client, fingerprint(settings))) ? 'USE_EXISTING' : 'TERMINATE_EXISTING';
    await client.workflow.start('calendarKeeper', {
      ...startOptions(settings),
      workflowIdConflictPolicy: conflict,
    });
  });
}

/** Has the keeper look at the calendar now. @throws EngineUnavailable */
export async function tellRevised(client: Client, settings: StartingSettings): Promise<void> {
  await askEngine({ client, withinMs: WITHIN_MS }, () =>
    client.workflow.signalWithStart('calendarKeeper', {
      ...startOptions(settings),
      signal: revised,
      signalArgs: [{ revision: 'newest' }],
    }),
  );
}

/** What the keeper knows; where it does not answer, that it does not. */
export async function readKeeper(client: Client): Promise<KeeperStatus> {
  try {
    return await askEngine({ client, withinMs: WITHIN_MS }, () =>
      client.workflow.getHandle(KEEPER).query(keeperStatus),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...NOTHING_SEEN, unknown: `The keeper of the calendar does not answer: ${why}` };
  }
}

async function runsWith(client: Client, settings: string): Promise<boolean> {
  try {
    const { status, memo } = await client.workflow.getHandle(KEEPER).describe();
    return status.name === 'RUNNING' && memo?.[SETTINGS] === settings;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function startOptions(
  settings: StartingSettings,
): WorkflowStartOptions & { readonly args: [CalendarKeeperInput] } {
  return {
    workflowId: KEEPER,
    taskQueue: RELEASES,
    args: [{ settings }],
    memo: { [SETTINGS]: fingerprint(settings) },
    typedSearchAttributes: [{ key: SignalboxKind, value: 'calendar' }],
    staticSummary: 'Keeps Schedules equal to the published calendar',
  };
}

function fingerprint(settings: StartingSettings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}
