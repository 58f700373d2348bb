import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import type { CalendarAdvice } from '../../../domain/planning/advise';
import { errorBudget, type BudgetPolicy } from '../../../domain/planning/error-budget';
import { plannerNotices } from '../../../domain/planning/planner-notices';
import { measuredFixes, type MeasuredFix } from '../../../domain/planning/slo-report';
import { underBudget } from '../../../domain/planning/under-budget';
import { asked, backport, DAY_MS, fix, NOW } from './planned';

const now = NOW.toISO();
const POLICY: BudgetPolicy = { objective: 0.95, windowMs: 90 * DAY_MS };

type Promised = Pick<MeasuredFix, 'standing' | 'dueAt' | 'doneAt'>;

function daysAgo(days: number): string {
  return new Date(NOW.toMillis() - days * DAY_MS).toISOString();
}

function met(days = 10): Promised {
  return { standing: 'met', dueAt: daysAgo(days - 5), doneAt: daysAgo(days) };
}

function missed(days = 10): Promised {
  return { standing: 'missed', dueAt: daysAgo(days), doneAt: daysAgo(days - 5) };
}

const AT_RISK: Promised = { standing: 'at_risk', dueAt: daysAgo(-5) };
const OPEN: Promised = { standing: 'open', dueAt: daysAgo(-5) };

function many(count: number, one: Promised): readonly Promised[] {
  return Array.from({ length: count }, () => one);
}

describe('the error budget', () => {
  it.each<[string, readonly Promised[], object]>([
    [
      'all were met',
      many(40, met()),
      {
        standing: 'kept',
        figures: { ended: 40, missed: 0, allowed: 2, left: 2, burnRate: 0, isSpent: false },
      },
    ],
    [
      'one of two that may be was missed',
      [...many(39, met()), missed()],
      { standing: 'kept', figures: { missed: 1, left: 1, burnRate: 0.5, isSpent: false } },
    ],
    [
      'as many as may be were missed',
      [...many(38, met()), ...many(2, missed())],
      { standing: 'at_risk', figures: { left: 0, burnRate: 1, isSpent: true } },
    ],
    [
      'more than may be were missed',
      [...many(37, met()), ...many(3, missed())],
      { standing: 'broken', figures: { left: 0, burnRate: 1.5, isSpent: true } },
    ],
    [
      'it would be spent by what is at risk',
      [...many(39, met()), missed(), AT_RISK],
      { standing: 'at_risk', figures: { ended: 40, missed: 1, left: 1, atRisk: 1, isSpent: true } },
    ],
    [
      'so few promises ended that none may be missed',
      [...many(9, met()), missed()],
      { standing: 'broken', figures: { allowed: 0, left: 0, burnRate: 2 } },
    ],
    ['nothing ended, and something is at risk', [AT_RISK], { standing: 'at_risk', figures: { burnRate: 0 } }],
    ['what is open counts for nothing', [OPEN, met()], { standing: 'kept', figures: { ended: 1 } }],
    [
      'what ended before the window counts for nothing',
      [met(10), missed(91)],
      { figures: { ended: 1, missed: 0 } },
    ],
    [
      'what can be met no more before it is due has ended',
      [{ standing: 'missed', dueAt: daysAgo(-30) }],
      { figures: { ended: 1, missed: 1 } },
    ],
  ])('says how it stands: %s', (_what, fixes, expected) => {
    expect(errorBudget(fixes, { policy: POLICY, now })).toMatchObject(expected);
  });

  it('counts whole promises, however a share of them is written', () => {
    const budget = errorBudget(many(10, met()), { policy: { ...POLICY, objective: 0.9 }, now });

    expect(budget.figures?.allowed).toBe(1);
  });

  it('says in a sentence what may be missed still', () => {
    const fixes = [...many(39, met()), missed(), AT_RISK];

    expect(errorBudget(fixes, { policy: POLICY, now }).sentence).toBe(
      'Promises that ended within 90 d: 40, missed of them: 1. At 95 % 2 may be missed, 1 more may; burn rate 0.5. At risk: 1.',
    );
  });

  it('is unmeasured where nobody has said what is to be met, or nothing has ended', () => {
    expect(errorBudget([met()], { policy: undefined, now })).toMatchObject({ standing: 'unmeasured' });
    expect(errorBudget([OPEN], { policy: POLICY, now }).sentence).toBe(
      'It is not measured: no promise was met or missed within 90 d.',
    );
  });
});

