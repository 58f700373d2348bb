import { getExternalWorkflowHandle, setCurrentDetails } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import type { OpenedRelease } from '../activities/calendar-effects';
import { milestoneName } from '../domain/calendar/starting';
import { milestoneEffect } from './calendar-effect-proxies';
import type { MilestoneInput } from './calendar.messages';
import { milestoneDue } from './release.messages';
import { startRelease, type ReleaseStart } from './start-release';

/** Started when a milestone of the calendar is due: starts the release or finds it, and tells it. Order and lateness are the keeper's. */
export async function milestone(input: MilestoneInput): Promise<void> {
  const due = { release: input.release, milestone: input.milestone, at: input.at };
  const { start, tell, sentence } = await milestoneEffect(
    'openDue',
    `See what ${milestoneName(due)} asks for`,
    input,
  );
  setCurrentDetails(sentence);
  if (start !== undefined) await startRelease(startOf(start));
  const id = start?.id ?? tell;
  if (id === undefined) return;
  await tellRelease(id, input);
  await milestoneEffect('noteTold', `Note that ${id} was told`, { ...due, id });
}

function startOf({ kind, id, title, startedAt, minors, ...common }: OpenedRelease): ReleaseStart {
  const [minor = ''] = minors;
  return kind === 'monthly'
    ? { kind, id, title, startedAt, input: { ...common, minor } }
    : { kind, id, title, startedAt, input: { ...common, minors, type: 'planned' } };
}

/** A release that has ended waits for nothing. */
async function tellRelease(id: string, { milestone: due, at }: MilestoneInput): Promise<void> {
  try {
    await getExternalWorkflowHandle(id).signal(milestoneDue, { milestone: due, at });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The SDK has no class for it: it names the cause that the engine gives. */
function isNotFound(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'ExternalWorkflowExecutionNotFound';
}
