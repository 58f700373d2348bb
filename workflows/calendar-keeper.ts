import {
  ActivityFailure,
  condition,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { afterLook, keeperDetails, NOTHING_SEEN } from '../domain/calendar/keeper-status';
import { calendarLook } from './calendar-effect-proxies';
import { keeperStatus, revised, type CalendarKeeperInput } from './calendar.messages';
import { failureVerdict } from './failure-verdict';

const LOOKS_PER_RUN = 200;

/** Keeps the Schedules of the engine equal to the published calendar, for ever: at each revision, and regularly. */
export async function calendarKeeper(input: CalendarKeeperInput): Promise<void> {
  const { settings, looksPerRun = LOOKS_PER_RUN } = input;
  let status = input.carried ?? NOTHING_SEEN;
  let isRevised = false;
  setHandler(revised, () => {
    isRevised = true;
  });
  setHandler(keeperStatus, () => status);
  for (let looks = 0; looks < looksPerRun && !workflowInfo().continueAsNewSuggested; looks += 1) {
    isRevised = false;
    try {
      const summary = 'Make the Schedules what the calendar says';
      status = afterLook(status, await calendarLook('keepSchedules', summary, { settings }));
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      status = { ...status, unknown: failureVerdict(error).sentence };
    }
    setCurrentDetails(keeperDetails(status));
    await condition(() => isRevised, settings.lookEveryMs);
  }
  const { memo } = workflowInfo();
  const goOn = makeContinueAsNewFunc<typeof calendarKeeper>(memo === undefined ? {} : { memo });
  await goOn({ ...input, carried: status });
}
