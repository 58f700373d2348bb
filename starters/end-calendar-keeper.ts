import {
  isGrpcDeadlineError,
  ScheduleNotFoundError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { LAST_SET, SCHEDULE_PREFIX, type ScheduleFace } from '../domain/calendar/wanted-schedules';
import { askEngine } from './ask-engine';
import { KEEPER } from './start-calendar-keeper';

const WITHIN_MS = 60_000;
/** A look that is under way ends within it, where there is a worker. */
const ENDS_WITHIN_MS = 20_000;
const WHY = 'Nothing starts by the calendar any more: it was switched off in the configuration.';

export interface EndedStarting {
  readonly wasRunning: boolean;
  /** Ids of the Schedules that are gone. */
  readonly removed: readonly string[];
}

/**
 * Has nothing start by the calendar any more: ends its keeper, then removes the Schedules that the calendar has set, then ends
 * what these have started. Schedules of others stay, and those that a person has paused: they start nothing. What the index of
 * the engine does not know yet is ended at the next start.
 * @throws EngineUnavailable
 */
export async function endCalendarKeeper(client: Client): Promise<EndedStarting> {
  return askEngine({ client, withinMs: WITHIN_MS }, async () => {
    const wasRunning = await endKeeper(client);
    const removed = await removeSchedules(client);
    const query = "WorkflowType = 'milestone' AND ExecutionStatus = 'Running'";
    for await (const { workflowId } of client.workflow.list({ query }))
      await unlessGone(() => client.workflow.getHandle(workflowId).terminate(WHY));
    return { wasRunning, removed };
  });
}

/** Cancelled, it ends after the look that it is at; after its termination that one would make Schedules again. */
async function endKeeper(client: Client): Promise<boolean> {
  const keeper = client.workflow.getHandle(KEEPER);
  if (!(await isRunning(client))) return false;
  await unlessGone(() => keeper.cancel());
  try {
    await client.withDeadline(Date.now() + ENDS_WITHIN_MS, () => keeper.result());
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) && !isGrpcDeadlineError(error)) throw error;
  }
  if (await isRunning(client)) await unlessGone(() => keeper.terminate(WHY));
  return true;
}

async function isRunning(client: Client): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(KEEPER).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function removeSchedules(client: Client): Promise<readonly string[]> {
  const removed: string[] = [];
  for await (const { scheduleId: id } of client.schedule.list()) {
    if (!id.startsWith(SCHEDULE_PREFIX)) continue;
    await unlessGone(async () => {
      const schedule = client.schedule.getHandle(id);
      const { action, state } = await schedule.describe();
      const lastSet = action.memo?.[LAST_SET] as ScheduleFace | undefined;
      const isByHand = state.paused && lastSet?.paused === 'no';
      if (lastSet === undefined || isByHand) return;
      await schedule.delete();
      removed.push(id);
    });
  }
  return removed;
}

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isGone = error instanceof ScheduleNotFoundError || error instanceof WorkflowNotFoundError;
    if (!isGone) throw error;
  }
}
