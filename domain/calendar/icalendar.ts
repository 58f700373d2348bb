import { DateTime } from 'luxon';
import type { CalendarEvent } from './calendar-event';

export interface Feed {
  /** What people see in their list of calendars. */
  readonly name: string;
  /** Makes the ids of events unique in the world, and must never change: `gitlab.signalbox`. */
  readonly host: string;
}

/** The calendar of a product, whether planned or published: its events have the same ids. */
export function feedOf(product: string, host = `${product}.signalbox`): Feed {
  return { name: `Releases of ${product}`, host };
}

/** Octets of a line without its end. */
const LONGEST_LINE = 75;
/** How often a program should look again; a feed cannot carry what is urgent. */
const REFRESH = 'PT1H';

/**
 * Events as iCalendar (RFC 5545, and the names of RFC 7986). Every time is an instant in UTC, so that no zone has to be described and
 * no change of a clock misread. It is a snapshot and no invitation, hence no METHOD.
 */
export function iCalendarText(events: readonly CalendarEvent[], { name, host }: Feed): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Signalbox//Calendar of releases//EN',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...events.flatMap((event) => eventLines(event, host)),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

function eventLines(event: CalendarEvent, host: string): readonly string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(`${event.release}.${event.milestone}@${host}`)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${utc(event.revisedAt)}`,
    `DTSTART:${utc(event.at)}`,
    `SUMMARY:${escaped(summary(event))}`,
    `STATUS:${event.status.toUpperCase()}`,
    // It takes nobody's time.
    'TRANSP:TRANSPARENT',
    `CATEGORIES:${escaped(event.kind)}`,
    ...(event.notes.length === 0 ? [] : [`DESCRIPTION:${escaped(event.notes.join('\n'))}`]),
    'END:VEVENT',
  ];
}

function summary({ kind, release, minors, milestone }: CalendarEvent): string {
  const what = kind === 'monthly' ? (minors[0] ?? release) : `Patch of ${minors.join(', ')}`;
  return `${what}: ${milestone.replaceAll('_', ' ')}`;
}

function utc(at: string): string {
  return DateTime.fromISO(at).toUTC().toFormat("yyyyMMdd'T'HHmmss'Z'");
}

/** Text holds no control character but the line feed, which is written as two. */
function escaped(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll(/\p{Cc}/gu, ' ');
}

/** Lines of no more octets than are allowed, each after the first begun with a space. No character is cut in two. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LONGEST_LINE) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}
