import {
  ActivityFailure,
  condition,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CalendarNotice } from '../domain/calendar/compare-schedules';
import { afterLook, keeperDetails, NOTHING_SEEN } from '../domain/calendar/keeper-status';
import type { StartingSettings } from '../domain/calendar/starting';
import { calendarLook, calendarMeasure } from './calendar-effect-proxies';
import { keeperStatus, revised, type CalendarKeeperInput } from './calendar.messages';
import { failureVerdict } from './failure-verdict';

const LOOKS_PER_RUN = 200;

/** In words that are always the same: what went wrong may have to do with a fix. */
const NOT_PLANNED: CalendarNotice = {
  about: 'planning',
  what: 'it was not looked whether a deadline asks for an earlier patch',
  why: 'the look failed, as the page of this workflow in the Temporal UI tells',
  how: 'It is tried again at the next look',
};

const NOT_MEASURED: CalendarNotice = {
  about: 'measures',
  what: 'it was not measured how much waits for a release, or how long it takes to production',
  why: 'the look failed, as the page of this workflow in the Temporal UI tells',
  how: 'It is tried again at the next look; until then dates are judged by what was measured last',
};

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
    const problems = [...(await measure(settings)), ...(await planAhead(settings))];
    try {
      const summary = 'Make the Schedules what the calendar says';
      const look = await calendarLook('keepSchedules', summary, { settings });
      status = afterLook(status, { ...look, notices: [...look.notices, ...problems] });
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

/** What cannot be planned keeps nothing from starting. Those that started before there was planning have not asked for it. */
async function planAhead(settings: StartingSettings): Promise<readonly CalendarNotice[]> {
  if (settings.plansAhead !== true) return [];
  try {
    await calendarLook('planAhead', 'Pull patches forward where a deadline asks for it', { settings });
    return [];
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return [NOT_PLANNED];
  }
}

/** Before it is planned by it. Those that started before anything was measured have not asked for it. */
async function measure(settings: StartingSettings): Promise<readonly CalendarNotice[]> {
  if (settings.measures !== true) return [];
  try {
    await calendarMeasure('measureDelivery', 'Measure what dates are judged by beside deadlines', {
      settings,
    });
    return [];
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return [NOT_MEASURED];
  }
}