describe('whatever ends', () => {
  const promises = array(
    record({
      standing: constantFrom('met', 'missed', 'at_risk', 'open'),
      days: integer({ min: -60, max: 200 }),
    }),
    { maxLength: 60 },
  ).map((all) =>
    all.map(({ standing, days }): Promised =>
      standing === 'met' || standing === 'missed'
        ? {
            standing,
            dueAt: daysAgo(days),
            ...(standing === 'met' ? { doneAt: daysAgo(Math.abs(days)) } : {}),
          }
        : { standing, dueAt: daysAgo(-Math.abs(days) - 1) },
    ),
  );
  const objectives = integer({ min: 1, max: 99 }).map((percent) => percent / 100);

  it('the objective is held as long as the budget is not broken', () => {
    assert(
      property(promises, objectives, (fixes, objective) => {
        const { standing, figures } = errorBudget(fixes, { policy: { ...POLICY, objective }, now });
        if (figures === undefined) return;
        const { ended, missed: lost, left, allowed } = figures;
        // In whole hundredths, so that nothing is rounded.
        const isHeld = (ended - lost) * 100 >= Math.round(objective * 100) * ended;
        expect(standing !== 'broken').toBe(isHeld);
        expect(left).toBe(Math.max(0, allowed - lost));
        // One more that is missed instead of met.
        const isHeldWithOneMore = (ended - lost - 1) * 100 >= Math.round(objective * 100) * ended;
        expect(left > 0).toBe(isHeldWithOneMore && ended > 0);
      }),
    );
  });

  it('one more that is at risk, or that was missed, never makes it last longer', () => {
    assert(
      property(promises, objectives, constantFrom(AT_RISK, missed()), (fixes, objective, more) => {
        const policy = { ...POLICY, objective };
        const isSpent = (some: readonly Promised[]): boolean =>
          errorBudget(some, { policy, now }).figures?.isSpent === true;

        expect(isSpent(fixes) && !isSpent([...fixes, more])).toBe(false);
      }),
    );
  });
});

function aboutWhat(advised: CalendarAdvice): readonly string[] {
  return plannerNotices(advised, []).map(({ about }) => about);
}

describe('what follows from a budget that is spent', () => {
  const pending = [
    fix({ grade: 'S3', dueAt: '2026-11-27T14:00:00.000Z' }),
    backport({
      lacks: { what: 'it has conflicts', who: 'erik', command: 'look' },
      dueAt: '2026-11-30T14:00:00.000Z',
    }),
    fix({ id: 'embargo:aaaaaaaaaa', grade: 'S3', dueAt: '2026-11-20T14:00:00.000Z' }),
    fix({ id: 'embargo:bbbbbbbbbb' }),
  ];
  const planned = asked(pending);
  const budgetOf = (policy: BudgetPolicy) =>
    errorBudget(measuredFixes(pending, { ...planned, now }), { policy, now });

  it('is nothing while more may be missed', () => {
    const measured = measuredFixes(pending, { ...planned, now });
    const budget = errorBudget([...measured, ...many(99, met())], { policy: POLICY, now });

    expect(underBudget(planned, { budget, now })).toBe(planned);
  });

  it('is one thing that a release manager is asked, about all that is at risk and not late', () => {
    const advised = underBudget(planned, { budget: budgetOf(POLICY), now });

    expect(advised.moves).toBe(planned.moves);
    expect(advised.advice[0]).toMatchObject({
      id: 'error-budget',
      verdict: 'warn',
      whoActs: 'release-manager',
      dueAt: '2026-11-27T14:00:00.000Z',
    });
    const under = advised.advice.filter(({ askedUnder }) => askedUnder === 'error-budget');
    expect(under.map(({ id, whoActs }) => [id, whoActs])).toEqual([
      ['embargo:k3v9x0q2ab', 'release-manager'],
      ['gitlab!1234 19.6', 'erik'],
    ]);
    expect(advised.advice[0]?.sentence).toBe(
      'Of 1 promises 1 were missed, and no more may be: it is to be decided how embargo:k3v9x0q2ab, gitlab!1234 19.6 can be in time.',
    );
  });

  it('is one notice in place of those on each', () => {
    expect(aboutWhat(planned)).toEqual(['embargo:aaaaaaaaaa', 'embargo:k3v9x0q2ab', 'gitlab!1234 19.6']);
    expect(aboutWhat(underBudget(planned, { budget: budgetOf(POLICY), now }))).toEqual([
      'error-budget',
      'embargo:aaaaaaaaaa',
    ]);
  });
});
