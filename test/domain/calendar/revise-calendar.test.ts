import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { DateTime } from 'luxon';
import { sync } from 'node-ical';
import { iCalendarText } from '../../../domain/calendar/icalendar';
import { planCalendar } from '../../../domain/calendar/plan-calendar';
import {
  publishedEvents,
  type CalendarRevision,
  type RevisionKind,
} from '../../../domain/calendar/published-calendar';
import { publishing } from '../../../domain/calendar/publish-plan';
import { cancelling, moving, type Revising, type WantedMove } from '../../../domain/calendar/revise-calendar';
import { gitlabRules } from './calendars';

const { calendar: rules, maintenance } = gitlabRules();
const MARIA = { id: 'maria', roles: ['release-manager'] };
const NOW = instant('2026-11-24T08:00:00Z');

function instant(text: string): DateTime<true> {
  const date = DateTime.fromISO(text, { zone: 'UTC' });
  if (!date.isValid) throw new Error(text);
  return date;
}

function plan(until: string, more: Partial<typeof rules> = {}) {
  const by = { rules: { ...rules, ...more }, maintenance };
  return planCalendar({ ...by, from: NOW, until: instant(until), now: NOW });
}

/** The calendar of three months, as it was published. */
const PUBLISHED = revised(
  [],
  'publish',
  publishing({ events: [], rules, now: NOW }, plan('2027-03-01')).entries,
);

function revised(
  before: readonly CalendarRevision[],
  kind: RevisionKind,
  entries: CalendarRevision['entries'],
): readonly CalendarRevision[] {
  const number = before.length + 1;
  return [
    ...before,
    {
      number,
      kind,
      entries,
      by: MARIA,
      reason: 'It is snowing.',
      madeAt: `2026-11-24T08:0${number % 10}:00.000Z`,
    },
  ];
}

function publish(before: readonly CalendarRevision[], until: string): readonly CalendarRevision[] {
  return revised(before, 'publish', publishing(at(before), plan(until)).entries);
}

function at(revisions: readonly CalendarRevision[], now = NOW) {
  return { events: publishedEvents(revisions), rules, now };
}

function move(wanted: Partial<WantedMove>, now = NOW): Revising {
  return moving(at(PUBLISHED, now), {
    release: 'monthly:19.7',
    milestone: 'published',
    day: '2026-12-18',
    ...wanted,
  });
}

function done(revising: Revising): Exclude<Revising, { readonly refused: unknown }> {
  if ('refused' in revising) throw new Error(revising.refused.what);
  return revising;
}

/** What somebody's calendar shows who took in the one file after the other. */
function imported(
  ...texts: readonly string[]
): Readonly<Record<string, readonly [string, string | undefined]>> {
  const shown = new Map<
    string,
    { readonly sequence: number; readonly at: string; readonly status: string | undefined }
  >();
  for (const text of texts)
    for (const part of Object.values(sync.parseICS(text))) {
      if (part?.type !== 'VEVENT') continue;
      const sequence = Number(part.sequence);
      if (sequence < (shown.get(part.uid)?.sequence ?? 0)) continue;
      shown.set(part.uid, { sequence, at: new Date(part.start).toISOString(), status: part.status });
    }
  return Object.fromEntries([...shown].map(([uid, { at: when, status }]) => [uid, [when, status] as const]));
}

function milestonesOf(revisions: readonly CalendarRevision[], release: string): readonly string[] {
  const own = publishedEvents(revisions).filter((event) => event.release === release);
  return own.map(({ milestone }) => milestone);
}

function feed(revisions: readonly CalendarRevision[]): string {
  return iCalendarText(publishedEvents(revisions), { name: 'Releases', host: 'gitlab.signalbox' });
}

