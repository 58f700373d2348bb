import { levelRegistry } from '../../../activities/git/level-registry';
import { topicBranchOf, type Embargo } from '../../../domain/embargo/embargo';
import { ESCAPE, plantSecretFix, reworkTopic, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

function level(): Promise<readonly Embargo[]> {
  return levelRegistry(world.outside, world.settings.projects);
}

it('asks the same of git where nothing is under embargo', async () => {
  const { projects } = world.settings;
  const asked = projects.map((project) => jest.spyOn(world.mirrorOf(project), 'fetch'));

  expect(await level()).toEqual([]);

  for (const fetch of asked) expect(fetch.mock.calls.flat()).toEqual(['canonical', 'security']);
});

it('knows a fix as its owner has left it a moment ago, with every object of it', async () => {
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['18.6'] });
  const head = await reworkTopic(world, {
    embargo: fix.embargo.id,
    project: world.project('gitaly'),
    line: '18.6',
    head: fix.heads['18.6'] ?? '',
  });

  const [known] = await level();

  expect(known?.topics).toMatchObject([{ project: 'gitaly', line: '18.6', head }]);
  const objects = await world.records.embargoes.objectsOf([fix.embargo.id]);
  expect(objects.map(({ object }) => object)).toEqual(expect.arrayContaining([...fix.objects, head]));
});

it('knows that a topic is gone', async () => {
  const mirror = world.mirrorOf(world.project('gitaly'));
  const branch = topicBranchOf(fix.embargo.id, '18.6');
  await mirror.remote(['push', '--quiet', mirror.urlOf('security'), `:refs/heads/${branch}`]);

  const [known] = await level();

  expect(known?.topics).toEqual([]);
});
