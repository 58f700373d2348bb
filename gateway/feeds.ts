import { z } from 'zod';
import { eventsOfLine, lastRevisedAt } from '../domain/calendar/calendar-line';
import type { CalendarEvent } from '../domain/calendar/calendar-event';
import { feedOf, iCalendarText, type Feed } from '../domain/calendar/icalendar';
import { NotThere } from '../starters/refusals';
import { publishedCalendar } from '../starters/revise-calendar';
import type { Endpoint } from './endpoint';
import { openDocument, type OpenDocument } from './open-document';

const ICALENDAR = 'text/calendar; charset=utf-8';
const line = z.object({
  line: z
    .string()
    .regex(/^\d+\.\d+$/, 'a line such as 18.7')
    .describe('`18.7`'),
});

function asICalendar(events: readonly CalendarEvent[], feed: Feed): OpenDocument {
  return { text: iCalendarText(events, feed), changedAt: lastRevisedAt(events) };
}

const whole = openDocument({
  path: '/calendar.ics',
  summary: 'The published calendar as iCalendar, to be subscribed to',
  type: ICALENDAR,
  write: async (_params, { records, calendar: { product } }) => {
    const { events } = await publishedCalendar(records);
    return asICalendar(events, feedOf(product));
  },
});

const ofLine = openDocument({
  path: '/calendar/:line.ics',
  summary: 'The published calendar of one line as iCalendar: its monthly, and the patches that it is in',
  type: ICALENDAR,
  params: line,
  write: async (params, { records, calendar: { product } }) => {
    const { events } = await publishedCalendar(records);
    const feed = feedOf(product);
    return asICalendar(demandLine(events, params.line), { ...feed, name: `${feed.name} ${params.line}` });
  },
});

/** @throws NotThere */
function demandLine(events: readonly CalendarEvent[], asked: string): readonly CalendarEvent[] {
  const own = eventsOfLine(events, asked);
  if (own.length > 0) return own;
  const lines = [...new Set(events.flatMap(({ minors }) => minors))];
  throw new NotThere({
    where: `line ${asked}`,
    what: 'the published calendar has no date of it',
    remedy: lines.length === 0 ? 'Nothing is published yet' : `The lines that it has: ${lines.join(', ')}`,
  });
}

export const FEEDS: readonly Endpoint[] = [whole, ofLine];