describe('a move of a publication', () => {
  it('takes along what is to come before it, at the same time of the day', () => {
    const { entries } = done(move({}));

    expect(entries.map(({ milestone, at: when, status }) => [milestone, when, status])).toEqual([
      ['announced', '2026-12-11T13:00:00Z', 'tentative'],
      ['rc_tagged', '2026-12-16T13:00:00Z', 'tentative'],
      ['final_tagged', '2026-12-17T13:00:00Z', 'tentative'],
      ['published', '2026-12-18T13:00:00Z', 'confirmed'],
    ]);
  });

  it('of a monthly says for which patches its line is recorded that come before it then', () => {
    expect(done(move({ day: '2027-01-06' })).breaks).toContain(
      'The calendar still has 19.7 among the lines of patch:2026-12-23, before it is out.',
    );
    expect(
      done(move({ day: '2026-12-08', milestone: 'published' }, instant('2026-11-24T08:00:00Z'))).breaks,
    ).toContain('The calendar does not have 19.7 among the lines of patch:2026-12-09, after it is out.');
    expect(done(cancelling(at(PUBLISHED), 'monthly:19.8')).breaks).toContain(
      'The calendar still has 19.8 among the lines of patch:2027-01-27, patch:2027-02-10, patch:2027-02-24, and it does not come.',
    );
  });

  it('leaves behind what has been', () => {
    const { entries } = done(move({}, instant('2026-12-15T14:00:00Z')));

    expect(entries.map(({ milestone }) => milestone)).toEqual(['final_tagged', 'published']);
  });

  it('says which promise it breaks, and on which day nobody works', () => {
    expect(done(move({ day: '2026-12-19' })).breaks).toEqual([
      'published on 2026-12-17 was promised.',
      'announced on 2026-12-12 falls on a day on which nobody works.',
      'published on 2026-12-19 falls on a day on which nobody works.',
    ]);
  });

  it('into a hard lock says so, and the monthly asks for an override', () => {
    const { entries, breaks } = done(move({ day: '2026-12-22' }));

    expect(breaks).toContain('published on 2026-12-22 falls into End of the year, a hard lock.');
    expect(entries.at(-1)).toMatchObject({
      status: 'confirmed',
      notes: expect.arrayContaining(['An override is asked for from 2026-11-22 on.']),
    });
  });

  it('of a patch into a hard lock takes its promise away', () => {
    const { entries } = done(move({ release: 'patch:2026-12-09', day: '2026-12-22' }));

    expect(entries.at(-1)).toMatchObject({ milestone: 'published', status: 'tentative' });
  });

  it.each([
    ['a release that was never published', { release: 'monthly:30.1' }, 'has no such date'],
    ['a milestone without a date', { milestone: 'opened' }, 'has no such date'],
    ['the 31st of February', { day: '2027-02-31' }, 'is no day'],
    ['an instant', { day: '2026-12-18T12:00:00Z' }, 'is no day'],
    ['the day it is on', { day: '2026-12-17' }, 'it is on 2026-12-17 already'],
    ['a day that is past', { day: '2026-11-20' }, 'would be in the past'],
    [
      'a day so near that what comes before it would be past',
      { day: '2026-11-25' },
      'announced would be in the past',
    ],
    [
      'a tag behind its publication',
      { milestone: 'final_tagged', day: '2026-12-18' },
      'its milestone final_tagged would come after published',
    ],
    ['a monthly behind the next one', { day: '2027-01-22' }, 'monthly:19.8 is published 2027-01-21'],
    [
      'a patch onto the day of another',
      { release: 'patch:2026-12-09', day: '2026-12-23' },
      'patch:2026-12-23 is published',
    ],
  ] as const)('is refused for %s', (_what, wanted, words) => {
    expect(move(wanted)).toMatchObject({ refused: { what: expect.stringContaining(words) } });
  });

  it('is refused once the release is out', () => {
    expect(move({ day: '2027-01-05' }, instant('2026-12-20T00:00:00Z'))).toMatchObject({
      refused: { what: 'it is past' },
    });
  });
});

