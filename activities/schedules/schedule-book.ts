import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import type { FoundSchedule } from '../../domain/calendar/compare-schedules';
import type { DueMilestone, StartingSettings } from '../../domain/calendar/starting';
import {
  LAST_SET,
  SCHEDULE_PREFIX,
  secondOf,
  startsText,
  type ScheduleFace,
  type WantedSchedule,
} from '../../domain/calendar/wanted-schedules';
import { askTemporal } from './ask-temporal';
import type { ScheduleBook } from './calendar-outside';

/** What a milestone is started with. */
interface MilestoneArgument extends DueMilestone {
  readonly settings: StartingSettings;
}

/** The Schedules of a Temporal namespace. @param queue of the workflows that they start */
export function openScheduleBook(client: Client, queue: string): ScheduleBook {
  const handleOf = (id: string) => client.schedule.getHandle(id);
  /** What is gone meanwhile is nothing to change. */
  const change = (work: () => Promise<unknown>): Promise<void> => unlessGone(() => askTemporal(client, work));
  return {
    queue,
    find: (ids) => askTemporal(client, () => findAll(client, ids)),
    create: async (wanted, settings) => {
      const options = { scheduleId: wanted.id, ...scheduleOptions(wanted, settings) };
      try {
        await askTemporal(client, () => client.schedule.create(options));
      } catch (error) {
        // Another attempt was quicker; what it has set is looked at again.
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      }
    },
    update: (wanted, settings) =>
      change(() => handleOf(wanted.id).update(() => scheduleOptions(wanted, settings))),
    isPaused: async (id) => (await askTemporal(client, () => describe(client, id)))?.face.paused === 'yes',
    remove: (id) => change(() => handleOf(id).delete()),
    // By itself it would act beside what it has started before.
    trigger: (id) => change(() => handleOf(id).trigger(ScheduleOverlapPolicy.SKIP)),
  };
}

async function findAll(client: Client, ids: readonly string[]): Promise<readonly FoundSchedule[]> {
  const named = new Set(ids);
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(SCHEDULE_PREFIX)) named.add(scheduleId);
  const found = await Promise.all([...named].map((id) => describe(client, id)));
  return found.filter((one) => one !== undefined);
}

function scheduleOptions({ face, release, milestone, at }: WantedSchedule, settings: StartingSettings) {
  const instant = new Date(at);
  const argument: MilestoneArgument = { release, milestone, at, settings };
  return {
    spec: {
      calendars: [
        {
          year: instant.getUTCFullYear(),
          month: MONTHS[instant.getUTCMonth()] ?? 'JANUARY',
          dayOfMonth: instant.getUTCDate(),
          hour: instant.getUTCHours(),
          minute: instant.getUTCMinutes(),
          second: instant.getUTCSeconds(),
        },
      ],
      timezone: face.zone,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'milestone',
      workflowId: face.workflowId,
      taskQueue: face.queue,
      args: [argument],
      memo: { [LAST_SET]: face },
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: settings.catchUpMs },
    state: { paused: face.paused === 'yes', note: face.note },
  } as const satisfies Omit<ScheduleOptions, 'scheduleId'>;
}

async function describe({ schedule }: Client, id: string): Promise<FoundSchedule | undefined> {
  try {
    return foundSchedule(await schedule.getHandle(id).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function foundSchedule({
  scheduleId: id,
  spec,
  action,
  policies,
  state,
}: ScheduleDescription): FoundSchedule {
  const face: ScheduleFace = {
    times: timesText(spec),
    paused: state.paused ? 'yes' : 'no',
    note: state.note ?? '',
    overlap: policies.overlap ?? 'none',
    catchUp: `${Math.round(policies.catchupWindow / 1_000)}s`,
    jitter: spec.jitter === undefined || spec.jitter === 0 ? 'none' : `${spec.jitter} ms`,
    starts: actionText(action),
    workflowId: action.workflowId,
    queue: action.taskQueue,
    zone: spec.timezone ?? 'none',
    actions: state.remainingActions === undefined ? 'unlimited' : `${state.remainingActions} left`,
    afterFailure: policies.pauseOnFailure ? 'is paused' : 'goes on',
  };
  const lastSet = action.memo?.[LAST_SET] as ScheduleFace | undefined;
  return { id, face, ...(lastSet === undefined ? {} : { lastSet }) };
}

function actionText({ workflowType, args }: ScheduleDescription['action']): string {
  const [due] = (args ?? []) as readonly Partial<MilestoneArgument>[];
  const { release, milestone, at, settings } = due ?? {};
  if (workflowType !== 'milestone' || release === undefined || milestone === undefined || at === undefined)
    return `${workflowType} ${JSON.stringify(args ?? [])}`;
  return startsText({ release, milestone, at }, { gatewayKeys: settings?.gatewayKeys ?? [] });
}

/** Its one instant; anything else is written out as it is. */
function timesText(spec: ScheduleDescription['spec']): string {
  const { calendars = [], intervals = [], skip = [], startAt, endAt } = spec;
  const [only] = calendars;
  const isPlain = intervals.length + skip.length === 0 && startAt === undefined && endAt === undefined;
  if (!isPlain || only === undefined || calendars.length > 1) return JSON.stringify(spec);
  const fields = [only.year, only.month, only.dayOfMonth, only.hour, only.minute, only.second];
  const values = fields.map((ranges) => (isOne(ranges) ? ranges[0]?.start : undefined));
  const [year, month, day, hour, minute, second] = values.map((value) =>
    typeof value === 'string' ? MONTHS.findIndex((name) => name === value) + 1 : value,
  );
  if ([year, month, day, hour, minute, second].includes(undefined)) return JSON.stringify(spec);
  return secondOf(new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)).toISOString());
}

function isOne(ranges: readonly { readonly start: unknown; readonly end: unknown }[]): boolean {
  return ranges.length === 1 && ranges[0]?.start === ranges[0]?.end;
}

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
