import { z } from 'zod';
import { lastRevisedAt } from '../domain/calendar/calendar-line';
import { feedOf, iCalendarText, type Feed } from '../domain/calendar/icalendar';
import { shiftCalendar } from '../domain/shift/shift-calendar';
import { shiftsOf, type Shift } from '../domain/shift/roster';
import { NotThere } from '../starters/refusals';
import { publishedCalendar } from '../starters/revise-calendar';
import { roster, type Roster } from '../starters/revise-roster';
import type { GatewayDeps } from './deps';
import type { Endpoint } from './endpoint';
import { ICALENDAR, openDocument, type OpenDocument } from './open-document';

const whole = openDocument({
  path: '/shifts.ics',
  summary: 'Who manages releases from when to when, as iCalendar',
  type: ICALENDAR,
  write: async (_params, { records, calendar: { product } }) => {
    const { shifts } = await roster(records);
    const feed = { ...feedOf(product), name: `Shifts for releases of ${product}` };
    return { text: iCalendarText([], feed, shifts), changedAt: lastRevisedAt(shifts) };
  },
});

const ofShift = openDocument({
  path: '/shifts/:shift.ics',
  summary: 'One shift as iCalendar, with the dates of the published calendar that fall into it',
  type: ICALENDAR,
  params: z.object({ shift: z.string().regex(/^\d+$/, 'a number such as 3').describe('`3`, of `shift:3`') }),
  write: async ({ shift }, deps) =>
    withTheirDates(deps, {
      what: `shift ${shift}`,
      own: ({ shifts }) => shifts.filter(({ id }) => id === `shift:${shift}`),
    }),
});

const ofPerson = openDocument({
  path: '/people/:person.ics',
  summary:
    'The shifts of one person as iCalendar, with the dates of the published calendar that fall into them',
  type: ICALENDAR,
  params: z.object({ person: z.string().min(1).describe('Their id') }),
  write: async ({ person }, deps) =>
    withTheirDates(deps, { what: person, own: ({ revisions }) => shiftsOf(person, revisions) }),
});

interface Asked {
  /** Whose dates they are. */
  readonly what: string;
  readonly own: (all: Roster) => readonly Shift[];
}

/** @throws NotThere, in the same words whether there is such a person or not */
async function withTheirDates(
  { records, calendar: { product } }: GatewayDeps,
  { what, own }: Asked,
): Promise<OpenDocument> {
  const [{ events }, all] = await Promise.all([publishedCalendar(records), roster(records)]);
  const told = shiftCalendar(own(all), { shifts: all.shifts, events });
  if (told.shifts.length === 0)
    throw new NotThere({
      where: what,
      what: 'the roster has no such shift',
      remedy: 'See /shifts.ics for those that it has',
    });
  const feed: Feed = { ...feedOf(product), name: `Releases of ${product}: ${what}` };
  return { text: iCalendarText(told.events, feed, told.shifts), changedAt: told.changedAt };
}

export const SHIFT_FEEDS: readonly Endpoint[] = [whole, ofShift, ofPerson];
