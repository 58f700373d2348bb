import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, integer, property } from 'fast-check';
import { DateTime } from 'luxon';
import { isDayOff } from '../../../domain/calendar/business-days';
import type { CalendarRule, CalendarRules } from '../../../domain/calendar/calendar-rules';
import { planCalendar, type PlannedMilestone } from '../../../domain/calendar/plan-calendar';
import { plannedMonthlies } from '../../../domain/calendar/publish-dates';
import { DATA, gitlabRules } from './calendars';

const { calendar: rules, maintenance } = gitlabRules();

function day(text: string, zone = 'UTC'): DateTime<true> {
  const date = DateTime.fromISO(text, { zone });
  if (!date.isValid) throw new Error(text);
  return date;
}

function plan(from: string, until: string, more: Partial<CalendarRules> = {}): readonly PlannedMilestone[] {
  const now = day('2026-11-24');
  return planCalendar({ rules: { ...rules, ...more }, maintenance, from: day(from), until: day(until), now });
}

/** The newest rule of GitLab, otherwise in something. */
function changed(rule: Partial<CalendarRule>): Pick<CalendarRules, 'rules'> {
  const [oldest, newest] = rules.rules;
  if (oldest === undefined || newest === undefined) throw new Error('GitLab has two rules');
  return { rules: [oldest, { ...newest, ...rule }] };
}

function publications(milestones: readonly PlannedMilestone[]): readonly (readonly [string, string])[] {
  return milestones
    .filter(({ kind, milestone }) => kind === 'monthly' && milestone === 'published')
    .map(({ versions, at }) => [versions[0] ?? '', at.slice(0, 10)]);
}

describe('the calendar of GitLab', () => {
  it('has every publish date that was planned from 15.0 to 17.7, in number and day', () => {
    const rows = readFileSync(join(DATA, 'gitlab-monthly.csv'), 'utf8').trim().split('\n').slice(1);
    const planned = rows.map((row) => [row.split(',')[0], row.split(',')[3]]);

    expect(publications(plan('2022-05-01', '2025-01-01'))).toEqual(planned);
  });

  it.each([
    ['18.0.0', '2025-05-15'],
    ['18.6.0', '2025-11-20'],
    ['18.11.0', '2026-04-16'],
    ['19.0.0', '2026-05-21'],
    ['19.6.0', '2026-11-19'],
    ['20.0.0', '2027-05-20'],
    ['21.7.0', '2028-12-21'],
  ])('publishes %s on %s', (version, date) => {
    expect(publications(plan('2025-01-01', '2029-01-01'))).toContainEqual([version, date]);
  });

  it('tells the milestones of a month in order, each counted from the publication', () => {
    const told = plan('2026-12-01', '2027-01-01').map(({ release, milestone, at, firmness }) =>
      [at, release, milestone, firmness].join(' '),
    );

    expect(told).toEqual([
      '2026-12-07T13:00:00Z patch:2026-12-09 prepared tentative',
      '2026-12-08T13:00:00Z patch:2026-12-09 accepted tentative',
      '2026-12-08T13:00:00Z patch:2026-12-09 tagged tentative',
      '2026-12-09T13:00:00Z patch:2026-12-09 published firm',
      '2026-12-10T13:00:00Z monthly:19.7 announced tentative',
      '2026-12-15T13:00:00Z monthly:19.7 rc_tagged tentative',
      '2026-12-16T13:00:00Z monthly:19.7 final_tagged tentative',
      '2026-12-17T13:00:00Z monthly:19.7 published firm',
      '2026-12-21T13:00:00Z patch:2026-12-23 prepared tentative',
      '2026-12-22T13:00:00Z patch:2026-12-23 accepted tentative',
      '2026-12-22T13:00:00Z patch:2026-12-23 tagged tentative',
      '2026-12-23T13:00:00Z patch:2026-12-23 published tentative',
    ]);
  });

  it('gives a patch the three newest lines of its day, across a major, and no number', () => {
    const patches = plan('2026-05-01', '2026-07-01').filter(
      ({ kind, milestone }) => kind === 'patch' && milestone === 'published',
    );

    expect(patches.map(({ release, minors }) => [release, minors])).toEqual([
      ['patch:2026-05-13', ['18.11', '18.10', '18.9']],
      ['patch:2026-05-27', ['19.0', '18.11', '18.10']],
      ['patch:2026-06-10', ['19.0', '18.11', '18.10']],
      ['patch:2026-06-24', ['19.1', '19.0', '18.11']],
    ]);
    expect(patches.flatMap(({ versions }) => versions)).toEqual([]);
  });

  it('calls past what was to be before now, whatever it was', () => {
    const firmness = plan('2026-11-01', '2026-12-01').map(({ at, firmness: told }) => [
      at < '2026-11-24',
      told === 'past',
    ]);

    expect(firmness).toContainEqual([true, true]);
    expect(firmness.every(([isBefore, isPast]) => isBefore === isPast)).toBe(true);
  });
});

