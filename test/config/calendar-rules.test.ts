import { problemsOf, withLines } from './written';

function withCalendar(text: string): string {
  return withLines({ 24: `  lead: Approves.\ncalendar: ${text}` });
}

it.each([
  [
    'the 31st of every month, February too',
    '{ rules: [{ publishDay: 31 }] }',
    'calendar.rules[0].publishDay',
  ],
  ['a calendar without a rule', '{ rules: [] }', 'calendar.rules'],
  [
    'rules out of order',
    '{ rules: [{ from: 2023-11 }, { from: 2022-05, publishDay: 22 }] }',
    'calendar.rules[1].from is 2022-05, not after 2023-11 of the entry before',
  ],
  [
    'two releases with one number',
    "{ numbering: { known: [{ month: 2026-01, minor: '18.8' }, { month: 2026-03, minor: '18.9' }] } }",
    'calendar.numbering.known[1].minor is 18.9, but the calendar counts 18.9 for 2026-02 already',
  ],
  [
    'a minor in a month without a release',
    "{ rules: [{ from: 2026-01, everyMonths: 3 }], numbering: { known: [{ month: 2026-01, minor: '1.0' }, { month: 2026-02, minor: '1.1' }] } }",
    'calendar.numbering.known[1].month is 2026-02, a month in which `calendar.rules` have no release',
  ],
  [
    'a milestone after the one that follows it',
    '{ rules: [{ offsets: { rc_tagged: P0D } }] }',
    'calendar.rules[0].offsets.rc_tagged is P0D, after final_tagged at -P1D',
  ],
  [
    'a milestone after the publication',
    '{ rules: [{ patchOffsets: { tagged: P1D } }] }',
    'calendar.rules[0].patchOffsets.tagged is P1D, after published at P0D',
  ],
  [
    'two patches on one day',
    '{ rules: [{ patches: [P7D, P1W] }] }',
    'calendar.rules[0].patches[1] is P1W, the day of P7D',
  ],
  [
    'a holiday on a day that is in no year',
    "{ holidays: [{ name: Nothing, day: '02-31' }] }",
    'calendar.holidays[0].day',
  ],
  [
    'a holiday on a day that its year does not have',
    "{ holidays: [{ name: Leap, day: '2027-02-29' }] }",
    'calendar.holidays[0].day',
  ],
  ['a week without a working day', '{ workingDays: [] }', 'calendar.workingDays'],
  ['a working day named twice', '{ workingDays: [monday, friday, monday] }', 'calendar.workingDays'],
  [
    'a milestone more than a year before its publication',
    '{ rules: [{ offsets: { announced: -P367D } }] }',
    'calendar.rules[0].offsets.announced is -P367D, more than a year from its publication',
  ],
  [
    'a patch more than a year after its monthly',
    '{ rules: [{ patches: [P53W] }] }',
    'calendar.rules[0].patches[0] is P53W, more than a year from its monthly',
  ],
  [
    'business days that take more than a year',
    '{ workingDays: [monday], rules: [{ offsetsIn: business, patchOffsets: { warned: -P53D } }] }',
    'calendar.rules[0].patchOffsets.warned is -P53D, more than a year from its publication',
  ],
  [
    'business days that come after a week of them',
    '{ rules: [{ offsetsIn: business, offsets: { announced: -P1W, rc_tagged: -P6D } }] }',
    'calendar.rules[0].offsets.announced is -P1W, after rc_tagged at -P6D',
  ],
  [
    'hours before a business day',
    '{ rules: [{ offsetsIn: business, offsets: { final_tagged: -P1DT14H } }] }',
    'calendar.rules[0].offsets.final_tagged is -P1DT14H, whose hours lead from 13:30 to another day',
  ],
  [
    'looks so seldom that nothing is caught up in time',
    '{ starting: { lookEvery: 7h } }',
    'calendar.starting.lookEvery is PT7H, more than half of `catchUp` (PT12H)',
  ],
  [
    'a limit that is over before the first look',
    '{ starting: { catchUp: 30s } }',
    'calendar.starting.lookEvery is PT1M, more than half of `catchUp` (PT30S)',
  ],
  [
    'a calendar that runs faster than the clock, for a GitLab that is no sandbox',
    '{ compressed: { since: 2026-12-01T00:00:00Z, shows: 2027-01-01T00:00:00Z, day: 8s } }',
    'calendar.compressed makes a calendar run faster than the clock, and the GitLab at ',
  ],
  [
    'a compressed calendar that begins at no instant',
    '{ compressed: { since: 2026-12-01, shows: 2027-01-01T00:00:00Z, day: 8s } }',
    'calendar.compressed.since',
  ],
  [
    'moves by itself where nothing looks at the calendar',
    '{ planning: { furthest: 7d } }',
    'calendar.planning is there and `calendar.starting` is not',
  ],
  [
    'a lock on a day that is not in every year',
    '{ locks: [{ name: Leap, kind: hard, from: 02-29T00:00, until: 03-01T00:00 }] }',
    'calendar.locks[0].from',
  ],
])('has one clear error for %s', (_what, calendar, words) => {
  const problems = problemsOf(withCalendar(calendar));

  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(words);
});

it('takes two looks within the time that a release may be late', () => {
  expect(problemsOf(withCalendar('{ starting: { lookEvery: 6h } }'))).toEqual([]);
});

it('lets a number be skipped', () => {
  const skipping =
    "{ numbering: { known: [{ month: 2026-01, minor: '18.8' }, { month: 2026-02, minor: '19.0' }] } }";

  expect(problemsOf(withCalendar(skipping))).toEqual([]);
});

it.each([
  ['a week of business days behind six of them', '{ announced: -P6D, rc_tagged: -P1W }'],
  ['hours that stay within a business day', '{ final_tagged: -P1DT13H30M }'],
])('takes %s', (_what, offsets) => {
  expect(problemsOf(withCalendar(`{ rules: [{ offsetsIn: business, offsets: ${offsets} }] }`))).toEqual([]);
});
