import type { CalendarEvent } from './calendar-event';
import type { Lateness } from './lateness';
import { milestoneName, standingEvents, type DueMilestone, type StartingSettings } from './starting';

/** What everybody sees of a Schedule, by field: two of them are the same when all fields are. */
export interface ScheduleFace {
  /** When it acts: instants in UTC with commas between, or what else somebody has written. */
  readonly times: string;
  readonly paused: 'yes' | 'no';
  readonly note: string;
  readonly overlap: string;
  /** How late it still acts. */
  readonly catchUp: string;
  /** Spread of the instants. */
  readonly jitter: string;
  /** What it starts, and with what. */
  readonly starts: string;
  /** Under which id. */
  readonly workflowId: string;
  /** For which workers. */
  readonly queue: string;
  /** In which `times` are read. */
  readonly zone: string;
  /** How often it acts before it is over. */
  readonly actions: string;
  /** What becomes of it when what it has started fails. */
  readonly afterFailure: string;
}

/** A Schedule as the calendar wants it: one milestone of one release, once. */
export interface WantedSchedule extends DueMilestone {
  /** `calendar:monthly:18.7.announced` */
  readonly id: string;
  readonly face: ScheduleFace;
}

export const SCHEDULE_PREFIX = 'calendar:';

/** `calendar:monthly:18.7.announced` */
export function scheduleId(due: Omit<DueMilestone, 'at'>): string {
  return `${SCHEDULE_PREFIX}${milestoneName(due)}`;
}

/** Memo of what a Schedule starts: the face that the calendar has set it to last. One without it is somebody else's. */
export const LAST_SET = 'lastSet';

interface WantedBy {
  /** Milliseconds. */
  readonly now: number;
  readonly settings: StartingSettings;
  readonly latenessOf: (event: CalendarEvent) => Lateness;
  /** Of the workers that run milestones. */
  readonly queue: string;
}

/**
 * Schedules for what is near enough: what is to come, what is late and not done, and, paused, what is cancelled.
 * @param latenessOf of the milestones that are due
 */
export function wantedSchedules(
  events: readonly CalendarEvent[],
  { now, settings, latenessOf, queue }: WantedBy,
): readonly WantedSchedule[] {
  const standing = new Set(standingEvents(events));
  return events
    .filter((event) => {
      if (Date.parse(event.at) > now + settings.aheadMs) return false;
      if (event.status === 'cancelled') return Date.parse(event.at) > now;
      return standing.has(event) && ['ahead', 'due', 'late'].includes(latenessOf(event));
    })
    .map((event) => wantedSchedule(event, { settings, queue }));
}

function wantedSchedule(
  event: CalendarEvent,
  { settings, queue }: Pick<WantedBy, 'settings' | 'queue'>,
): WantedSchedule {
  const { release, milestone } = event;
  const at = secondOf(event.at);
  const isCancelled = event.status === 'cancelled';
  return {
    id: scheduleId(event),
    release,
    milestone,
    at,
    face: {
      times: at,
      paused: isCancelled ? 'yes' : 'no',
      note: event.notes.at(-1) ?? '',
      overlap: 'SKIP',
      catchUp: `${Math.round(settings.catchUpMs / 1_000)}s`,
      jitter: 'none',
      starts: startsText({ release, milestone, at }, settings),
      workflowId: `milestone:${milestoneName(event)}`,
      queue,
      zone: 'UTC',
      actions: 'unlimited',
      afterFailure: 'goes on',
    },
  };
}

/** `milestone monthly:18.7.announced at 2026-12-10T13:00:00Z for 1a2b3c4d` */
export function startsText(
  due: DueMilestone,
  { gatewayKeys }: Pick<StartingSettings, 'gatewayKeys'>,
): string {
  const keys = gatewayKeys.map((key) => key.slice(0, 8)).join(' ');
  return `milestone ${milestoneName(due)} at ${due.at} for ${keys}`;
}

/** `2026-12-10T13:00:00Z`, whatever the zone and the fractions. */
export function secondOf(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
