import type { Shift } from '../shift/roster';
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
 * Events, and shifts before them, as iCalendar (RFC 5545, and the names of RFC 7986). Every time is an instant in UTC, so that no zone has to be described and
 * no change of a clock misread. It is a snapshot and no invitation, hence no METHOD.
 */
export function iCalendarText(
  events: readonly CalendarEvent[],
  { name, host }: Feed,
  shifts: readonly Shift[] = [],
): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Signalbox//Calendar of releases//EN',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...[...shifts.map(toldShift), ...events.map(toldEvent)].flatMap((told) => eventLines(told, host)),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

/** What a program keeps of an event or a shift. */
interface Told extends Pick<CalendarEvent, 'at' | 'status' | 'sequence' | 'revisedAt' | 'notes'> {
  /** Unique in the house; never changes. */
  readonly id: string;
  /** ISO 8601; absent for what takes no time. */
  readonly until?: string;
  readonly summary: string;
  readonly category: string;
}

function toldEvent(event: CalendarEvent): Told {
  const { release, milestone, kind } = event;
  return { ...event, id: `${release}.${milestone}`, summary: summary(event), category: kind };
}

function toldShift(shift: Shift): Told {
  const { from, people, isCancelled } = shift;
  return {
    ...shift,
    at: from,
    status: isCancelled ? 'cancelled' : 'confirmed',
    summary: `On shift for releases: ${people.join(', ')}`,
    category: 'shift',
  };
}

function eventLines(told: Told, host: string): readonly string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(`${told.id}@${host}`)}`,
    `SEQUENCE:${told.sequence}`,
    `DTSTAMP:${utc(told.revisedAt)}`,
    `DTSTART:${utc(told.at)}`,
    ...(told.until === undefined ? [] : [`DTEND:${utc(told.until)}`]),
    `SUMMARY:${escaped(told.summary)}`,
    `STATUS:${told.status.toUpperCase()}`,
    // It takes nobody's time.
    'TRANSP:TRANSPARENT',
    `CATEGORIES:${escaped(told.category)}`,
    ...(told.notes.length === 0 ? [] : [`DESCRIPTION:${escaped(told.notes.join('\n'))}`]),
    'END:VEVENT',
  ];
}

function summary({ kind, release, minors, milestone }: CalendarEvent): string {
  const what = kind === 'monthly' ? (minors[0] ?? release) : `Patch of ${minors.join(', ')}`;
  return `${what}: ${milestone.replaceAll('_', ' ')}`;
}

function utc(at: string): string {
  return new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
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
  if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
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
