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
  const beside = new MeasuringBeside(settings);
  setHandler(revised, () => {
    isRevised = true;
  });
  setHandler(keeperStatus, () => status);
  const isLong = (looks: number): boolean => looks >= looksPerRun || workflowInfo().continueAsNewSuggested;
  for (let looks = 0; beside.isGoing || !isLong(looks); looks += 1) {
    isRevised = false;
    if (!isLong(looks)) beside.begin();
    const measured = settings.measures === true ? await measure(settings) : beside.problems;
    const problems = [...measured, ...(await planAhead(settings))];
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

/** Git and GitLab may take minutes: the Schedules are kept meanwhile, and it is planned by what was measured last. */
class MeasuringBeside {
  /** Of the last time; none before the first is over. */
  problems: readonly CalendarNotice[] = [];
  isGoing = false;

  constructor(private readonly settings: StartingSettings) {}

  /** Nothing where it goes on still. Those that started before anything was measured beside the keeping have not asked for it. */
  begin(): void {
    if (this.settings.measures !== 'beside' || this.isGoing) return;
    this.isGoing = true;
    void this.look();
  }

  private async look(): Promise<void> {
    this.problems = await measure(this.settings);
    this.isGoing = false;
  }
}

async function measure(settings: StartingSettings): Promise<readonly CalendarNotice[]> {
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
