import { onEngineTime } from '../../domain/calendar/compressed-time';
import { publishedEvents } from '../../domain/calendar/published-calendar';
import { latenessOf, untoldMilestones } from '../../domain/calendar/lateness';
import { milestoneName, type DueMilestone } from '../../domain/calendar/starting';
import { scheduleId, secondOf } from '../../domain/calendar/wanted-schedules';
import type { CalendarEffects, DueWork } from '../calendar-effects';
import type { CalendarOutside } from './calendar-outside';
import { standingOf } from './calendar-standing';
import { openRelease } from './open-release';

type Due = Parameters<CalendarEffects['openDue']>[0];

/** The calendar is read again: what a Schedule was set to may be over by now. */
export async function openDue(outside: CalendarOutside, due: Due): Promise<DueWork> {
  const events = onEngineTime(
    publishedEvents(await outside.records.calendar.revisions()),
    due.settings.compressed,
  );
  const event = events.find((one) => milestoneName(one) === milestoneName(due));
  if (event === undefined || event.status === 'cancelled' || secondOf(event.at) !== secondOf(due.at))
    return nothing(`${milestoneName(due)} is not at ${due.at} in the calendar any more.`);
  const { release, settings } = due;
  const standing = await standingOf(outside, release);
  const judging = { events, standing, now: Date.now(), settings };
  const lateness = latenessOf(event, judging);
  if (lateness === 'too_late') return nothing('It is too late to start without anybody being asked.');
  if (lateness !== 'due' && lateness !== 'late')
    return nothing(`${milestoneName(due)} has nothing to do now.`);
  const milestones = await toTell(outside, untoldMilestones(release, judging), due);
  const { row, isStarted } = standing;
  if (row !== undefined && isStarted)
    return { ...nothing(`${row.id} is told of it.`), tell: { id: row.id, milestones } };
  // What was not told of its start comes here with its start alone.
  const opened = await openRelease(outside, { event, events, standing, settings });
  if ('refused' in opened) return { ...nothing(`It does not start: ${opened.refused.why}.`), ...opened };
  return { ...nothing(`${opened.id} starts.`), start: opened, tell: { id: opened.id, milestones } };
}

/** Those before it that were missed come first; one whose Schedule is paused is held by a person. */
async function toTell(
  { schedules }: CalendarOutside,
  untold: readonly DueMilestone[],
  due: Due,
): Promise<readonly DueMilestone[]> {
  const held = new Set<DueMilestone>();
  for (const other of untold)
    if (other.milestone !== due.milestone && (await schedules.isPaused(scheduleId(other)))) held.add(other);
  return untold.filter((one) => !held.has(one));
}

function nothing(sentence: string): DueWork {
  return { at: new Date().toISOString(), sentence };
}
