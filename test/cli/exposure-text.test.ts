import { exposureLines } from '../../cli/exposure-text';
import { PLAIN } from './plain';

const AT = '2026-12-01T09:30:00.000Z';

it('shows the clock of each place in 80 columns, and since when it is unknown', () => {
  const lines = exposureLines(
    [
      {
        id: 'embargo:k3v9x0q2ab',
        title: 'Tokens can be guessed',
        severity: 'S1',
        publicSince: AT,
        places: [
          { place: 'gprd', fixedButSecretHours: 51.25, publicButUnfixedHours: 0, fixedSince: AT },
          {
            place: 'cell-9',
            fixedButSecretHours: 0,
            publicButUnfixedHours: 1.5,
            exception: {
              system: 'cell-9',
              approvedBy: 'lena',
              reason: 'Its hardware is replaced.',
              until: '2026-12-05T12:00:00.000Z',
            },
          },
          { place: 'packages', fixedButSecretHours: 0, publicButUnfixedHours: 1.5 },
          { place: 'managed systems', fixedButSecretHours: 0, publicButUnfixedHours: 0, unknownSince: AT },
        ],
      },
    ],
    PLAIN,
  );

  expect(lines).toEqual([
    'embargo:k3v9x0q2ab  S1  Tokens can be guessed',
    '  public since 2026-12-01 09:30 UTC',
    '  place                       secret    open  hours',
    '  gprd                          51.3     0.0  fixed since 2026-12-01 09:30 UTC',
    '  cell-9                         0.0     1.5  not fixed',
    '    cell-9 is not waited for until 2026-12-05 12:00 UTC, by lena: Its hardware',
    '    is replaced.',
    '  packages                       0.0     1.5  not fixed',
    '  managed systems                0.0     0.0  unknown since 2026-12-01 09:30 UTC',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
