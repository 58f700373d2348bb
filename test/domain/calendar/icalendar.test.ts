import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { DateTime } from 'luxon';
import { plannedEvents, type CalendarEvent } from '../../../domain/calendar/calendar-event';
import { iCalendarText } from '../../../domain/calendar/icalendar';
import { planCalendar } from '../../../domain/calendar/plan-calendar';
import { PARSERS, readByMozilla } from '../../support/icalendar-readers';
import { rosterOf } from '../../../domain/shift/roster';
import { setRevision } from '../shift/rosters';
import { gitlabRules } from './calendars';

const FEED = { name: 'Releases of gitlab', host: 'gitlab.signalbox' };

const EVENT: CalendarEvent = {
  release: 'monthly:19.7',
  kind: 'monthly',
  minors: ['19.7'],
  milestone: 'published',
  at: '2026-12-17T13:00:00Z',
  status: 'confirmed',
  sequence: 0,
  revisedAt: '2026-11-24T08:00:00.000Z',
  notes: ['This date is promised.'],
};

const SHIFT = {
  people: ['maria', 'erik'],
  from: '2026-12-07T08:00:00.000Z',
  until: '2026-12-14T08:00:00.000Z',
} as const;
const SHIFTS = rosterOf([
  setRevision(1, SHIFT),
  { ...setRevision(2, { ...SHIFT, id: 'shift:1' }), kind: 'cancel', reason: 'Both are ill.' },
]);

function planned(zone: string, [from, until]: readonly [string, string]): readonly CalendarEvent[] {
  const { calendar, maintenance } = gitlabRules();
  const day = (text: string): DateTime<true> => {
    const date = DateTime.fromISO(text, { zone });
    if (!date.isValid) throw new Error(text);
    return date;
  };
  const span = { rules: { ...calendar, zone }, maintenance, from: day(from), until: day(until) };
  return plannedEvents(planCalendar({ ...span, now: day('2026-11-24') }), { at: '2026-11-24T08:00:00Z' });
}

describe.each(PARSERS)('as %s reads it', (_parser, read) => {
  it('a publication has an id of its own, its instant, its state and what it depends on', () => {
    expect(read(iCalendarText([EVENT], FEED))).toEqual([
      {
        uid: 'monthly:19.7.published@gitlab.signalbox',
        at: '2026-12-17T13:00:00.000Z',
        summary: '19.7: published',
        status: 'CONFIRMED',
        sequence: 0,
        notes: 'This date is promised.',
      },
    ]);
  });

  it('two years of GitLab have every milestone once, in order and with the state of its promise', () => {
    const events = planned('UTC', ['2026-12-01', '2028-12-01']);

    const told = read(iCalendarText(events, FEED));

    expect(told.map(({ at }) => at)).toEqual(events.map(({ at }) => new Date(at).toISOString()));
    expect(told.map(({ status }) => status.toLowerCase())).toEqual(events.map(({ status }) => status));
    expect(new Set(told.map(({ uid }) => uid)).size).toBe(events.length);
    expect(events.length).toBeGreaterThan(250);
  });

  it('a release published at one o’clock in Berlin is an hour earlier by UTC once the clock is put forward', () => {
    const told = read(iCalendarText(planned('Europe/Berlin', ['2026-03-01', '2026-05-01']), FEED));

    const monthlies = told.filter(({ uid }) => /^monthly:.*published/.test(uid)).map(({ at }) => at);
    expect(monthlies).toEqual(['2026-03-19T12:00:00.000Z', '2026-04-16T11:00:00.000Z']);
  });

  it.each(['UTC', 'Pacific/Auckland', 'America/St_Johns', 'Asia/Kathmandu'])(
    'each instant is that of the plan in %s, on both sides of both changes of the clock',
    (zone) => {
      const events = planned(zone, ['2026-03-01', '2026-12-01']);

      const told = read(iCalendarText(events, FEED));

      expect(told.map(({ at }) => Date.parse(at))).toEqual(events.map(({ at }) => Date.parse(at)));
    },
  );

  it('one that was cancelled is so', () => {
    const told = read(iCalendarText([{ ...EVENT, status: 'cancelled', sequence: 3 }], FEED));

    expect(told).toMatchObject([{ status: 'CANCELLED', sequence: 3 }]);
  });

  it('a shift is an event from its beginning to its end, known by its id', () => {
    const told = read(iCalendarText([EVENT], FEED, SHIFTS));

    expect(told.slice(0, 2)).toEqual([
      {
        uid: 'shift:1@gitlab.signalbox',
        at: '2026-12-07T08:00:00.000Z',
        until: '2026-12-14T08:00:00.000Z',
        summary: 'On shift for releases: maria, erik',
        status: 'CANCELLED',
        sequence: 1,
        notes: 'Cancelled: Both are ill.',
      },
      expect.objectContaining({ uid: 'monthly:19.7.published@gitlab.signalbox' }),
    ]);
  });

  it('commas, semicolons, backslashes, line feeds and long words of any script come through', () => {
    const notes = [String.raw`a,b;c\d`, 'é'.repeat(80), '🚂'.repeat(60), 'end'];

    expect(read(iCalendarText([{ ...EVENT, notes }], FEED))[0]?.notes).toBe(notes.join('\n'));
  });
});

