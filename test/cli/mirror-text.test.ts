import { mirrorLines } from '../../cli/mirror-text';
import type { MirrorStatus, ToldDifference } from '../../domain/mirror/mirror-status';
import { PLAIN } from './plain';

const AT = '2026-12-01T09:30:00.000Z';

function status(told: Partial<MirrorStatus> = {}): MirrorStatus {
  return {
    id: 'mirror:gitaly',
    project: 'gitaly',
    state: 'in_sync',
    since: AT,
    verdict: { verdict: 'pass', sentence: 'All 57 refs are the same on all sides.', evidence: [] },
    refs: 57,
    lookedAt: AT,
    moving: [],
    differing: [],
    more: 0,
    ...told,
  };
}

const DIVERGED: ToldDifference = {
  ref: 'refs/heads/master',
  state: 'diverged',
  objects: { canonical: 'a', security: 'b' },
  moves: [],
  sentence: 'The branch master has commits on security that canonical has not, and lacks others.',
  isClaimed: false,
  since: AT,
  difference: 1,
  task: { issue: 3, url: 'http://127.0.0.1:41001/gitlab-org/security/gitaly/-/issues/3' },
  ways: ['follow'],
};

describe('mirrors on the terminal', () => {
  it('are one line each while all is well', () => {
    expect(mirrorLines([status(), status({ project: 'omnibus-gitlab', refs: 104 })], PLAIN)).toEqual([
      'gitaly          in sync    57 refs  looked at 2026-12-01 09:30 UTC',
      'omnibus-gitlab  in sync   104 refs  looked at 2026-12-01 09:30 UTC',
    ]);
  });

  it('tell of each difference since when, what it is, where it is asked about and what to do', () => {
    expect(mirrorLines([status({ state: 'differs', differing: [DIVERGED], more: 2 })], PLAIN)).toEqual([
      'gitaly  differs    57 refs  looked at 2026-12-01 09:30 UTC',
      '  branch master  diverged since 2026-12-01 09:30 UTC',
      '    The branch master has commits on security that canonical has not, and lacks',
      '    others.',
      '    http://127.0.0.1:41001/gitlab-org/security/gitaly/-/issues/3',
      '    signalbox mirror resolve gitaly refs/heads/master \\',
      '      --way follow --reason "…"',
      '  and 2 more',
    ]);
  });

  it('say why nothing is known', () => {
    const sentence = 'security does not answer: HTTP 502';
    const verdict = { verdict: 'unknown', sentence, evidence: [] } as const;
    const { lookedAt: _never, ...unknown } = status({ state: 'unknown', verdict });

    expect(mirrorLines([unknown], PLAIN)).toEqual([
      'gitaly  unknown    57 refs  never looked at',
      '  security does not answer: HTTP 502',
    ]);
  });

  it('keep to 80 columns whatever they are told', () => {
    const sentence = 'long words '.repeat(40);
    const moving = [{ ...DIVERGED, ref: `refs/heads/${'x'.repeat(90)}`, state: 'behind' as const }];
    const differing = [{ ...DIVERGED, sentence }];

    const lines = mirrorLines([status({ state: 'differs', moving, differing })], PLAIN);

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
