import { embargoDetailLines, embargoLines } from '../../cli/embargo-text';
import type { EmbargoDetail } from '../../domain/embargo/embargo-detail';
import { PLAIN } from './plain';

const AT = '2026-12-01T09:30:00.000Z';

const EMBARGO: EmbargoDetail = {
  id: 'embargo:k3v9x0q2ab',
  title: 'Tokens can be guessed',
  owner: 'olaf',
  severity: 'S1',
  state: 'fixed_on_managed_systems',
  since: AT,
  affects: [
    { line: '18.6', evidence: 'introduced by !123' },
    { line: 'default', evidence: 'the same code' },
  ],
  notBefore: AT,
  audience: [{ who: { role: 'security-engineer' }, as: 'security', until: AT }],
  topics: [{ project: 'gitaly', line: '18.6', branch: 'topic/k3v9x0q2ab/18.6', head: 'a'.repeat(40) }],
  moves: [
    {
      move: 'seal',
      verdict: { verdict: 'fail', sentence: 'It waits until every line has a topic.', evidence: [] },
    },
  ],
  findings: [
    {
      kind: 'exposed',
      project: 'gitaly',
      release: 'patch:7',
      sentence: '1 of its objects is public.',
      evidence: [],
      at: AT,
    },
  ],
  history: [],
};

it('shows every embargo on a line', () => {
  expect(embargoLines([EMBARGO], PLAIN)).toEqual([
    'embargo:k3v9x0q2ab  S1  fixed on managed systems  Tokens can be guessed',
  ]);
});

it('shows where the fix is, what was found and what is missing', () => {
  expect(embargoDetailLines(EMBARGO, PLAIN)).toEqual([
    'embargo:k3v9x0q2ab  S1  fixed on managed systems  Tokens can be guessed',
    '  since 2026-12-01 09:30 UTC, owned by olaf',
    '  not to be disclosed before 2026-12-01 09:30 UTC',
    '  18.6     gitaly  introduced by !123',
    '  default  no topic yet  the same code',
    '  exposed  1 of its objects is public.  2026-12-01 09:30 UTC',
    '  not  It waits until every line has a topic.',
    '  read by security-engineer until 2026-12-01',
  ]);
});
