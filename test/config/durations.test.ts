import { dayOffset, duration } from '../../config/durations';
import { nearest } from '../../config/nearest';

it.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['30m', 1_800_000],
  ['1d', 86_400_000],
  ['PT30M', 1_800_000],
  ['P1DT12H', 129_600_000],
  ['P1W', 604_800_000],
  ['PT0.5S', 500],
])('reads %s as %d ms', (text, expected) => {
  expect(duration.parse(text)).toBe(expected);
});

it.each(['', '30', 'm', '30 m', '-30m', 'P', 'PT', 'P1M', 'P1Y', 'P1DT', '1h30m', 'pt30m', '∞'])(
  'refuses %j as a duration',
  (text) => {
    expect(duration.safeParse(text).success).toBe(false);
  },
);

it.each([
  ['-P2D', true],
  ['P6D', true],
  ['-P1DT4H', true],
  ['-2d', false],
  ['P', false],
  ['P1M', false],
])('takes %s as days from the publish date: %s', (text, isOffset) => {
  expect(dayOffset.safeParse(text).success).toBe(isOffset);
});

it.each([
  ['nmae', 'name'],
  ['versionfile', 'versionFile'],
  ['stable', undefined],
  ['tag', 'tags'],
])('takes %s for %s', (wanted, meant) => {
  expect(nearest(wanted, ['name', 'versionFile', 'stableBranch', 'tags'])).toBe(meant);
});
