import { fixBoardLines, fixLines } from '../../cli/fix-text';
import type { BoardedFix } from '../../domain/fix/fix-board';
import { PLAIN } from './plain';

const CONFLICT = {
  verdict: 'fail',
  sentence:
    'patch:7 left it out: It does not merge into 18-5-stable of gitaly; merge the branch into its topic.',
  whoActs: 'ada',
  evidence: [],
} as const;

const SECRET: BoardedFix = {
  id: 'embargo:k3v9x0q2ab',
  kind: 'security',
  title: 'Tokens can be guessed by whoever measures long enough how long an answer takes',
  owner: 'ada',
  severity: 'S1',
  cells: [
    {
      project: 'gitaly',
      minor: '18.6',
      state: 'boarded',
      release: 'patch:7',
      version: '18.6.2',
      verdict: { verdict: 'wait', sentence: 'patch:7 has it in 18.6.2.', evidence: [] },
    },
    { project: 'gitaly', minor: '18.5', state: 'conflict', verdict: CONFLICT },
    { project: 'omnibus-gitlab', minor: '18.6', state: 'waits_for_approval', verdict: CONFLICT },
    {
      project: 'omnibus-gitlab',
      minor: '18.5',
      state: 'waits',
      verdict: {
        verdict: 'wait',
        sentence: 'It may not be disclosed yet.',
        lookAgainAt: '2026-12-01T12:00:00.000Z',
        evidence: [],
      },
    },
  ],
};

it('shows the board: a row for each project, a column for each minor, then who has to act', () => {
  expect(fixBoardLines([SECRET], PLAIN)).toEqual([
    'embargo:k3v9x0q2ab  S1  Tokens can be guessed by whoever measures long enough h…',
    '  gitaly          18.6 boarded        18.5 conflict',
    '  omnibus-gitlab  18.6 wants approval 18.5 waits',
    '    patch:7 left it out: It does not merge into 18-5-stable of gitaly; merge the',
    '    branch into its topic.',
    '    ada acts',
  ]);
});

it('names below a fix the systems that its disclosure does not wait for, until when and by whom', () => {
  const exceptions = [
    {
      system: 'cell-9',
      approvedBy: 'lena',
      reason: 'Its hardware is replaced, and the tenant was told so.',
      until: '2026-12-05T12:00:00.000Z',
    },
  ];
  const named = [
    '  cell-9 is not waited for until 2026-12-05 12:00 UTC, by lena: Its hardware is',
    '  replaced, and the tenant was told so.',
  ];

  expect(fixBoardLines([{ ...SECRET, exceptions }], PLAIN).slice(1, 3)).toEqual(named);
  expect(fixLines([{ ...SECRET, exceptions }], PLAIN).slice(1, 3)).toEqual(named);
});

it('shows every cell with its sentence, who acts and until when', () => {
  const lines = fixLines([SECRET], PLAIN);

  expect(lines.slice(1, 3)).toEqual(['  18.6  gitaly          boarded', '    patch:7 has it in 18.6.2.']);
  expect(lines.slice(-3)).toEqual([
    '  18.5  omnibus-gitlab  waits',
    '    It may not be disclosed yet.',
    '    until 2026-12-01 12:00 UTC',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