// node-ical 0.26.1 takes a backslash before an n, rightly written as two, for a line feed.
it('a backslash before an n is no line feed', () => {
  const notes = [String.raw`C:\new`];

  expect(readByMozilla(iCalendarText([{ ...EVENT, notes }], FEED))[0]?.notes).toBe(notes[0]);
});

describe('whatever is written', () => {
  const text = string({
    unit: constantFrom('a', ',', ';', '\\', 'n', '\n', '\r', '\t', '\u0000', 'é', '🚂', ':', '"', ' '),
  });

  it('no line has more than 75 octets, each ends with CR and LF, and unfolded nothing is lost', () => {
    assert(
      property(record({ notes: array(text, { maxLength: 12 }), name: text }), ({ notes, name }) => {
        const lines = iCalendarText([{ ...EVENT, notes }], { ...FEED, name }).split('\r\n');
        expect(lines.filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
        expect(lines.filter((line) => /\p{Cc}|\p{Cs}/u.test(line))).toEqual([]);
        expect(lines.at(-1)).toBe('');
        const [mozilla, node] = PARSERS.map(([, read]) => read(lines.join('\r\n')));
        expect(mozilla?.map(({ uid }) => uid)).toEqual(node?.map(({ uid }) => uid));
        expect(mozilla).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });

  it('a line is filled to the last octet before it is folded', () => {
    const lines = iCalendarText([{ ...EVENT, notes: ['x'.repeat(200)] }], FEED).split('\r\n');

    const at = lines.findIndex((line) => line.startsWith('DESCRIPTION:'));
    expect(lines.slice(at, at + 3).map((line) => line.length)).toEqual([75, 75, 64]);
  });
});

it('an event keeps its text while it passes by', () => {
  const { calendar: rules, maintenance } = gitlabRules();
  const [from, until, later] = ['2028-12-01', '2029-02-01', '2030-01-01'].map((text) =>
    DateTime.fromISO(text, { zone: 'UTC' }),
  );
  if (from?.isValid !== true || until?.isValid !== true || later?.isValid !== true)
    throw new Error('no date');
  const before = planCalendar({ rules, maintenance, from, until, now: from });
  const after = planCalendar({ rules, maintenance, from, until, now: later });

  const status = (milestones: typeof before): readonly string[] =>
    plannedEvents(milestones, { at: '2028-11-01T00:00:00Z' }).map((event) => event.status);

  expect(status(after)).toEqual(status(before));
  expect(status(before)).toContain('confirmed');
});
