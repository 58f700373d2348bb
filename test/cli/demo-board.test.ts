import { renderBoard } from '../../cli/demo/board';
import type { ReleaseStatus } from '../../domain/release/release';
import { PLAIN } from './plain';

function monthly(over: Partial<ReleaseStatus> = {}): ReleaseStatus {
  return {
    id: 'monthly:18.7',
    kind: 'monthly',
    title: 'GitLab 18.7',
    state: 'rc_tagged',
    since: '2026-11-23T10:00:00Z',
    reached: [{ milestone: 'opened', at: '2026-11-23T09:59:00Z' }],
    blockers: [],
    approvals: [],
    versions: [{ version: '18.7.0-rc42', workflowId: 'version:x', reached: 'tagged' }],
    ...over,
  };
}

describe('the board of the demo', () => {
  it('says of each release its state, how far it is and what comes next', () => {
    const next = { milestone: 'closed', sentence: 'The stable branch is cut.' } as const;

    const lines = renderBoard({ releases: [monthly({ next })], elapsedSeconds: 75, paint: PLAIN });

    expect(lines.join('\n')).toContain('1:15');
    expect(lines.join('\n')).toContain('GitLab 18.7  rc tagged');
    expect(lines.join('\n')).toContain('● ○ ○ ○ ○ ○ ○ ○ ○ ○  1 of 10');
    expect(lines.join('\n')).toContain('next: The stable branch is cut.');
  });

  it('puts a blocker before everything else', () => {
    const verdict = { verdict: 'fail', sentence: 'The pipeline failed.', evidence: [] } as const;
    const blockers = [{ step: '18.7.0 gitaly pipeline', verdict, since: '2026-11-23T10:00:00Z' }];

    const lines = renderBoard({ releases: [monthly({ blockers })], elapsedSeconds: 0, paint: PLAIN });

    expect(lines.at(-1)).toBe('  18.7.0 gitaly pipeline: The pipeline failed.');
  });

  it('tells whole which command is waited for, on as many lines as it takes', () => {
    const command = '`signalbox release approve monthly:18.7 --before published --reason "…"`';
    const sentence = `1 approval of published is missing: ${command}`;
    const waitingFor = { who: 'release-manager', sentence };

    const lines = renderBoard({ releases: [monthly({ waitingFor })], elapsedSeconds: 0, paint: PLAIN });

    expect(
      lines
        .slice(-2)
        .map((line) => line.trim())
        .join(' '),
    ).toBe(`waits for release-manager: ${sentence}`);
  });

  it('keeps to 80 columns whatever it is told', () => {
    const waitingFor = { who: 'release-manager', sentence: 'long '.repeat(60) };

    const lines = renderBoard({ releases: [monthly({ waitingFor })], elapsedSeconds: 4000, paint: PLAIN });

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
