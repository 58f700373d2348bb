import { getExternalWorkflowHandle, setCurrentDetails } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import type { OpenedRelease, Told } from '../activities/calendar-effects';
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
  if (tell === undefined) return;
  const isThere = await tellRelease(tell);
  const noted = await milestoneEffect('noteTold', `Note what ${tell.id} was told`, { ...tell, isThere });
  setCurrentDetails(noted.sentence);
}

function startOf({ kind, id, title, startedAt, minors, ...common }: OpenedRelease): ReleaseStart {
  const [minor = ''] = minors;
  return kind === 'monthly'
    ? { kind, id, title, startedAt, input: { ...common, minor } }
    : { kind, id, title, startedAt, input: { ...common, minors, type: 'planned' } };
}

/** @returns whether it was there to be told */
async function tellRelease({ id, milestones }: Pick<Told, 'id' | 'milestones'>): Promise<boolean> {
  const release = getExternalWorkflowHandle(id);
  try {
    for (const { milestone: due, at } of milestones)
      await release.signal(milestoneDue, { milestone: due, at });
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
  return true;
}

/** The SDK has no class for it: it names the cause that the engine gives. */
function isNotFound(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'ExternalWorkflowExecutionNotFound';
}
