import { readBuiltOn } from '../../../activities/git/read-built-on';
import { embargoOf, plantProject, type PlantedProject } from '../../support/planted-project';

let world: PlantedProject;

/** `base` was a1 once; b1 was built on it then, d1 on what a1 is now, and f1 merged both newer public commits and a1. */
beforeAll(async () => {
  world = await plantProject({
    commits: [
      { name: 'c0', changes: { 'app.rb': 'one\n' } },
      { name: 'c', on: ['c0'], changes: { 'doc.md': 'public\n' } },
      { name: 'base', on: ['c0'], changes: { 'app.rb': 'two\n' } },
      { name: 'a1', on: ['base'], changes: { 'app.rb': 'three\n' } },
      { name: 'b1', on: ['base'], changes: { 'lib.rb': 'b\n' } },
      { name: 'd1', on: ['a1'], changes: { 'lib.rb': 'd\n' } },
      { name: 'e1', on: ['c0'], changes: { 'lib.rb': 'e\n' } },
      { name: 'e2', on: ['e1', 'c'], changes: { 'doc.md': 'public\n' } },
      { name: 'g1', on: ['c'], changes: { 'lib.rb': 'g\n' } },
    ],
    canonical: { master: 'c' },
    security: { a: 'a1', b: 'b1', d: 'd1', e: 'e2', g: 'g1' },
  });
});
afterAll(() => world.end());

async function builtOn(...names: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = await readBuiltOn(world.mirror, world.recipe('c', ...names).topics);
  return Object.fromEntries(names.map((name, index) => [name, found[index]?.builtOn ?? []]));
}

it.each<[string, readonly string[], Readonly<Record<string, readonly string[]>>]>([
  ['topics at the side of one another', ['a1', 'g1'], { a1: [], g1: [] }],
  ['topics that share public commits alone', ['e2', 'g1'], { e2: [], g1: [] }],
  ['a topic on top of another: only the upper tells', ['a1', 'd1'], { a1: [], d1: [embargoOf('a1')] }],
  [
    'topics that grew apart from the same secret: either may be its own',
    ['a1', 'b1'],
    { a1: [embargoOf('b1')], b1: [embargoOf('a1')] },
  ],
  ['a topic without a commit of its own', ['c0', 'a1'], { c0: [], a1: [] }],
])('sees through %s', async (_what, names, expected) => {
  expect(await builtOn(...names)).toEqual(expected);
});

it('takes two embargoes with the same head for one secret', async () => {
  const [topic] = world.recipe('c', 'a1').topics;
  if (topic === undefined) throw new Error('it is planted');
  const twin = { ...topic, embargo: embargoOf('twin') };

  expect(await readBuiltOn(world.mirror, [topic, twin])).toEqual([
    { embargo: topic.embargo, builtOn: [twin.embargo] },
    { embargo: twin.embargo, builtOn: [topic.embargo] },
  ]);
});

it('does not count the lines of one embargo against one another', async () => {
  const [topic] = world.recipe('c', 'a1').topics;
  if (topic === undefined) throw new Error('it is planted');

  const found = await readBuiltOn(world.mirror, [topic, { ...topic, head: world.sha('d1') }]);

  expect(found.flatMap(({ builtOn: others }) => others)).toEqual([]);
});
