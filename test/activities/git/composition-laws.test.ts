import { array, assert, asyncProperty, nat } from 'fast-check';
import { composeTopics } from '../../../activities/git/compose-topics';
import type { Mirror } from '../../../activities/git/mirror';
import { inRegistryOrder, type Recipe } from '../../../domain/composition';
import type { PlantedProject } from '../../support/planted-project';
import { plantWorld, topicNames, topicWorlds, worldsWithOne } from '../../support/topic-worlds';

const RUNS = { numRuns: 15 };

async function within(planting: Promise<PlantedProject>, work: (world: PlantedProject) => Promise<void>) {
  const world = await planting;
  try {
    await work(world);
  } finally {
    await world.end();
  }
}

async function commitOf(mirror: Mirror, recipe: Recipe): Promise<string | undefined> {
  const result = await composeTopics(mirror, recipe);
  return result.outcome === 'composed' ? result.commit : undefined;
}

it('makes the same commit, or the same conflicts, of the same recipe on two clones', async () => {
  await assert(
    asyncProperty(topicWorlds, (story) =>
      within(plantWorld(story), async (world) => {
        const recipe = world.recipe('public', ...topicNames(story));

        const here = await composeTopics(world.mirror, recipe);
        const there = await composeTopics(await world.anotherMirror(), recipe);

        expect(there).toEqual(here);
      }),
    ),
    RUNS,
  );
});

it('goes by the order of registration, not by that of arrival', async () => {
  await assert(
    asyncProperty(topicWorlds, array(nat()), (story, keys) =>
      within(plantWorld(story), async (world) => {
        const recipe = world.recipe('public', ...topicNames(story));
        const topics = recipe.topics.toSorted(
          (left, right) => (keys[left.ordinal] ?? 0) - (keys[right.ordinal] ?? 0),
        );

        const arrived = await composeTopics(world.mirror, inRegistryOrder({ ...recipe, topics }));

        expect(arrived).toEqual(await composeTopics(world.mirror, recipe));
      }),
    ),
    RUNS,
  );
});

it('without a pulled topic is what it would be had that never been, and reaches nothing of it', async () => {
  await assert(
    asyncProperty(worldsWithOne, ([story, pulled]) =>
      within(plantWorld(story), async (world) => {
        const names = topicNames(story);
        const whole = world.recipe('public', ...names);
        const rest = { ...whole, topics: whole.topics.toSpliced(pulled, 1) };
        const own = await ownObjects(world, pulled, names);

        const before = await commitOf(world.mirror, whole);
        const after = await composeTopics(world.mirror, rest);

        await within(plantWorld(story, pulled), async (innocent) => {
          expect(await composeTopics(innocent.mirror, rest)).toEqual(after);
        });
        if (after.outcome !== 'composed') return;
        expect(after.commit).not.toBe(before);
        const reached = await world.mirror.git(['rev-list', '--objects', '--no-object-names', after.commit]);
        const found = reached.split('\n').filter((object) => own.has(object));
        expect(found).toEqual([]);
      }),
    ),
    RUNS,
  );
});

/** Objects that this topic has and neither canonical nor any other topic. */
async function ownObjects(
  world: PlantedProject,
  one: number,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const others = names.toSpliced(one, 1).map((name) => world.sha(name));
  const list = ['rev-list', '--objects', '--no-object-names', world.sha(names[one] ?? ''), '--not'];
  const text = await world.mirror.git([...list, world.sha('public'), ...others]);
  return new Set(text.split('\n').filter((object) => object !== ''));
}
