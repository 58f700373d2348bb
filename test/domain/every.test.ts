import { every } from '../../domain/every';

it.each([
  [300_000, 'every 5 minutes'],
  [60_000, 'every minute'],
  [90_000, 'every 90 seconds'],
  [3_600_000, 'every hour'],
  [172_800_000, 'every 2 days'],
  [50, 'every 50 milliseconds'],
  [1.5, 'every 1.5 milliseconds'],
])('%d ms is said as %s', (ms, text) => {
  expect(every(ms)).toBe(text);
});
