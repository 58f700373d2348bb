import { assert, date, property } from 'fast-check';
import { calendarTime, engineTimeOf, onEngineTime } from '../../../domain/calendar/compressed-time';

const COMPRESSED = { since: '2026-12-01T10:00:00Z', shows: '2027-01-01T00:00:00Z', dayMs: 8_000 };

it.each([
  ['when it begins', '2026-12-01T10:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['8 seconds later', '2026-12-01T10:00:08Z', '2027-01-02T00:00:00.000Z'],
  ['4 minutes and 8 seconds later', '2026-12-01T10:04:08Z', '2027-02-01T00:00:00.000Z'],
  ['an hour before', '2026-12-01T09:00:00Z', '2026-12-31T23:00:00.000Z'],
])('shows %s what it says', (_when, engine, shown) => {
  const calendar = calendarTime(Date.parse(engine), COMPRESSED);

  expect(calendar.toUTC().toISO()).toBe(shown);
  expect(engineTimeOf(shown, COMPRESSED)).toBe(Date.parse(engine));
});

it('is the time of the clock where nothing is compressed', () => {
  const at = '2026-12-01T10:00:08.000Z';
  const events = [{ at }];

  expect(calendarTime(Date.parse(at), undefined).toUTC().toISO()).toBe(at);
  expect(engineTimeOf(at, undefined)).toBe(Date.parse(at));
  expect(onEngineTime(events, undefined)).toBe(events);
});

it('keeps the order of instants, and leads back to each', () => {
  const instants = date({
    min: new Date('2026-06-01'),
    max: new Date('2029-01-01'),
    noInvalidDate: true,
  });
  assert(
    property(instants, instants, (one, other) => {
      const [first, second] = [one, other].map((instant) => calendarTime(instant.getTime(), COMPRESSED));
      expect(Math.sign(Number(first) - Number(second))).toBe(Math.sign(Number(one) - Number(other)));
      expect(Math.abs(engineTimeOf(first?.toISO() ?? '', COMPRESSED) - one.getTime())).toBeLessThanOrEqual(1);
    }),
  );
});

it('dates events by the clock, and leaves the rest of them', () => {
  const events = [{ at: '2027-01-15T13:00:00+00:00', name: 'monthly:19.8.published' }];

  expect(onEngineTime(events, COMPRESSED)).toEqual([
    { at: '2026-12-01T10:01:56.333Z', name: 'monthly:19.8.published' },
  ]);
});
