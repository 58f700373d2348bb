import { z } from 'zod';
import { atomText } from '../domain/calendar/atom';
import { eventsOfLine, lastRevisedAt } from '../domain/calendar/calendar-line';
import type { CalendarEvent } from '../domain/calendar/calendar-event';
import { happenings, permanentId } from '../domain/calendar/happenings';
import { feedOf, iCalendarText, type Feed } from '../domain/calendar/icalendar';
import { NotThere } from '../starters/refusals';
import { publishedCalendar } from '../starters/revise-calendar';
import type { GatewayDeps } from './deps';
import type { Endpoint } from './endpoint';
import { ICALENDAR, openDocument, type OpenDocument } from './open-document';

const ATOM = 'application/atom+xml; charset=utf-8';
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

const news = openDocument({
  path: '/calendar.atom',
  summary: 'What has happened, as Atom: revisions of the calendar, and publications',
  type: ATOM,
  write: async (_params, deps) => asAtom(deps, await happened(deps)),
});

const newsOfLine = openDocument({
  path: '/calendar/:line.atom',
  summary: 'What has happened to one line, as Atom',
  type: ATOM,
  params: line,
  write: async (params, deps) => {
    const all = await happened(deps);
    const minors = [
      ...all.events.flatMap((event) => event.minors),
      ...all.versions.map(({ minor }) => minor),
    ];
    if (!minors.includes(params.line)) throw notThere(params.line, minors);
    return asAtom(deps, { ...all, line: params.line });
  },
});

type Happened = Awaited<ReturnType<typeof happened>> & { readonly line?: string };

async function happened({ records }: GatewayDeps) {
  const [calendar, versions] = await Promise.all([publishedCalendar(records), records.versions.published()]);
  return { ...calendar, versions };
}

function asAtom({ calendar: { product }, url }: GatewayDeps, all: Happened): OpenDocument {
  const { host, name } = feedOf(product);
  const { line: own } = all;
  const [path, title] = own === undefined ? ['calendar', name] : [`calendar/${own}`, `${name} ${own}`];
  const entries = happenings({ ...all, host });
  const text = atomText(entries, {
    id: permanentId(host, path),
    title,
    self: `${url}/${path}.atom`,
    related: [{ href: `${url}/${path}.ics`, type: 'text/calendar' }],
    author: product,
  });
  return { text, changedAt: entries[0]?.updated };
}

/** @throws NotThere */
function demandLine(events: readonly CalendarEvent[], asked: string): readonly CalendarEvent[] {
  const own = eventsOfLine(events, asked);
  if (own.length > 0) return own;
  throw notThere(
    asked,
    events.flatMap(({ minors }) => minors),
  );
}

function notThere(asked: string, minors: readonly string[]): NotThere {
  const lines = [...new Set(minors)];
  return new NotThere({
    where: `line ${asked}`,
    what: 'the published calendar has no date of it',
    remedy:
      lines.length === 0
        ? 'Ask again once the calendar is published'
        : `The lines that it has: ${lines.join(', ')}`,
  });
}

export const FEEDS: readonly Endpoint[] = [whole, ofLine, news, newsOfLine];
