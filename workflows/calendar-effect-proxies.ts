import { workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { CalendarEffects } from '../activities/calendar-effects';
import { summarised } from './summarised-effects';

const RETRY = {
  initialInterval: '500 milliseconds',
  backoffCoefficient: 2,
  maximumInterval: '10 seconds',
} as const;

/** A few tries in a row; what fails then is done at the next look, and said meanwhile. */
const LOOK: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '8 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { ...RETRY, maximumAttempts: 4 },
};

/** Git and GitLab are asked for much: what fails is measured at the next look. */
const MEASURE: ActivityOptions = {
  ...LOOK,
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 1 },
};

/** An outage of the records must not lose the start of a release. */
const MILESTONE: ActivityOptions = {
  ...LOOK,
  scheduleToCloseTimeout: '12 hours',
  retry: { ...RETRY, maximumInterval: '30 seconds' },
};

const queue = (): string => `${workflowInfo().taskQueue}-calendar`;

type LookName = 'keepSchedules' | 'planAhead';

export const calendarLook = summarised<Pick<CalendarEffects, LookName>>(LOOK, queue);
export const calendarMeasure = summarised<Pick<CalendarEffects, 'measureDelivery'>>(MEASURE, queue);
export const milestoneEffect = summarised<Omit<CalendarEffects, LookName | 'measureDelivery'>>(
  MILESTONE,
  queue,
);