describe('a calendar taken in twice', () => {
  it('with a move between has each event once, the moved ones at their new time', () => {
    const moved = revised(PUBLISHED, 'move', done(move({})).entries);

    const shown = imported(feed(PUBLISHED), feed(moved));

    expect(shown['monthly:19.7.published@gitlab.signalbox']).toEqual([
      '2026-12-18T13:00:00.000Z',
      'CONFIRMED',
    ]);
    expect(Object.keys(shown)).toHaveLength(publishedEvents(PUBLISHED).length);
    expect(imported(feed(moved), feed(PUBLISHED))).toEqual(shown);
  });

  it('with a cancellation between shows it as cancelled, with its reason', () => {
    const { entries, breaks } = done(cancelling(at(PUBLISHED), 'monthly:19.7'));
    const cancelled = revised(PUBLISHED, 'cancel', entries);

    const shown = imported(feed(PUBLISHED), feed(cancelled));

    expect(shown['monthly:19.7.published@gitlab.signalbox']).toEqual([
      '2026-12-17T13:00:00.000Z',
      'CANCELLED',
    ]);
    expect(breaks).toEqual([
      'published on 2026-12-17 was promised.',
      expect.stringMatching(/^The calendar still has 19\.7 among the lines of patch:2026-12-23, /),
    ]);
    const events = publishedEvents(cancelled).filter(({ status }) => status === 'cancelled');
    expect(events.map(({ notes }) => notes)).toEqual(events.map(() => ['Cancelled: It is snowing.']));
    expect(feed(cancelled).match(/DESCRIPTION:.*Cancelled/g)).toHaveLength(events.length);
  });

  it('of a cancelled release it is told when and why, whatever is asked of it', () => {
    const { entries } = done(cancelling(at(PUBLISHED), 'monthly:19.7'));
    const cancelled = at(revised(PUBLISHED, 'cancel', entries));
    const what = 'it was cancelled on 2026-11-24: It is snowing';
    const wanted = { release: 'monthly:19.7', milestone: 'published', day: '2026-12-18' } as const;

    expect(cancelling(cancelled, 'monthly:19.7')).toMatchObject({ refused: { what } });
    expect(moving(cancelled, wanted)).toMatchObject({ refused: { what } });
    expect(publishing(cancelled, plan('2027-03-01'))).toEqual({
      entries: [],
      departures: [
        {
          release: 'monthly:19.7',
          milestone: 'published',
          planned: '2026-12-17T13:00:00Z',
          because: what,
        },
      ],
    });
  });

  it('whatever was moved in between has each event once, where the record has it', () => {
    const step = record({
      release: constantFrom('monthly:19.7', 'monthly:19.8', 'patch:2026-12-09', 'patch:2027-01-13'),
      days: integer({ min: 1, max: 70 }),
    });
    assert(
      property(array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        let revisions = PUBLISHED;
        const feeds = [feed(revisions)];
        for (const { release, days } of steps) {
          const day = NOW.plus({ days }).toISODate();
          const revising = moving(at(revisions), { release, milestone: 'published', day });
          if ('refused' in revising) continue;
          revisions = revised(revisions, 'move', revising.entries);
          feeds.push(feed(revisions));
        }
        expect(imported(...feeds)).toEqual(imported(feed(revisions)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('publishing', () => {
  it('again adds the releases that are new and moves none', () => {
    const { entries, departures } = publishing(at(PUBLISHED), plan('2027-04-01'));

    expect(new Set(entries.map(({ release }) => release))).toEqual(
      new Set(['monthly:19.10', 'patch:2027-03-10', 'patch:2027-03-24']),
    );
    expect(departures).toEqual([]);
  });

  it('takes a release whole, or not yet: one that is announced before a day and published after it comes with the next ones', () => {
    const first = publish([], '2026-12-12');
    const both = publish(first, '2027-02-01');

    expect(milestonesOf(first, 'monthly:19.7')).toEqual([]);
    expect(milestonesOf(both, 'monthly:19.7')).toEqual([
      'announced',
      'rc_tagged',
      'final_tagged',
      'published',
    ]);
  });

  it('tells of dates that the rules have come to plan for another instant, and leaves them', () => {
    const { entries, departures } = publishing(at(PUBLISHED), plan('2027-03-01', { zone: 'Europe/Berlin' }));

    expect(entries).toEqual([]);
    expect(departures).toContainEqual({
      release: 'monthly:19.7',
      milestone: 'published',
      published: '2026-12-17T13:00:00Z',
      planned: '2026-12-17T13:00:00+01:00',
    });
  });

  it('keeps a patch out that the rules have come to plan for another day, while the one that was published stands', () => {
    const { entries, departures } = publishing(at(PUBLISHED), plan('2027-03-01', patchesOn(['-P7D', 'P6D'])));

    expect(entries).toEqual([]);
    expect(departures.map(({ release, because }) => [release, because])).toEqual([
      ['patch:2026-12-10', 'patch:2026-12-09 is published 2026-12-09, which the rules do not have any more'],
      ['patch:2027-01-14', 'patch:2027-01-13 is published 2027-01-13, which the rules do not have any more'],
      ['patch:2027-02-11', 'patch:2027-02-10 is published 2027-02-10, which the rules do not have any more'],
    ]);
  });

  it('takes what is new where the rules have come to plan fewer patches', () => {
    const fewer = plan('2027-04-01', patchesOn(['P6D']));

    const { entries } = publishing(at(PUBLISHED), fewer);

    expect(new Set(entries.map(({ release }) => release))).toEqual(
      new Set(['monthly:19.10', 'patch:2027-03-24']),
    );
  });

  it('takes a patch that the rules have in addition', () => {
    const more = plan('2027-01-01', patchesOn(['-P8D', '-P1D', 'P6D']));

    const { entries, departures } = publishing(at(PUBLISHED), more);

    expect([...new Set(entries.map(({ release }) => release))]).toEqual(['patch:2026-12-16']);
    expect(departures).toEqual([]);
  });

  it.each([
    [
      'a patch on the day of one that was moved there',
      { release: 'patch:2027-02-24', day: '2027-03-10' },
      'patch:2027-03-10',
      'patch:2027-02-24 is published 2027-03-10',
    ],
    [
      'a minor ahead of the one before it',
      { release: 'monthly:19.9', day: '2027-03-19' },
      'monthly:19.10',
      'monthly:19.9 is published 2027-03-19',
    ],
  ])('keeps out %s', (_what, wanted, release, because) => {
    const moved = revised(PUBLISHED, 'move', done(move(wanted)).entries);

    const { entries, departures } = publishing(at(moved), plan('2027-04-01'));

    expect(entries.filter((entry) => entry.release === release)).toEqual([]);
    expect(departures).toContainEqual(expect.objectContaining({ release, because }));
  });
});

/** The newest rule of GitLab with patches on other days. */
function patchesOn(patches: readonly string[]): Pick<typeof rules, 'rules'> {
  const [oldest, newest] = rules.rules;
  if (oldest === undefined || newest === undefined) throw new Error('GitLab has two rules');
  return { rules: [oldest, { ...newest, patches: [...patches] }] };
}
