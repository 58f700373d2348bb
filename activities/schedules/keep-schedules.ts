import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import {
  compareSchedules,
  type CalendarNotice,
  type Compared,
} from '../../domain/calendar/compare-schedules';
import type { Lateness } from '../../domain/calendar/lateness';
import { publishedEvents } from '../../domain/calendar/published-calendar';
import { milestoneName, standingEvents, type StartingSettings } from '../../domain/calendar/starting';
import { SCHEDULE_PREFIX, wantedSchedules } from '../../domain/calendar/wanted-schedules';
import type { CalendarEffects, CalendarLook } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';
import { judge, standingOf } from './calendar-standing';
import { openDue } from './open-due';

const NEXT_TOLD = 10;
/** What was due longer ago, and never was, is told of no more. */
const TOLD_FOR_MS = 30 * 24 * 60 * 60_000;

export async function keepSchedules(
  outside: CalendarOutside,
  { settings }: Parameters<CalendarEffects['keepSchedules']>[0],
): Promise<CalendarLook> {
  const now = Date.now();
  const revisions = await outside.records.calendar.revisions();
  const events = publishedEvents(revisions);
  const judged = await judgeAll(outside, { events, now, settings });
  const lateness = (event: CalendarEvent): Lateness => judged.get(milestoneName(event)) ?? 'past';
  const wanted = wantedSchedules(events, { now, settings, latenessOf: lateness });
  const found = await outside.schedules.find(wanted.map(({ id }) => id));
  const { steps, notices } = compareSchedules(wanted, found);
  for (const step of steps)
    if (step.kind === 'remove') await outside.schedules.remove(step.id);
    else await outside.schedules[step.kind](step.wanted, settings);
  const standing = standingEvents(events);
  const held = heldBack({ steps, notices });
  const late = standing.filter((event) => lateness(event) === 'late' && !held.has(scheduleOf(event)));
  for (const event of late) await catchUp(outside, { event, settings });
  const tooLate = standing.filter((event) => lateness(event) === 'too_late').map(tooLateNotice);
  const next = standing.filter((event) => lateness(event) === 'ahead').slice(0, NEXT_TOLD);
  return {
    at: new Date().toISOString(),
    revision: revisions.length,
    next: next.map(({ release, milestone, at }) => ({ release, milestone, at })),
    notices: [...tooLate, ...notices],
  };
}

/** Opened here, and so in the order of time; its Schedule, which knows how to start it, is made to act. */
async function catchUp(
  outside: CalendarOutside,
  { event, settings }: { readonly event: CalendarEvent; readonly settings: StartingSettings },
): Promise<void> {
  const { release, milestone, at } = event;
  await openDue(outside, { release, milestone, at, settings });
  await outside.schedules.trigger(scheduleOf(event));
}

function scheduleOf(event: CalendarEvent): string {
  return `${SCHEDULE_PREFIX}${milestoneName(event)}`;
}

/** Schedules that were left as somebody has set them. */
function heldBack({ steps, notices }: Compared): ReadonlySet<string> {
  const set = new Set(steps.flatMap((step) => (step.kind === 'remove' ? [] : [step.wanted.id])));
  return new Set(notices.map(({ about }) => about).filter((about) => !set.has(about)));
}

async function judgeAll(
  outside: CalendarOutside,
  { events, now, settings }: Omit<Parameters<typeof judge>[1], 'standing'>,
): Promise<ReadonlyMap<string, Lateness>> {
  const judged = new Map<string, Lateness>();
  for (const release of new Set(events.map((event) => event.release))) {
    const own = events.filter((event) => event.release === release);
    const last = Math.max(...own.map(({ at }) => Date.parse(at)));
    const first = Math.min(...own.map(({ at }) => Date.parse(at)));
    if (last < now - TOLD_FOR_MS || first > now + settings.aheadMs) {
      for (const event of own) judged.set(milestoneName(event), last < now ? 'past' : 'ahead');
      continue;
    }
    const standing = await standingOf(outside, release);
    for (const event of own)
      judged.set(milestoneName(event), judge(event, { events: own, standing, now, settings }));
  }
  return judged;
}

function tooLateNotice(event: CalendarEvent): CalendarNotice {
  const { release, kind, minors, at } = event;
  return {
    about: milestoneName(event),
    what: `${release} was to start at ${at} and did not`,
    why: 'nothing could start it then, and by now it is later than it may be started without anybody being asked',
    how: `Start it (\`signalbox release start ${kind} ${minors.join(' ')} --key calendar/${release}\`), or cancel it (\`signalbox calendar cancel ${release}\`)`,
  };
}
