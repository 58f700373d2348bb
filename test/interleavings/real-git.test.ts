import { happen, type Happening } from './happenings';
import { HOUSE, randomHistory, type House } from './history';
import { newWorld } from './new-world';
import { startRealRepositories, type Followed } from './real-repositories';
import type { World } from './world';

/** Each takes a second or two; the long proof takes 25. */
const HISTORIES = Number(process.env['SIGNALBOX_REAL_HISTORIES'] ?? 10);
const SEED = 1;
const LENGTH = { least: 50, most: 90 };
const PROJECT = 'gitlab';
const PATIENCE_MS = 120_000;

/** Seeds of the first histories in which a fix of the project is disclosed and something else is seen too. */
function tellingSeeds(): readonly number[] {
  const seeds: number[] = [];
  for (let seed = SEED; seeds.length < HISTORIES; seed += 1) {
    const world = newWorld(HOUSE);
    for (const happening of historyOf(seed)) happen(world, happening);
    if (isTelling(world)) seeds.push(seed);
  }
  return seeds;
}

function historyOf(seed: number): readonly Happening[] {
  return randomHistory(seed, HOUSE, LENGTH).history.happenings;
}

function isTelling({ pushes, packages, fixes }: World): boolean {
  const ours = pushes.filter(({ project }) => project === PROJECT);
  const objects = fixes.reduce((all, fix) => all | fix.objects[PROJECT], 0n);
  const isDisclosed = ours.some(({ isLet, fresh }) => isLet && (fresh & objects) !== 0n);
  const isComposed = packages.some(({ base, commits }) => base[PROJECT] !== commits[PROJECT]);
  return isDisclosed && (isComposed || ours.some(({ isLet }) => !isLet));
}

/** Does one history in the model and on real repositories. @throws where they differ */
async function followBoth(seed: number, house: House): Promise<Followed> {
  const world = newWorld(house);
  const real = await startRealRepositories(world);
  try {
    for (const happening of historyOf(seed)) {
      happen(world, happening);
      await real.follow(world);
    }
    return real.followed();
  } finally {
    await real.end();
  }
}

const telling = tellingSeeds();
const followed: Followed[] = [];

it.each(telling)(
  'lets out of real repositories what the model lets out, and nothing else, in the history of seed %s',
  async (seed) => {
    const counts = await followBoth(seed, HOUSE);

    followed.push(counts);
    expect(counts.let).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

it('saw the gate refuse and packages composed', () => {
  expect(followed.some(({ refused }) => refused > 0)).toBe(true);
  expect(followed.some(({ composed }) => composed > 0)).toBe(true);
});

it(
  'finds out when the gate of the model lets out what the real one does not',
  async () => {
    const blind = { ...HOUSE, rules: { ...HOUSE.rules, mayShow: () => true } };

    await expect(followBoth(telling[0] ?? SEED, blind)).rejects.toThrow('the gate refuses mistake');
  },
  PATIENCE_MS,
);
