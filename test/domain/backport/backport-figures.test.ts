import { backportFigures, type CountedBackport } from '../../../domain/backport/backport-figures';

const HOUR_MS = 3_600_000;
const AT = '2026-09-10T12:00:00Z';

function aBackport(told: Partial<CountedBackport>): CountedBackport {
  return { team: 'gitaly', state: 'owed', owedSince: '2026-09-10T10:00:00Z', ...told };
}

it('counts for each team what it owes, made and missed, and how old what it owes is', () => {
  const figures = backportFigures(
    [
      aBackport({ owedSince: '2026-09-10T11:00:00Z' }),
      aBackport({ state: 'checked', owedSince: '2026-09-10T09:00:00Z' }),
      aBackport({ state: 'conflicted', owedSince: '2026-09-10T06:00:00Z' }),
      aBackport({ state: 'merged' }),
      aBackport({ state: 'merged', missedAt: '2026-09-10T11:00:00Z' }),
      aBackport({ state: 'conflicted', missedAt: '2026-09-10T11:00:00Z', owedSince: '2026-01-01T00:00:00Z' }),
      aBackport({ state: 'declined' }),
      aBackport({ state: 'not_needed' }),
      aBackport({ team: 'code review' }),
    ],
    { at: AT },
  );

  expect(figures).toEqual([
    { team: 'code review', owed: 1, made: 0, missed: 0, medianAgeMs: 2 * HOUR_MS },
    { team: 'gitaly', owed: 3, made: 2, missed: 1, medianAgeMs: 3 * HOUR_MS },
  ]);
});

it('puts what is nobody’s last, and takes the middle of two ages', () => {
  const { team: _none, ...nobodys } = aBackport({});

  const figures = backportFigures(
    [nobodys, { ...nobodys, owedSince: '2026-09-10T08:00:00Z' }, aBackport({ state: 'merged' })],
    { at: AT },
  );

  expect(figures).toEqual([
    { team: 'gitaly', owed: 0, made: 1, missed: 0 },
    { owed: 2, made: 0, missed: 0, medianAgeMs: 3 * HOUR_MS },
  ]);
  expect(backportFigures([], { at: AT })).toEqual([]);
});
