import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { publishedEvents } from '../../domain/calendar/published-calendar';
import { calendarKey, datedMilestones, milestoneName } from '../../domain/calendar/starting';
import { secondOf } from '../../domain/calendar/wanted-schedules';
import { monthlyTitle, patchTitle } from '../../domain/release/release-title';
import type { Actor } from '../../domain/release/release';
import type { CalendarEffects, DueWork, OpenedRelease } from '../calendar-effects';
import { permanent } from '../errors';
import type { CalendarOutside } from './calendar-outside';
import { judge, standingOf } from './calendar-standing';

/** Whoever reads who has started a release reads that it was nobody. */
const CALENDAR: Actor = { id: 'the calendar', roles: ['engine'] };

type Due = Parameters<CalendarEffects['openDue']>[0];

/** The calendar is read again: what a Schedule was set to may be over by now. */
export async function openDue(outside: CalendarOutside, due: Due): Promise<DueWork> {
  const events = publishedEvents(await outside.records.calendar.revisions());
  const event = events.find((one) => milestoneName(one) === milestoneName(due));
  if (event === undefined || event.status === 'cancelled' || secondOf(event.at) !== secondOf(due.at))
    return nothing(`${milestoneName(due)} is not at ${due.at} in the calendar any more.`);
  const standing = await standingOf(outside, due.release);
  const { settings } = due;
  const lateness = judge(event, { events, standing, now: Date.now(), settings });
  if (lateness === 'too_late') return nothing('It is too late to start without anybody being asked.');
  if (lateness !== 'due' && lateness !== 'late')
    return nothing(`${milestoneName(due)} has nothing to do now.`);
  const isStart = datedMilestones(events, due.release)[0]?.milestone === due.milestone;
  const { row } = standing;
  // Opened by an attempt before, it may not have been started yet; somebody else's is theirs to start.
  if (row !== undefined && !(isStart && row.requestKey === calendarKey(due.release)))
    return { ...nothing(isStart ? `${row.id} runs already.` : `${row.id} is told of it.`), tell: row.id };
  const start = await openRelease(outside, { event, events, due });
  return { ...nothing(`${start.id} starts.`), start };
}

function nothing(sentence: string): DueWork {
  return { at: new Date().toISOString(), sentence };
}

interface Opening {
  readonly event: CalendarEvent;
  readonly events: readonly CalendarEvent[];
  readonly due: Due;
}

async function openRelease(
  { records, settingsOf }: CalendarOutside,
  { event: { kind, minors, release }, events, due }: Opening,
): Promise<OpenedRelease> {
  const settings = settingsOf(kind, due.settings.gatewayKeys);
  const product = await records.releases.product();
  if (product !== undefined && product !== settings.product)
    throw permanent('ConfigurationError', {
      where: `product ${settings.product}`,
      what: `the releases that are recorded here are of ${product}`,
      remedy: `If it is the same product, name it ${product} in signalbox.yaml again`,
    });
  const requestKey = calendarKey(release);
  const id =
    kind === 'monthly'
      ? release
      : `patch:${await records.releases.nextSerial({ kind: 'patch', requestKey })}`;
  const title = kind === 'monthly' ? monthlyTitle(minors[0] ?? '') : patchTitle(id, minors);
  const row = await records.releases.open({ id, kind, title, requestKey, settings, startedBy: CALENDAR });
  const [, ...later] = datedMilestones(events, release);
  return {
    id,
    kind,
    title,
    minors,
    settings: row.settings,
    startedBy: row.startedBy,
    startedAt: row.startedAt,
    awaitMilestones: later.map(({ milestone }) => milestone),
  };
}
