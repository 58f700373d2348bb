import { whatIfLines } from '../../cli/what-if-text';
import { PLAIN } from './plain';

it('shows both orders with numbers, burns, builds and who is delayed, in 80 columns', () => {
  const lines = whatIfLines(
    {
      exceptions: [
        {
          system: 'cell-9',
          approvedBy: 'lena',
          reason: 'Its hardware is replaced.',
          until: '2026-12-05T12:00:00.000Z',
        },
      ],
      basis: 'Minutes: the median of 6 versions, from the cut to the verification: 40.0 each.',
      orders: [
        {
          order: ['a critical patch', 'patch:7'],
          numbers: [
            { release: 'a critical patch', number: '18.6.3' },
            { release: 'patch:7', number: '18.6.4' },
          ],
          burns: [
            {
              release: 'patch:7',
              number: '18.6.2',
              replacedBy: '18.6.4',
              reason: 'a critical patch published 18.6.3, which 18.6.2 does not contain.',
            },
          ],
          recompositions: 1,
          rebuildMinutes: 40,
          delayed: [
            { release: 'patch:7', sentence: 'patch:7 cuts 18.6 again as 18.6.4: one build, and no waiting.' },
          ],
        },
        {
          order: ['patch:7'],
          numbers: [{ release: 'patch:7', number: '18.6.2' }],
          burns: [],
          recompositions: 0,
          delayed: [],
        },
      ],
    },
    PLAIN,
  );

  expect(lines).toEqual([
    'a critical patch, then patch:7',
    '  a critical patch: 18.6.3',
    '  patch:7: 18.6.4',
    '  burned: 18.6.2, replaced by 18.6.4. a critical patch published 18.6.3, which',
    '  18.6.2 does not contain.',
    '  composed again: 1, expected minutes of building: 40.0',
    '  patch:7 cuts 18.6 again as 18.6.4: one build, and no waiting.',
    '',
    'patch:7',
    '  patch:7: 18.6.2',
    '  composed again: 0, expected minutes of building: unknown',
    '  nobody is delayed',
    '',
    'cell-9 is not waited for until 2026-12-05 12:00 UTC, by lena: Its hardware is',
    'replaced.',
    'Minutes: the median of 6 versions, from the cut to the verification: 40.0 each.',
    'Nothing was done.',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
