import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { BackportSettings } from '../domain/backport/backport-status';
import { RELEASES } from '../engine/task-queues';
import type { BackportRoundInput } from '../workflows/backport.messages';
import { askEngine } from './ask-engine';

const SCHEDULE = 'backports';
const WITHIN_MS = 10_000;

/** Keeps the regular look for labelled changes going, by the settings there are now. @throws EngineUnavailable */
export async function scheduleBackports(
  client: Client,
  settings: readonly BackportSettings[],
): Promise<void> {
  const [first] = settings;
  if (first === undefined) return;
  const input: BackportRoundInput = { settings };
  const wanted = {
    spec: { intervals: [{ every: first.lookEveryMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'backportRound',
      workflowId: 'backport-round',
      taskQueue: RELEASES,
      args: [input],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  await askEngine({ client, withinMs: WITHIN_MS }, async () => {
    try {
      await client.schedule.create({ scheduleId: SCHEDULE, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(SCHEDULE).update((before) => ({ ...wanted, state: before.state }));
    }
  });
}
