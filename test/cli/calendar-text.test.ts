import { startsText } from '../../cli/calendar-starts-text';
import { NOTHING_SEEN } from '../../domain/calendar/keeper-status';
import { differenceText, planText, revisedText } from '../../cli/calendar-text';
import type { PlannedMilestone } from '../../domain/calendar/plan-calendar';
import { PLAIN } from './plain';

const PATCH: PlannedMilestone = {
  release: 'patch:2028-12-27',
  kind: 'patch',
  versions: [],
  minors: ['21.7', '21.6', '21.5'],
  milestone: 'published',
  at: '2028-12-27T13:00:00Z',
  firmness: 'tentative',
  lock: { name: 'End of the year', kind: 'hard' },
};

it('tells a milestone in a line of less than 80 columns, and the lock it falls into below', () => {
  const lines = planText([PATCH], { paint: PLAIN });

  expect(lines[0]?.length).toBeLessThan(80);
  expect(lines).toEqual([
    'Wed 2028-12-27 13:00 UTC patch:2028-12-27 published    tentative 21.7 21.6 21.5',
    '',
    'patch:2028-12-27 is published on 2028-12-27, within End of the year (hard). It may move.',
  ]);
});

it('says from when on an override is asked for', () => {
  const monthly: PlannedMilestone = {
    ...PATCH,
    release: 'monthly:21.7',
    kind: 'monthly',
    at: '2028-12-21T13:00:00Z',
    firmness: 'firm',
    override: { askFrom: '2028-11-21T13:00:00Z' },
  };

  expect(planText([monthly], { paint: PLAIN }).at(-1)).toBe(
    'monthly:21.7 is published on 2028-12-21, within End of the year (hard). It stays: an override is asked for from 2028-11-21 on.',
  );
});

it('says so when nothing is planned', () => {
  expect(planText([], { paint: PLAIN })).toEqual(['Nothing is planned between these days.']);
});

describe('a published date that the rules have otherwise', () => {
  const departure = {
    release: 'patch:2026-11-25',
    milestone: 'published',
    published: '2026-11-25T13:00:00Z',
  } as const;

  it('is told with what moves it where they have another day', () => {
    const departures = [{ ...departure, planned: '2026-11-26T13:00:00+01:00' }];

    expect(revisedText({ breaks: [], departures }).at(-1)).toBe(
      'patch:2026-11-25 published is in the calendar for Wed 2026-11-25 14:00 UTC+1, the rules have Thu 2026-11-26 13:00 UTC+1. It stays: `calendar move` moves it.',
    );
  });

  it.each([
    ['2026-11-25T13:30:00Z', 'Wed 2026-11-25 13:00 UTC', 'Wed 2026-11-25 13:30 UTC'],
    // The day is that of the zone in which days are counted.
    ['2026-11-26T00:30:00+14:00', 'Thu 2026-11-26 03:00 UTC+14', 'Thu 2026-11-26 00:30 UTC+14'],
  ])('is told by its time alone where they have another time of the day: %s', (planned, here, there) => {
    expect(revisedText({ breaks: [], departures: [{ ...departure, planned }] }).at(-1)).toBe(
      `patch:2026-11-25 published is in the calendar for ${here}, the rules have ${there}. It stays.`,
    );
  });
});

it('tells of a release of the plan that stays out of the calendar why it does', () => {
  const departure = {
    release: 'monthly:19.7',
    milestone: 'published',
    planned: '2026-12-17T13:00:00Z',
    because: 'it was cancelled on 2026-11-24: It is snowing',
  } as const;

  expect(revisedText({ breaks: [], departures: [departure] })).toEqual([
    'Nothing to publish: every release of the plan is in the calendar, or stays out of it.',
    'monthly:19.7 stays out, which the rules have for Thu 2026-12-17 13:00 UTC: it was cancelled on 2026-11-24: It is snowing.',
  ]);
});

it('tells how far a tag was from its plan', () => {
  const late = { version: '16.0.0', planned: '2023-05-21', real: '2023-05-22', days: 1 };

  expect(differenceText([late], { of: 3 })).toEqual([
    '16.0.0    planned 2023-05-21, tagged 2023-05-22: 1 day later',
    '1 of 3 final tags were made on another day than planned.',
  ]);
});

describe('what starts by itself', () => {
  const next = [{ release: 'monthly:18.7', milestone: 'announced', at: '2026-12-10T13:00:00Z' }] as const;
  const known = { lookedAt: '2026-12-01T12:01:00Z', next, notices: [], over: [] };

  it('is told as of the last look', () => {
    expect(startsText(known)).toEqual([
      'By itself next, as of 2026-12-01T12:01:00Z:',
      '  2026-12-10T13:00:00Z monthly:18.7 announced',
    ]);
  });

  it('is not told as known where the last look has failed: it says since when', () => {
    expect(startsText({ ...known, unknown: 'The records do not answer.' })[0]).toBe(
      'Unknown since 2026-12-01T12:01:00Z: The records do not answer.',
    );
  });

  it('is unknown without an instant where it never was known', () => {
    expect(startsText({ ...NOTHING_SEEN, unknown: 'The keeper does not answer.' })).toEqual([
      'The keeper does not answer.',
    ]);
  });
});
