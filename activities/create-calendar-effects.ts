import type { CalendarEffects } from './calendar-effects';
import { explainFailures } from './explain-failures';
import type { CalendarOutside } from './schedules/calendar-outside';
import { keepSchedules } from './schedules/keep-schedules';
import { measureDelivery } from './schedules/measure-delivery';
import { noteTold } from './schedules/note-told';
import { openDue } from './schedules/open-due';
import { planAhead } from './schedules/plan-ahead';

/** Everything the calendar does to the world. */
export function createCalendarEffects(outside: CalendarOutside): CalendarEffects {
  return explainFailures<CalendarEffects>({
    keepSchedules: (input) => keepSchedules(outside, input),
    planAhead: () => planAhead(outside),
    measureDelivery: () => measureDelivery(outside),
    openDue: (input) => openDue(outside, input),
    noteTold: (input) => noteTold(outside, input),
  });
}