describe('a hard lock over a publish day', () => {
  const december = plan('2028-12-01', '2029-01-31');

  it('moves nothing: the monthly stays firm, and says which lock it is in', () => {
    expect(december).toContainEqual(
      expect.objectContaining({
        release: 'monthly:21.7',
        milestone: 'published',
        at: '2028-12-21T13:00:00Z',
        firmness: 'firm',
        lock: { name: 'End of the year', kind: 'hard' },
      }),
    );
  });

  it('asks for an override a month ahead, of that publication alone', () => {
    const asked = december.filter(({ override }) => override !== undefined);

    expect(asked.map(({ release, milestone, override }) => [release, milestone, override])).toEqual([
      ['monthly:21.7', 'published', { askFrom: '2028-11-21T13:00:00Z' }],
    ]);
  });

  it('asks for none once it is past', () => {
    const later = { rules, maintenance, from: day('2028-12-01'), until: day('2029-01-31') };

    const asked = planCalendar({ ...later, now: day('2029-02-01') }).filter(({ override }) => override);

    expect(asked).toEqual([]);
  });

  it('makes a patch inside it tentative, and no patch outside', () => {
    const patches = december.filter(({ kind, milestone }) => kind === 'patch' && milestone === 'published');

    expect(patches.map(({ release, firmness }) => [release, firmness])).toEqual([
      ['patch:2028-12-13', 'firm'],
      ['patch:2028-12-27', 'tentative'],
      ['patch:2029-01-10', 'firm'],
      ['patch:2029-01-24', 'firm'],
    ]);
  });
});

