import { array, assert, asyncProperty, nat, pre } from 'fast-check';
import { composeTopics } from '../../../activities/git/compose-topics';
import { discloseTopics } from '../../../activities/git/disclose-topics';
import type { Mirror } from '../../../activities/git/mirror';
import { inRegistryOrder, type Recipe } from '../../../domain/embargo/composition';
import type { PlantedProject } from '../../support/planted-project';
import { plantWorld, topicNames, topicWorlds, worldsWithOne } from '../../support/topic-worlds';

/** Every run plants repositories, so a failing story is told as it is: a smaller one would take minutes. */
const RUNS = { numRuns: 7, endOnFailure: true };

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
        expect(own.size).toBeGreaterThan(0);

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

it('is, of what remains, the same tree after one was disclosed, and canonical itself after all were', async () => {
  await assert(
    asyncProperty(worldsWithOne, ([story, one]) =>
      within(plantWorld(story), async (world) => {
        const recipe = world.recipe('public', ...topicNames(story));
        const before = await commitOf(world.mirror, recipe);
        pre(before !== undefined);

        const afterOne = await disclosed(world, recipe, [one]);
        const rest = await composeTopics(world.mirror, { ...recipe, base: afterOne });
        const afterAll = await disclosed(world, recipe, [...recipe.topics.keys()]);
        const nothing = await composeTopics(world.mirror, { ...recipe, base: afterAll });

        expect(await treeOf(world.mirror, rest.outcome === 'composed' ? rest.commit : '')).toBe(
          await treeOf(world.mirror, before ?? ''),
        );
        expect(nothing).toEqual({ outcome: 'composed', commit: afterAll, left: recipe.topics });
        expect(await treeOf(world.mirror, afterAll)).toBe(await treeOf(world.mirror, before ?? ''));
      }),
    ),
    RUNS,
  );
});

/** Discloses some of the topics and pushes; the head of canonical then. */
async function disclosed(world: PlantedProject, recipe: Recipe, which: readonly number[]): Promise<string> {
  const { mirror, project } = world;
  const topics = recipe.topics.filter((_, index) => which.includes(index));
  const result = await discloseTopics(mirror, {
    release: 'patch:7',
    project,
    at: '2026-11-12T09:30:00.000Z',
    branches: [
      { branch: 'master', line: 'default', topics: topics.map((topic) => ({ ...topic, title: 'A fix' })) },
    ],
    remaining: recipe.topics.filter((topic) => !topics.includes(topic)),
  });
  if (result.outcome === 'refused') throw new Error(JSON.stringify(result.obstacles));
  const specs = result.refs.map(({ ref, object }) => `${object}:${ref}`);
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), ...specs]);
  await mirror.fetch('canonical');
  return (await mirror.resolve('refs/sides/canonical/heads/master')) ?? '';
}

async function treeOf(mirror: Mirror, commit: string): Promise<string> {
  return (await mirror.git(['rev-parse', `${commit}^{tree}`])).trim();
}

/** Commits and blobs that this topic has and neither canonical nor any other topic. Two ways may lead to the same tree. */
async function ownObjects(
  world: PlantedProject,
  one: number,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const others = names.toSpliced(one, 1).map((name) => world.sha(name));
  const list = ['rev-list', '--objects', '--no-object-names', world.sha(names[one] ?? ''), '--not'];
  const input = await world.mirror.git([...list, world.sha('public'), ...others]);
  const types = await world.mirror.git(['cat-file', '--batch-check'], { input });
  const rows = types.split('\n').filter((row) => /^\w+ (commit|blob) /.test(row));
  return new Set(rows.map((row) => row.slice(0, 40)));
}
