import { milestoneName } from '../../domain/calendar/starting';
import type { CalendarEffects } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';
import { hasEnded, TOLD_STEP } from './calendar-standing';

export async function noteTold(
  outside: Pick<CalendarOutside, 'records'>,
  { id, milestones, isThere }: Parameters<CalendarEffects['noteTold']>[0],
): ReturnType<CalendarEffects['noteTold']> {
  const at = new Date().toISOString();
  if (!isThere && !(await hasEnded(outside, id)))
    return { at, sentence: `${id} does not run, and its record does not say that it has ended.` };
  for (const { milestone } of milestones)
    await outside.records.effects.record<object>({
      key: `${id}/${TOLD_STEP}/${milestone}`,
      release: id,
      workflowId: id,
      step: TOLD_STEP,
      target: milestone,
      result: {},
      transitions: [],
    });
  const names = milestones.map(milestoneName).join(', ');
  return { at, sentence: isThere ? `${id} was told: ${names}.` : `${id} has ended and waits for nothing.` };
}
