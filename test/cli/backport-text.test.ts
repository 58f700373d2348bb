import { backportLines } from '../../cli/backport-text';
import { pathOf } from '../../cli/commands/backport';
import type { BackportStanding } from '../../domain/backport/backport-status';
import { PLAIN } from './plain';

const HOUR_MS = 3_600_000;

function aStanding(told: Partial<BackportStanding>): BackportStanding {
  return {
    minor: '18.6',
    branch: '18-6-stable',
    state: { state: 'owed' },
    sentence: '18.6 is maintained.',
    asked: false,
    owedSince: '2026-09-10T10:00:00Z',
    since: '2026-09-10T10:00:00Z',
    ...told,
  };
}

it('fits every change, what becomes of it, and the figures into 80 columns', () => {
  const lines = backportLines(
    {
      figures: [
        { team: 'source code', owed: 2, made: 11, missed: 0, medianAgeMs: 5 * HOUR_MS },
        { owed: 1, made: 0, missed: 3, medianAgeMs: 72 * HOUR_MS },
        { team: 'runner', owed: 0, made: 1, missed: 0 },
      ],
      changes: [
        {
          project: 'gitlab',
          iid: 1234,
          title: 'Fix long branch names in the search of merge requests by their branches',
          author: 'amara',
          team: 'source code',
          kind: 'bug',
          backports: [
            aStanding({
              state: { state: 'checked', mergeRequest: { iid: 40, url: 'x' } },
              sentence: 'Its pipeline passed and it is approved; a maintainer of 18-6-stable merges it.',
            }),
            aStanding({
              minor: '18.5',
              state: { state: 'conflicted', files: ['a'] },
              sentence: 'It conflicts with 18-5-stable in a.',
              missedAt: '2026-09-10T10:00:00Z',
            }),
            aStanding({
              minor: '18.4',
              state: { state: 'not_needed' },
              sentence: '18-4-stable has it already.',
            }),
          ],
        },
      ],
    },
    PLAIN,
  );

  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toEqual([
    expect.stringMatching(/^gitlab!1234 {2}Fix long branch names in .*… {2}\(source code\)$/),
    '  18.6   checked     Its pipeline passed and it is approved; a maintainer of 18…',
    '  18.5   conflicted  It conflicts with 18-5-stable in a.  (missed)',
    '  18.4   not needed  18-4-stable has it already.',
    '',
    'team           owed    made  missed  median age',
    'source code       2      11       0         5 h',
    'nobody’s          1       0       3         3 d',
    'runner            0       1       0           -',
  ]);
});

it('takes a change by its project and number, and says what is wrong with anything else', () => {
  expect(pathOf('omnibus-gitlab!12')).toBe('omnibus-gitlab/12');
  expect(() => pathOf('12')).toThrow(/names no change/);
});
