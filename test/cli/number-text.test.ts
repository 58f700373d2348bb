import { numberLines } from '../../cli/number-text';
import { PLAIN } from './plain';

it('shows every number in order, with its release, when and why', () => {
  const lines = numberLines(
    [
      { number: '18.6.1', state: 'published', reason: null },
      {
        number: '18.6.2',
        state: 'burned',
        release: 'patch:7',
        reason: 'What 18.6.2, 18.5.4, 18.4.6 was cut from has moved on: it is cut again.',
        changedAt: '2026-12-01T09:30:00.000Z',
      },
      {
        number: '18.6.3',
        state: 'reserved',
        release: 'patch:7',
        reason: null,
        changedAt: '2026-12-01T09:31:00.000Z',
      },
      {
        number: '18.6.1-internal0',
        state: 'built',
        release: 'internal:x',
        reason: null,
        changedAt: '2026-12-01T09:31:00.000Z',
      },
    ],
    PLAIN,
  );

  expect(lines).toEqual([
    '18.6.1            published           before Signalbox',
    '18.6.2            burned              2026-12-01 09:30 UTC  patch:7',
    '    What 18.6.2, 18.5.4, 18.4.6 was cut from has moved on: it is cut again.',
    '18.6.3            reserved            2026-12-01 09:31 UTC  patch:7',
    '18.6.1-internal0  internal, built     2026-12-01 09:31 UTC  internal:x',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
