import { array, assert, integer, option, property, record } from 'fast-check';
import {
  percentile,
  productionReport,
  productionRisk,
  timesToProduction,
  type ProductionChange,
  type ProductionPolicy,
} from '../../../domain/planning/time-to-production';
import { withRisks } from '../../../domain/planning/advise';
import { plannerNotices } from '../../../domain/planning/planner-notices';
import { asked, at, DAY_MS, fix, instant, NOW } from './planned';

const HOUR_MS = 60 * 60_000;
const POLICY: ProductionPolicy = {
  environment: 'gprd',
  withinMs: 12 * HOUR_MS,
  windowMs: 7 * DAY_MS,
  feedsMonthlies: true,
};
const now = NOW.toISO();

/** One that came to production so many hours ago, so many hours after its merge; `waits` since then where it has not. */
function change(hours: number, { ago = 1, waits = false } = {}): ProductionChange {
  const deployed = NOW.minus({ hours: waits ? 0 : ago });
  return {
    project: 'gitlab',
    mergeRequest: hours,
    mergedAt: deployed.minus({ hours }).toISO(),
    ...(waits ? {} : { deployedAt: deployed.toISO() }),
  };
}

function report(changes: readonly ProductionChange[], policy: ProductionPolicy | undefined = POLICY) {
  return productionReport({ changes, measuredAt: now }, { policy, now });
}

function isKept(changes: readonly ProductionChange[]): boolean {
  return report(changes).standing === 'kept';
}

it.each([
  [[], 0.5, undefined],
  [[7], 0.5, 7],
  [[7], 0.95, 7],
  [[3, 1, 2, 4], 0.5, 2],
  [[3, 1, 2], 0.5, 2],
  [Array.from({ length: 20 }, (_, index) => index + 1), 0.95, 19],
  [Array.from({ length: 21 }, (_, index) => index + 1), 0.95, 20],
])('of %p the least value that a share of %p does not exceed is %p', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

it('a percentile is one of the values, no less than the share of them, and the least such', () => {
  assert(
    property(
      array(integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }),
      integer({ min: 1, max: 100 }),
      (values, percent) => {
        const found = percentile(values, percent / 100) ?? Number.NaN;
        const below = (bound: number): number => values.filter((one) => one <= bound).length;

        expect(values).toContain(found);
        expect(below(found) * 100).toBeGreaterThanOrEqual(percent * values.length);
        expect(below(found - 1) * 100).toBeLessThan(percent * values.length);
      },
    ),
  );
});

describe('the time from merge to production', () => {
  it.each<[string, readonly ProductionChange[], object]>([
    [
      'half are fast enough',
      [change(2), change(12), change(40)],
      { standing: 'kept', figures: { changes: 3, medianHours: 12, p95Hours: 40, waiting: 0 } },
    ],
    [
      'half are too slow',
      [change(2), change(12.5), change(40)],
      { standing: 'broken', figures: { medianHours: 12.5 } },
    ],
    [
      'what came there before the window counts for nothing',
      [change(2), change(40, { ago: 7 * 24 })],
      { figures: { changes: 1, medianHours: 2 } },
    ],
    [
      'what waits counts once it is late',
      [change(2), change(11, { waits: true }), change(13, { waits: true }), change(60, { waits: true })],
      { standing: 'broken', figures: { changes: 3, medianHours: 13, p95Hours: 60, waiting: 3 } },
    ],
    ['nothing comes there any more', [change(30, { waits: true })], { standing: 'broken' }],
    ['nothing is known', [], { standing: 'unmeasured' }],
    ['all that waits is young', [change(3, { waits: true })], { standing: 'unmeasured' }],
  ])('says how it stands: %s', (_what, changes, expected) => {
    expect(report(changes)).toMatchObject(expected);
  });

  it('says it in a sentence, and that nobody has looked', () => {
    expect(report([change(2), change(20.04), change(1, { waits: true })]).sentence).toBe(
      'Merge to gprd within 7 d: half of 2 changes took 2 h or less, 95 % 20 h or less. Half are to take 12 h at most. Waiting: 1.',
    );
    expect(productionReport(undefined, { policy: POLICY, now }).standing).toBe('unmeasured');
    expect(productionReport(undefined, { policy: undefined, now }).sentence).toContain(
      '`measures.timeToProduction`',
    );
  });

  it('is never shorter for one more change that waits, however many there are', () => {
    const some = record({ hours: integer({ min: 0, max: 100 }), ago: option(integer({ min: 1, max: 200 })) });
    assert(
      property(array(some, { maxLength: 20 }), integer({ min: 0, max: 100 }), (all, more) => {
        const changes = all.map(({ hours, ago }) => change(hours, ago === null ? { waits: true } : { ago }));
        const times = timesToProduction(changes, { policy: POLICY, now });

        expect(times.length).toBeLessThanOrEqual(changes.length);
        expect(!isKept(changes) && isKept([...changes, change(more, { waits: true })])).toBe(false);
      }),
    );
  });
});

describe('what follows from it', () => {
  /** Monthly 19.7 is announced a week before the 17th of December. */
  const ANNOUNCED = '2026-12-10T13:00:00Z';
  const NEAR = instant('2026-12-05T13:00:00Z');

  function riskOf(hours: number, { policy = POLICY, from = NEAR } = {}) {
    const changes = [change(hours)];
    const measured = productionReport({ changes, measuredAt: now }, { policy, now });
    return productionRisk(measured, { policy, calendar: at(undefined, from), warnBeforeMs: 7 * DAY_MS });
  }

  it('is a warning that names the date at risk, and until when a change is merged in time', () => {
    expect(riskOf(30)).toMatchObject({
      id: 'time-to-production',
      kind: 'time_to_production',
      verdict: 'warn',
      whoActs: 'release-manager',
      release: 'monthly:19.7',
      sentence: `monthly:19.7.announced (${ANNOUNCED}) is at risk: what is merged 12 h before is not in gprd by then, for half of the changes take 30 h or more. What is merged after 2026-12-09T07:00:00Z is not in 19.7, as it goes now.`,
    });
    expect(Date.parse(riskOf(30)?.dueAt ?? '')).toBe(Date.parse(ANNOUNCED));
  });

  it.each([
    ['it is fast enough', riskOf(12)],
    ['the date is far', riskOf(30, { from: instant('2026-12-01T13:00:00Z') })],
    ['monthlies take something else', riskOf(30, { policy: { ...POLICY, feedsMonthlies: false } })],
  ])('is nothing where %s', (_what, risk) => {
    expect(risk).toBeUndefined();
  });

  it('stands among the deadlines by its date, moves nothing, and is a notice that stays the same', () => {
    const risk = riskOf(30);
    const advised = asked([fix({ dueAt: '2026-12-11T08:00:00.000Z' })], { now: NEAR });
    const all = withRisks(advised, risk === undefined ? [] : [risk]);

    expect(all.advice.map(({ id }) => id)).toEqual(['time-to-production', 'embargo:k3v9x0q2ab']);
    expect(all.moves).toBe(advised.moves);
    expect(plannerNotices(all, [])).toMatchObject([
      { about: 'time-to-production', what: 'a date is at risk', at: '2026-12-03T13:00:00.000Z' },
    ]);
  });
});
