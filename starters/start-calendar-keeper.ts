import type { Client, WorkflowStartOptions } from '@temporalio/client';
import { NOTHING_SEEN, type KeeperStatus } from '../domain/calendar/keeper-status';
import type { StartingSettings } from '../domain/calendar/starting';
import { SignalboxKind } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import { keeperStatus, revised, type CalendarKeeperInput } from '../workflows/calendar.messages';
import { askEngine } from './ask-engine';
import { runningWith, settingsMemo } from './running-settings';

const WITHIN_MS = 5_000;
export const KEEPER = 'calendar';

/** Starts the keeper of the calendar, or finds it; one of other settings is ended, for all that it keeps is in the records and in Schedules. @throws EngineUnavailable */
export async function ensureCalendarKeeper(client: Client, settings: StartingSettings): Promise<void> {
  const running = await runningWith(client, { id: KEEPER, settings, withinMs: WITHIN_MS });
  const conflict = running === 'others' ? 'TERMINATE_EXISTING' : 'USE_EXISTING';
  await askEngine({ client, withinMs: WITHIN_MS }, () =>
    client.workflow.start('calendarKeeper', {
      ...startOptions(settings),
      workflowIdConflictPolicy: conflict,
    }),
  );
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

function startOptions(
  settings: StartingSettings,
): WorkflowStartOptions & { readonly args: [CalendarKeeperInput] } {
  return {
    workflowId: KEEPER,
    taskQueue: RELEASES,
    args: [{ settings }],
    memo: settingsMemo(settings),
    typedSearchAttributes: [{ key: SignalboxKind, value: 'calendar' }],
    staticSummary: 'Keeps Schedules equal to the published calendar',
  };
}
