import { rehearsalTextLines } from '../../cli/rehearsal-text';
import { PLAIN } from './plain';

const AT = '2026-12-01T09:30:00.000Z';
const PASS = {
  verdict: 'pass',
  sentence: 'All 3 objects that it brings are no secret.',
  evidence: [],
} as const;

it('shows each ref old and new, packages, texts, what the gate says and who has signed, in 80 columns', () => {
  const lines = rehearsalTextLines(
    {
      release: 'patch:7',
      digest: 'd'.repeat(64),
      at: AT,
      moved: ['gitaly refs/heads/18-6-stable'],
      signatures: [{ by: { id: 'sam', roles: [] }, reason: 'Looked at every line.', at: AT }],
      rehearsal: {
        versions: ['18.6.2'],
        pushes: [
          {
            project: 'gitaly',
            of: '18.6.2',
            refs: [
              { ref: 'refs/heads/18-6-stable', from: 'a'.repeat(40), to: 'b'.repeat(40) },
              { ref: 'refs/tags/v18.6.2', to: 'c'.repeat(40) },
            ],
            verdict: PASS,
          },
        ],
        systems: [
          {
            verdict: 'pass',
            sentence:
              'The fix in gitaly is on every managed system but cell-9 (excepted by lena until 2026-12-05T12:00:00.000Z).',
            evidence: [],
          },
        ],
        packages: [{ project: 'gitaly', version: '18.6.2', file: 'gitaly.tar.gz', sha256: 'e'.repeat(64) }],
        texts: [
          {
            project: 'gitaly',
            name: 'release page of v18.6.2',
            text: 'gitaly 18.6.2\n- Show the avatar',
            verdict: { verdict: 'fail', sentence: 'It names something that is not public.', evidence: [] },
          },
        ],
      },
    },
    PLAIN,
  );

  expect(lines).toEqual([
    'patch:7: 18.6.2',
    'rehearsed 2026-12-01 09:30 UTC',
    `digest ${'d'.repeat(64)}`,
    'moved: gitaly refs/heads/18-6-stable',
    '',
    'gitaly 18.6.2',
    '  aaaaaaaaaa -> bbbbbbbbbb refs/heads/18-6-stable',
    '  new -> cccccccccc refs/tags/v18.6.2',
    '  may pass: All 3 objects that it brings are no secret.',
    'gitaly 18.6.2 gitaly.tar.gz sha256 eeeeeeeeee',
    'gitaly: release page of v18.6.2',
    '    gitaly 18.6.2',
    '    - Show the avatar',
    '  is stopped: It names something that is not public.',
    'The fix in gitaly is on every managed system but cell-9 (excepted by lena until',
    '2026-12-05T12:00:00.000Z).',
    '',
    'signed by sam, 2026-12-01 09:30 UTC: Looked at every line.',
  ]);
});
