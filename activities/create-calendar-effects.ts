import type { CalendarEffects } from './calendar-effects';
import { explainFailures } from './explain-failures';
import type { CalendarOutside } from './schedules/calendar-outside';
import { TOLD_STEP } from './schedules/calendar-standing';
import { keepSchedules } from './schedules/keep-schedules';
import { openDue } from './schedules/open-due';

/** Everything the calendar does to the world. */
export function createCalendarEffects(outside: CalendarOutside): CalendarEffects {
  return explainFailures<CalendarEffects>({
    keepSchedules: (input) => keepSchedules(outside, input),
    openDue: (input) => openDue(outside, input),
    noteTold: async ({ id, milestone }) => {
      const { at } = await outside.records.effects.record<object>({
        key: `${id}/${TOLD_STEP}/${milestone}`,
        release: id,
        workflowId: id,
        step: TOLD_STEP,
        target: milestone,
        result: {},
        transitions: [],
      });
      return { at };
    },
  });
}
