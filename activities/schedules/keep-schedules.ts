import { ApplicationFailure } from '@temporalio/common';
import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import {
  calledOffNotice,
  notStartedNotice,
  notToldNotice,
  tooLateNotice,
} from '../../domain/calendar/calendar-notices';
import {
  compareSchedules,
  type CalendarNotice,
  type Compared,
} from '../../domain/calendar/compare-schedules';
import { onEngineTime } from '../../domain/calendar/compressed-time';
import { latenessOf, type Lateness } from '../../domain/calendar/lateness';
import { publishedEvents } from '../../domain/calendar/published-calendar';
import {
  CALENDAR,
  calledOffReleases,
  milestoneName,
  standingEvents,
  type StartingSettings,
} from '../../domain/calendar/starting';
import { scheduleId, wantedSchedules } from '../../domain/calendar/wanted-schedules';
import type { CalendarEffects, CalendarLook } from '../calendar-effects';
import { explainFailures } from '../explain-failures';
import type { CalendarOutside } from './calendar-outside';
import { hasEnded, standingOf } from './calendar-standing';
import { openDue } from './open-due';

const NEXT_TOLD = 10;
/** What was due longer ago, and never was, is told of no more. */
const TOLD_FOR_MS = 30 * 24 * 60 * 60_000;

interface Judged {
  readonly lateness: Lateness;
  /** Whether a person has asked for its release. */
  readonly isAskedFor: boolean;
}

const LONG_PAST: Judged = { lateness: 'past', isAskedFor: false };

export async function keepSchedules(
  outside: CalendarOutside,
  { settings }: Parameters<CalendarEffects['keepSchedules']>[0],
): Promise<CalendarLook> {
  const now = Date.now();
  const revisions = await outside.records.calendar.revisions();
  const events = onEngineTime(publishedEvents(revisions), settings.compressed);
  const judged = await judgeAll(outside, { events, now, settings });
  const judgedOf = (event: CalendarEvent): Judged => judged.get(milestoneName(event)) ?? LONG_PAST;
  const those = (lateness: Lateness): readonly CalendarEvent[] =>
    standingEvents(events).filter((event) => judgedOf(event).lateness === lateness);
  const wanted = wantedSchedules(events, {
    now,
    settings,
    latenessOf: (event) => judgedOf(event).lateness,
    queue: outside.schedules.queue,
  });
  const found = await outside.schedules.find(wanted.map(({ id }) => id));
  const open = standingEvents(events).filter((event) => judgedOf(event).lateness !== 'past');
  const compared = compareSchedules(wanted, found, new Set(open.map(scheduleId)));
  for (const step of compared.steps)
    if (step.kind === 'remove') await outside.schedules.remove(step.id);
    else await outside.schedules[step.kind](step.wanted, settings);
  const held = heldBack(compared);
  const late = those('late').filter((event) => !held.has(scheduleId(event)));
  const caughtUp: CalendarNotice[] = [];
  for (const event of late) caughtUp.push(...(await catchUp(outside, { event, settings, now })));
  const tooLate = those('too_late').map((event) => tooLateNotice(event, judgedOf(event).isAskedFor));
  const next = those('ahead').slice(0, NEXT_TOLD);
  return {
    at: new Date().toISOString(),
    revision: revisions.length,
    next: next.map(({ release, milestone, at }) => ({ release, milestone, at })),
    notices: [...tooLate, ...caughtUp, ...(await calledOffNotices(outside, events)), ...compared.notices],
  };
}

/** Nobody else would find out about a release that waits for dates which never come. */
async function calledOffNotices(
  outside: CalendarOutside,
  events: readonly CalendarEvent[],
): Promise<readonly CalendarNotice[]> {
  const notices: CalendarNotice[] = [];
  for (const release of calledOffReleases(events)) {
    const { row, isStarted } = await standingOf(outside, release);
    if (row !== undefined && isStarted && !(await hasEnded(outside, row.id)))
      notices.push(calledOffNotice(release, row.id));
  }
  return notices;
}

interface CatchingUp {
  readonly event: CalendarEvent;
  readonly settings: StartingSettings;
  readonly now: number;
}

/**
 * Opened here, and so in the order of time; its Schedule, which knows how to start it, is made to act. What cannot be opened keeps
 * nothing else waiting.
 * @returns what people ought to know
 */
async function catchUp(
  outside: CalendarOutside,
  { event, settings, now }: CatchingUp,
): Promise<readonly CalendarNotice[]> {
  const { release, milestone, at } = event;
  const explained = explainFailures<Pick<CalendarEffects, 'openDue'>>({
    openDue: (input) => openDue(outside, input),
  });
  try {
    const { refused } = await explained.openDue({ release, milestone, at, settings });
    if (refused !== undefined) return [refused];
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    return [notStartedNotice(event, error.message)];
  }
  await outside.schedules.trigger(scheduleId(event));
  return now - Date.parse(at) > settings.catchUpMs ? [notToldNotice(event)] : [];
}

/** Schedules that were left as somebody has set them. */
function heldBack({ steps, notices }: Compared): ReadonlySet<string> {
  const set = new Set(steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.wanted.id])));
  return new Set(notices.map(({ about }) => about).filter((about) => !set.has(about)));
}

async function judgeAll(
  outside: CalendarOutside,
  {
    events,
    now,
    settings,
  }: {
    readonly events: readonly CalendarEvent[];
    readonly now: number;
    readonly settings: StartingSettings;
  },
): Promise<ReadonlyMap<string, Judged>> {
  const judged = new Map<string, Judged>();
  for (const release of new Set(events.map((event) => event.release))) {
    const own = events.filter((event) => event.release === release);
    const last = Math.max(...own.map(({ at }) => Date.parse(at)));
    const first = Math.min(...own.map(({ at }) => Date.parse(at)));
    if (last < now - TOLD_FOR_MS) continue;
    const isFar = first > now + settings.aheadMs;
    const standing = isFar ? undefined : await standingOf(outside, release);
    for (const event of own)
      judged.set(milestoneName(event), {
        lateness:
          standing === undefined ? 'ahead' : latenessOf(event, { events: own, standing, now, settings }),
        isAskedFor: standing?.row !== undefined && standing.row.startedBy.id !== CALENDAR.id,
      });
  }
  return judged;
}
