import { plannerNotices } from '../../../domain/planning/planner-notices';
import { sloPage } from '../../../domain/planning/slo-page';
import { measuredFixes, sloReport } from '../../../domain/planning/slo-report';
import type { TimedFix } from '../../../domain/planning/timed-fix';
import { asked, backport, fix, nothingMeasured, NOW, POLICY } from './planned';

const { deadlines } = POLICY;
const measures = nothingMeasured();
const EARLIER = '2026-11-10T08:00:00.000Z';

function standings(fixes: readonly TimedFix[]): readonly string[] {
  const { advice } = asked(
    fixes.filter(({ outAt, isMissed }) => outAt === undefined && isMissed === undefined),
  );
  return measuredFixes(fixes, { advice, now: NOW.toISO() }).map(
    ({ promise, standing }) => `${promise} ${standing}`,
  );
}

describe('the report on deadlines', () => {
  it.each<[string, TimedFix, readonly string[]]>([
    ['out in time', fix({}), ['published open']],
    ['out before it was due', { ...fix(), outAt: EARLIER }, ['published met']],
    ['out too late', { ...fix({ dueAt: EARLIER }), outAt: '2026-11-10T08:00:00.001Z' }, ['published missed']],
    ['not out and late', fix({ dueAt: EARLIER }), ['published missed']],
    [
      'not out, and nothing that is planned is in time',
      fix({ dueAt: '2026-11-28T08:00:00.000Z' }),
      ['published at_risk'],
    ],
    [
      'not out, and the planner keeps it in time',
      fix({ dueAt: '2026-12-08T08:00:00.000Z' }),
      ['published open'],
    ],
    [
      'a backport whose minor gets no fixes any more',
      { ...backport(), isMissed: true },
      ['published missed'],
    ],
    [
      'mitigated in time, and out later',
      { ...fix({ grade: 'S1' }), outAt: EARLIER, mitigation: { dueAt: EARLIER, doneAt: EARLIER } },
      ['mitigated met', 'published met'],
    ],
    [
      'not mitigated in time',
      { ...fix({ grade: 'S1' }), mitigation: { dueAt: EARLIER } },
      ['mitigated missed', 'published open'],
    ],
  ])('says of a fix how it stands: %s', (_what, one, expected) => {
    expect(standings([one])).toEqual(expected);
  });

  it('counts every promise, also where nothing is under it, and every fix once for each', () => {
    const fixes = [
      { ...fix({ grade: 'S1' }), mitigation: { dueAt: EARLIER } },
      { ...fix({ id: 'embargo:aaaaaaaaaa' }), outAt: EARLIER },
      fix({ id: 'embargo:bbbbbbbbbb', dueAt: EARLIER }),
    ];

    const measured = measuredFixes(fixes, { advice: [], now: NOW.toISO() });
    const { rows } = sloReport(measured, { deadlines, measures });

    expect(
      rows.map(({ kind, grade, promise, met, missed, at_risk, open }) => [
        `${kind} ${grade} ${promise}`,
        met,
        missed,
        at_risk,
        open,
      ]),
    ).toEqual([
      ['security S1 mitigated', 0, 1, 0, 0],
      ['security S1 published', 0, 0, 0, 1],
      ['security S2 published', 1, 1, 0, 0],
      ['backport bug published', 0, 0, 0, 0],
    ]);
  });
});

describe('what asks for a person', () => {
  it('is one notice for a move, with its command, and one for each fix that no move helps', () => {
    const pending = [
      fix({ dueAt: '2026-12-01T14:00:00.000Z' }),
      fix({ id: 'embargo:aaaaaaaaaa', dueAt: '2026-12-02T14:00:00.000Z' }),
      fix({ id: 'embargo:bbbbbbbbbb', dueAt: '2026-11-27T14:00:00.000Z', minors: ['19.6'] }),
      fix({ id: 'embargo:cccccccccc' }),
    ];

    const notices = plannerNotices(asked(pending), [{ madeAt: '2026-11-01T08:00:00.000Z' }]);

    expect(notices.map(({ about, what, how, at }) => [about, what, how, at])).toEqual([
      [
        'patch:2026-12-09.published',
        'it has to come forward to 2026-12-01, or a deadline is missed',
        "Run `signalbox calendar move patch:2026-12-09 --to 2026-12-01 --reason 'Dates follow the deadlines of the product.'`",
        '2026-11-20T08:00:00.000Z',
      ],
      [
        'embargo:bbbbbbbbbb',
        'it needs a patch of its own',
        'Run `signalbox release start patch 19.6 --type critical`',
        '2026-11-20T08:00:00.000Z',
      ],
    ]);
    expect(notices[0]?.why).toBe(
      'embargo:k3v9x0q2ab (S2) is due 2026-12-01T14:00:00Z, embargo:aaaaaaaaaa (S2) is due 2026-12-02T14:00:00Z; you are asked, for a date of it falls on a day off or into a lock',
    );
  });

  it('is nothing where all happens by itself', () => {
    expect(plannerNotices(asked([fix({ dueAt: '2026-12-08T14:00:00.000Z' }), fix()]), [])).toEqual([]);
  });
});

it('is a page that names what was missed, and what is at risk', () => {
  const late = { ...backport(), id: 'gitlab!12 18.6', isMissed: true } as const;
  const { advice } = asked([]);
  const measured = measuredFixes([late], { advice, now: NOW.toISO() });
  const page = sloPage(sloReport(measured, { deadlines, measures }), {
    product: 'gitlab',
  });

  expect(page).toContain('# Promises about fixes of gitlab\n');
  expect(page).toMatch(/^\| backport bug \| published \| \d+ [dh] \| 0 \| 1 \| 0 \| 0 \|$/m);
  expect(page).toMatch(
    /^- gitlab\\!12 18\.6 \(bug\): to be published by \w{3} 2026-\d\d-\d\d \d\d:\d\d UTC: missed$/m,
  );
  expect(page).toContain(
    '\n## Measured beside deadlines\n\n- error budget: unmeasured. It is not measured: `measures.errorBudget` is not in signalbox.yaml.\n- release pressure: unmeasured. It is not measured: `measures.pressure` is not in signalbox.yaml.\n- time to production: unmeasured. It is not measured: `measures.timeToProduction` is not in signalbox.yaml.\n- hours blocked: unmeasured. It is not measured: `measures.blocked` is not in signalbox.yaml.\n',
  );
});
