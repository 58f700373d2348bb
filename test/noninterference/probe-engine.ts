import { temporal } from '@temporalio/proto';
import type { Engine } from '../../engine/connect';
import { until } from '../support/until';
import type { Seen } from './seen';

/**
 * What everybody who may look at the engine sees of a namespace without a key to what is encrypted: which workflows there are,
 * what each shows, how often each did what, and its schedules. Not blanked yet.
 */
export async function readIndex({ client, namespace, connection }: Engine): Promise<Seen> {
  const seen: Record<string, string> = {};
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list()) ids.push(workflowId);
  for (const id of ids.toSorted()) {
    const handle = client.workflow.getHandle(id);
    const { type, taskQueue, status, memo, searchAttributes, parentExecution, raw } = await handle.describe();
    const { events } = await handle.fetchHistory();
    seen[id] = JSON.stringify({
      type,
      taskQueue,
      status: status.name,
      memo,
      searchAttributes: Object.fromEntries(
        Object.entries(searchAttributes).toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
      parent: parentExecution?.workflowId,
      pending: (raw.pendingActivities ?? []).length + (raw.pendingChildren ?? []).length,
      does: doings(events ?? []),
    });
  }
  const schedules: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) schedules.push(scheduleId);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return {
    ...seen,
    schedules: JSON.stringify(schedules.toSorted()),
    keys: JSON.stringify(Object.keys(customAttributes).toSorted()),
  };
}

/** Nothing is at work, and the index, which is behind by a moment, knows all that there is. */
export async function isAtRest({ client }: Engine): Promise<boolean> {
  const listed = new Map<string, string>();
  for await (const { workflowId, status } of client.workflow.list()) listed.set(workflowId, status.name);
  for (const [id, state] of listed) {
    const handle = client.workflow.getHandle(id);
    const { status, raw } = await handle.describe();
    if (status.name !== state || raw.pendingWorkflowTask || (raw.pendingActivities ?? []).length > 0)
      return false;
    const { events } = await handle.fetchHistory();
    const children = (events ?? []).map(
      (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId,
    );
    if (children.some((child) => typeof child === 'string' && !listed.has(child))) return false;
  }
  return listed.size > 0;
}

/** Waits until the index knows a workflow. */
export async function isListed({ client }: Engine, id: string): Promise<void> {
  await until(`${id} to be listed`, async () => {
    for await (const { workflowId } of client.workflow.list()) if (workflowId === id) return true;
    return false;
  });
}

/** The page that the engine shows of each run to those who have the key. Not blanked yet. */
export async function readDetails({ client }: Engine, ids: readonly string[]): Promise<Seen> {
  const entries = ids.map(async (id) => {
    const metadata = await client.workflow.getHandle(id).query('__temporal_workflow_metadata');
    return [id, JSON.stringify(metadata)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const { EventType } = temporal.api.enums.v1;

type HistoryEvent = Readonly<Record<string, unknown>> & { readonly eventType?: number | null };

/** How tasks of a workflow fall together is chance, and so is how many there are; what it does in them is not. */
const BY_CHANCE = /^WORKFLOW_TASK_/;

/** `ACTIVITY_TASK_SCHEDULED tagProject signalbox`, and how often. */
function doings(events: readonly object[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const event of events as readonly HistoryEvent[]) {
    const kind = (EventType[event.eventType ?? 0] ?? '').replace('EVENT_TYPE_', '');
    if (BY_CHANCE.test(kind)) continue;
    const line = [kind, ...namesOf(event)].join(' ');
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whatever of an event is not encrypted: types, names, ids that somebody has given, queues. */
function namesOf(event: HistoryEvent): readonly string[] {
  const attributes = Object.entries(event).find(([name, value]) => name.endsWith('Attributes') && value)?.[1];
  const { activityType, workflowType, signalName, markerName, taskQueue, acceptedRequest, searchAttributes } =
    (attributes ?? {}) as Readonly<Record<string, { readonly [name: string]: unknown }>>;
  const meta = acceptedRequest?.['meta'] as { readonly updateId?: string } | undefined;
  const { indexedFields } = (searchAttributes ?? {}) as { readonly indexedFields?: object };
  return [
    activityType?.['name'],
    workflowType?.['name'],
    signalName,
    markerName,
    taskQueue?.['kind'] === 2 ? undefined : taskQueue?.['name'],
    meta?.updateId,
    ...Object.keys(indexedFields ?? {}).toSorted(),
  ].flatMap((name) => (typeof name === 'string' ? [name] : []));
}
