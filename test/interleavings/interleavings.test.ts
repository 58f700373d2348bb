import { again, HOUSE, randomHistory, shrink, tell } from './history';
import { KEPT_HISTORIES } from './kept-histories';
import { REACHED, type Reached } from './world';

/** More of them for a longer proof; another seed for other ones. */
const HISTORIES = Number(process.env['SIGNALBOX_HISTORIES'] ?? 10_000);
const SEED = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_123);
/** Enough for a slow machine; ten thousand take some fifteen seconds. */
const PATIENCE_MS = Math.max(120_000, HISTORIES * 20);

describe('releases of every kind, in any order of their steps, with deaths between any two', () => {
  const reached = new Map<Reached, number>();

  it(
    `break no law in ${HISTORIES} histories from seed ${SEED} on`,
    () => {
      for (let seed = SEED; seed < SEED + HISTORIES; seed += 1) {
        const outcome = randomHistory(seed, HOUSE);
        for (const [what, count] of outcome.reached) reached.set(what, (reached.get(what) ?? 0) + count);
        if (outcome.violation === undefined) continue;
        expect(`Seed ${seed}:\n${tell(shrink(outcome, HOUSE))}`).toBe('no violation');
      }
    },
    PATIENCE_MS,
  );

  it.each(REACHED)('got to the point where %s', (what) => {
    expect(reached.get(what) ?? 0).toBeGreaterThanOrEqual(Math.floor(HISTORIES / 2_000));
  });
});

it.each(KEPT_HISTORIES)('breaks no law any more when $story', ({ history }) => {
  const outcome = again(history, { house: HOUSE, told: true });

  expect(tell(outcome)).toMatch(/\nNothing is wrong\.$/);
});

it('means the same when it is played again', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const first = randomHistory(seed, HOUSE);

    const second = again(first.history, { house: HOUSE, told: false });

    expect(second.history).toEqual(first.history);
    expect([...second.reached]).toEqual([...first.reached]);
  }
});
