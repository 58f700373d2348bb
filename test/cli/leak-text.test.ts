import { leakLines } from '../../cli/leak-text';
import type { LeakReport } from '../../domain/embargo/leak-report';
import { PLAIN } from './plain';

const OBJECTS = Array.from({ length: 7 }, (_, at) => `${at}`.repeat(40));

function report(told: Partial<LeakReport> = {}): LeakReport {
  return {
    exposed: [{ project: 'gitaly', repository: 'acme/gitaly', objects: OBJECTS, refs: ['refs/heads/oops'] }],
    closed: ['The push mirror is switched off.'],
    open: ['refs/heads/oops of acme/gitaly holds it.'],
    critical: {
      verdict: { verdict: 'pass', sentence: 'It is ready.', evidence: [] },
      command: 'signalbox release start patch 18.6 --type critical',
    },
    ...told,
  };
}

it('says what is out and where, what is closed, what is left, and how what is ready goes out', () => {
  expect(leakLines('embargo:k3v9x0q2ab', report(), PLAIN)).toEqual([
    'Out:',
    '  7 objects on acme/gitaly, held by refs/heads/oops:',
    ...OBJECTS.slice(0, 5).map((object) => `    ${object}`),
    '    and 2 more (--json lists them)',
    'Closed:',
    '  The push mirror is switched off.',
    'To be closed by people:',
    '  refs/heads/oops of acme/gitaly holds it.',
    'What is ready goes out with:',
    '  signalbox release start patch 18.6 --type critical',
  ]);
});

it('says when the patch would go without the fix, and when nothing is known yet', () => {
  const critical = {
    verdict: { verdict: 'fail', sentence: 'It has no topic for 18.5.', evidence: [] },
    command: 'signalbox release start patch 18.6 --type critical',
  } as const;

  expect(leakLines('it', report({ critical, exposed: [], closed: [] }), PLAIN)).toEqual(
    expect.arrayContaining([
      '  nothing that a machine may close was open',
      '  without this fix: It has no topic for 18.5.',
    ]),
  );
  expect(leakLines('it', undefined, PLAIN)).toEqual([
    'The engine has not answered yet and goes on; see `signalbox embargo check it`.',
  ]);
});