describe('whatever the rules', () => {
  it('publishes at its time of the day on both sides of a change of the clock', () => {
    const berlin = planCalendar({
      rules: { ...rules, zone: 'Europe/Berlin' },
      maintenance,
      from: day('2026-03-01', 'Europe/Berlin'),
      until: day('2026-05-01', 'Europe/Berlin'),
      now: day('2026-01-01'),
    });

    expect(new Set(berlin.map(({ at }) => at.slice(11)))).toEqual(
      new Set(['13:00:00+01:00', '13:00:00+02:00']),
    );
  });

  it('publishes on the wanted day of the week, once in each month, in any year', () => {
    assert(
      property(integer({ min: 2024, max: 2090 }), (year) => {
        const days = plannedMonthlies(rules, day(`${year}-12-31`))
          .filter(({ publishAt }) => publishAt.year === year)
          .map(({ publishAt }) => publishAt);
        expect(days.map(({ month }) => month)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
        expect(days.every(({ weekday, day: date }) => weekday === 4 && date > 14 && date < 22)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['stay', '2026-12-24'],
    ['before', '2026-12-23'],
    ['after', '2026-12-28'],
  ] as const)('where a publication on a holiday is to %s, it is on %s', (onDayOff, date) => {
    const fourth = changed({ onDayOff, publishOrdinal: 'fourth' });
    const holidays = [
      { name: 'Christmas Eve', day: '12-24' },
      { name: 'Christmas', day: '2026-12-25' },
    ];

    expect(publications(plan('2026-12-01', '2027-01-01', { ...fourth, holidays }))).toEqual([
      ['19.7.0', date],
    ]);
  });

  it('counts the number of a month by that month, though a holiday takes its release into the one before', () => {
    const first = changed({ onDayOff: 'before', publishOrdinal: 'first' });
    const more = {
      ...first,
      holidays: [{ name: 'New Year', day: '01-01' }],
      numbering: { majorMonth: 1, known: [{ month: '2025-10', minor: '2.0' }] },
    };

    expect(publications(plan('2025-12-01', '2026-03-01', more))).toEqual([
      ['2.2.0', '2025-12-04'],
      ['3.0.0', '2025-12-31'],
      ['3.1.0', '2026-02-05'],
    ]);
  });

  it('counts milestones over the weekend and over holidays where offsets are of business days', () => {
    const monday = changed({
      offsetsIn: 'business',
      publishWeekday: 'monday',
      offsets: { announced: '-P1W', rc_tagged: '-P2D', final_tagged: '-P1DT2H' },
      patches: [],
    });
    const holidays = [{ name: 'A bridge', day: '2026-11-13' }];

    const told = plan('2026-11-01', '2026-12-01', { ...monday, holidays });

    expect(told.map(({ milestone, at }) => [milestone, at])).toEqual([
      ['announced', '2026-11-06T13:00:00Z'],
      ['rc_tagged', '2026-11-11T13:00:00Z'],
      ['final_tagged', '2026-11-12T11:00:00Z'],
      ['published', '2026-11-16T13:00:00Z'],
    ]);
  });

  it.each([
    ['months before its publication', changed({ offsets: { announced: '-P90D' }, patches: [] }), 'announced'],
    ['months after its monthly', changed({ patches: ['P100D'], patchOffsets: {} }), 'published'],
    [
      'months before a patch that is months before its monthly',
      changed({ patches: ['-P50D'], patchOffsets: { warned: '-P50D' } }),
      'warned',
    ],
    [
      'many business days before its publication',
      { ...changed({ offsetsIn: 'business', offsets: { announced: '-P20D' } }), workingDays: ['friday'] },
      'announced',
    ],
  ] as const)('has every date that is %s, however little is looked at', (_what, more, milestone) => {
    const days = plan('2026-01-01', '2029-01-01', more)
      .filter((each) => each.milestone === milestone)
      .filter(({ at }) => at.startsWith('2027'))
      .map(({ release, at }) => [release, at.slice(0, 10)] as const);

    expect(days.length).toBeGreaterThanOrEqual(12);
    for (const [release, date] of days) {
      const until = day(date).plus({ days: 1 }).toISODate();
      expect(plan(date, until, more).map((each) => `${each.release}.${each.milestone}`)).toContain(
        `${release}.${milestone}`,
      );
    }
  });

  it.each([
    [
      'two patches that holidays bring to one day',
      { onDayOff: 'after', patches: ['P9D', 'P10D'] },
      {},
      'two releases patch:2026-11-30',
    ],
    ['a calendar in which no minor is known', {}, { numbering: { known: [] } }, 'no minor is known'],
    ['a year of holidays', { onDayOff: 'after' }, { workingDays: [] }, 'no day on which anybody works'],
  ] as const)('refuses %s', (_what, rule, more, words) => {
    expect(() => plan('2026-11-01', '2026-12-01', { ...changed(rule), ...more })).toThrow(words);
  });

  it('has nobody work on a publish day that was moved off a day off', () => {
    const holiday = integer({ min: 0, max: 364 }).map((count) => ({
      name: 'A day off',
      day: day('2026-01-01').plus({ days: count }).toFormat('MM-dd'),
    }));
    assert(
      property(array(holiday, { maxLength: 60 }), constantFrom('before', 'after'), (holidays, onDayOff) => {
        const free = { ...rules, holidays };
        const days = plannedMonthlies({ ...free, ...changed({ onDayOff }) }, day('2027-12-31'));
        expect(days.slice(-24).filter(({ publishAt }) => isDayOff(free, publishAt))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('counts a quarterly product from the first month of its rule', () => {
    const [, newest] = rules.rules;
    if (newest === undefined) throw new Error('GitLab has two rules');
    const quarterly = plan('2026-01-01', '2027-01-01', {
      rules: [{ ...newest, from: '2025-02', everyMonths: 3, publishOrdinal: 'last' }],
      numbering: { majorMonth: 4, known: [{ month: '2025-02', minor: '3.0' }] },
    });

    expect(publications(quarterly)).toEqual([
      ['4.3.0', '2026-02-26'],
      ['5.0.0', '2026-05-28'],
      ['5.1.0', '2026-08-27'],
      ['5.2.0', '2026-11-26'],
    ]);
  });
});
