import type { CalendarEvent } from './calendar-event';
import type { CalendarNotice } from './compare-schedules';
import { calendarKey, milestoneName } from './starting';

/** @param isAskedFor whether a person has asked for the release, with whatever key */
export function tooLateNotice(event: CalendarEvent, isAskedFor: boolean): CalendarNotice {
  const { release, at } = event;
  return {
    about: milestoneName(event),
    what: `${release} was to start at ${at} and did not`,
    why: 'nothing could start it then, and by now it is later than it may be started without anybody being asked',
    how: isAskedFor ? askAgain(event) : `Start it (${startCommand(event)}), or ${cancelIt(event)}`,
  };
}

/** @param why what stands in the way, in words that everybody may read */
export function notStartedNotice(event: CalendarEvent, why: string): CalendarNotice {
  const { release, at } = event;
  return {
    about: milestoneName(event),
    what: `${release} was to start at ${at} and does not`,
    why,
    how: `Mend that, and it starts at the next look; or ${cancelIt(event)}`,
  };
}

/** A record without a run: whoever asked for it knows what exactly. */
export function onlyAskedForNotice(event: CalendarEvent): CalendarNotice {
  const { release, at } = event;
  return {
    about: milestoneName(event),
    what: `${release} was to start at ${at} and does not`,
    why: 'somebody has asked for it, and the answer was cut off before it ran',
    how: askAgain(event),
  };
}

export function notToldNotice(event: CalendarEvent): CalendarNotice {
  const { release, milestone, at } = event;
  return {
    about: milestoneName(event),
    what: `${release} was to be told at ${at} that ${milestone.replaceAll('_', ' ')} is due, and was not yet`,
    why: 'it is told at each look, and that has not come to its end',
    how: `Look at the workflows \`milestone:${milestoneName(event)}…\` in the Temporal UI, and whether the release runs`,
  };
}

/** @param id of the release that runs: `patch:7` */
export function calledOffNotice(release: string, id: string): CalendarNotice {
  return {
    about: release,
    what: `${release} is cancelled in the calendar, and ${id} was started for it`,
    why: 'it was started before that. It is told of no date any more, and what waits for one waits for ever',
    how: `End it (\`signalbox release abort ${id} --reason …\`); what was cancelled stays so`,
  };
}

function askAgain(event: CalendarEvent): string {
  return `Have whoever asked for it ask again with the same key, or ${cancelIt(event)}`;
}

function startCommand({ kind, minors, release }: CalendarEvent): string {
  return `\`signalbox release start ${kind} ${minors.join(' ')} --key ${calendarKey(release)}\``;
}

function cancelIt({ release }: CalendarEvent): string {
  return `cancel it (\`signalbox calendar cancel ${release}\`)`;
}
