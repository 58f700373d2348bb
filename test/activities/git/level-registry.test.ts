import { commitTree } from '../../../activities/git/compose-version';
import { levelRegistry } from '../../../activities/git/level-registry';
import { topicBranchOf, type Embargo } from '../../../domain/embargo/embargo';
import type { Side } from '../../../activities/git/mirror';
import type { Project } from '../../../domain/project';
import { ESCAPE, plantSecretFix, reworkTopic, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld, type TestWorker } from '../outside-world';

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterEach(() => jest.restoreAllMocks());
afterAll(() => world.end());

function level(): Promise<readonly Embargo[]> {
  return levelRegistry(world.outside, world.settings.projects);
}

function gitaly(): Project {
  return world.project('gitaly');
}

/** Head of the fix in the registry. */
async function registered(): Promise<string> {
  const [topic] = (await world.records.embargoes.find(fix.embargo.id))?.topics ?? [];
  if (topic === undefined) throw new Error('it has a topic');
  return topic.head;
}

/** One commit more on this one. @returns it */
function rework(head: string): Promise<string> {
  return reworkTopic(world, { embargo: fix.embargo.id, project: gitaly(), line: '18.6', head });
}

/** A commit that is public, and at once merged into the topic. @returns the merge */
async function mergeNews(head: string): Promise<string> {
  const mirror = world.mirrorOf(gitaly());
  const at = new Date().toISOString();
  const tree = (await mirror.git(['rev-parse', `${head}^{tree}`])).trim();
  const master = (await mirror.git(['rev-parse', 'refs/sides/canonical/heads/master'])).trim();
  const before = (await mirror.git(['rev-parse', `${master}^{tree}`])).trim();
  const news = await commitTree(mirror, { tree: before, parents: [master], message: 'News\n', at });
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), `${news}:refs/heads/master`]);
  const merged = await commitTree(mirror, { tree, parents: [head, news], message: 'Merge news\n', at });
  const topic = `refs/heads/${topicBranchOf(fix.embargo.id, '18.6')}`;
  await mirror.remote(['push', '--quiet', '--force', mirror.urlOf('security'), `${merged}:${topic}`]);
  return merged;
}

/** Does something the first time that a side has been asked for what is new, before anything else is done. */
function onceFetched(side: Side, work: () => Promise<void>): void {
  const mirror = world.mirrorOf(gitaly());
  const remote = mirror.remote.bind(mirror);
  let isDone = false;
  jest.spyOn(mirror, 'remote').mockImplementation(async (args, more) => {
    const told = await remote(args, more);
    if (isDone || args[0] !== 'fetch' || !args.includes(mirror.urlOf(side))) return told;
    isDone = true;
    await work();
    return told;
  });
}

it('asks the same of git where nothing is under embargo', async () => {
  const { projects } = world.settings;
  const mirrors = projects.map((project) => world.mirrorOf(project));
  const asked = mirrors.map((mirror) => jest.spyOn(mirror, 'remote'));

  expect(await level()).toEqual([]);

  for (const [index, mirror] of mirrors.entries()) {
    const urls = asked[index]?.mock.calls.map(([args]) => args.find((arg) => arg.startsWith('http')));
    expect(urls).toEqual([mirror.urlOf('security'), mirror.urlOf('canonical')]);
  }
});

it('knows a fix as its owner has left it a moment ago, with every object of it', async () => {
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['18.6'] });
  const head = await rework(fix.heads['18.6'] ?? '');

  const [known] = await level();

  expect(known?.topics).toMatchObject([{ project: 'gitaly', line: '18.6', head }]);
  const objects = await world.records.embargoes.objectsOf([fix.embargo.id]);
  expect(objects.map(({ object }) => object)).toEqual(expect.arrayContaining([...fix.objects, head]));
});

it('takes nothing for secret that became public while it looked', async () => {
  let merged = '';
  onceFetched('security', async () => {
    merged = await mergeNews(fix.heads['18.6'] ?? '');
  });

  await level();
  const [known] = await level();

  const objects = await world.records.embargoes.objectsOf([fix.embargo.id]);
  expect(known?.topics).toMatchObject([{ head: merged }]);
  const secret = objects.map(({ object }) => object);
  expect(secret).toContain(merged);
  expect(secret).not.toContain(await world.refOf(gitaly().repositories.canonical, 'refs/heads/master'));
});

it('takes nothing for secret that became public, and came to security, after it looked at canonical', async () => {
  const mirror = world.mirrorOf(gitaly());
  const head = await registered();
  let merged = '';
  onceFetched('canonical', async () => {
    merged = await mergeNews(head);
    // As whoever else works in this clone does at any time.
    const heads = '+refs/heads/*:refs/sides/security/heads/*';
    await mirror.remote(['fetch', '--quiet', mirror.urlOf('security'), heads]);
  });

  await level();

  const objects = await world.records.embargoes.objectsOf([fix.embargo.id]);
  const news = await world.refOf(gitaly().repositories.canonical, 'refs/heads/master');
  expect(objects.map(({ object }) => object)).not.toContain(news);
  await level();
  expect(await registered()).toBe(merged);
});

describe('a head that somebody has registered who looked later', () => {
  let other: TestWorker;

  beforeAll(async () => {
    other = await world.anotherWorker();
  });

  async function reworkAndRegister(head: string): Promise<string> {
    const later = await rework(head);
    await levelRegistry(other.outside, [gitaly()]);
    return later;
  }

  it('is left alone where nothing was new before', async () => {
    const { embargoes } = world.records;
    const revision = embargoes.revision.bind(embargoes);
    let later = '';
    jest.spyOn(embargoes, 'revision').mockImplementationOnce(async () => {
      later = await reworkAndRegister(await registered());
      return revision();
    });

    const [known] = await levelRegistry(world.outside, [gitaly()]);

    expect(known?.topics).toMatchObject([{ head: later }]);
  });

  it('stays where another one was new before', async () => {
    const mirror = world.mirrorOf(gitaly());
    const { freshClone } = mirror;
    const earlier = await rework(await registered());
    let later = '';
    jest.spyOn(mirror, 'freshClone').mockImplementationOnce(async () => {
      const seen = await freshClone();
      later = await reworkAndRegister(earlier);
      return seen;
    });

    const [known] = await levelRegistry(world.outside, [gitaly()]);

    expect(known?.topics).toMatchObject([{ head: later }]);
  });

  it('is not taken for gone', async () => {
    const mirror = world.mirrorOf(gitaly());
    const { freshClone } = mirror;
    const branch = `refs/heads/${topicBranchOf(fix.embargo.id, '18.6')}`;
    const head = await registered();
    await mirror.remote(['push', '--quiet', mirror.urlOf('security'), `:${branch}`]);
    let later = '';
    jest.spyOn(mirror, 'freshClone').mockImplementationOnce(async () => {
      const seen = await freshClone();
      later = await reworkAndRegister(head);
      return seen;
    });

    const [known] = await levelRegistry(world.outside, [gitaly()]);

    expect(known?.topics).toMatchObject([{ head: later }]);
  });
});

it('knows that a topic is gone', async () => {
  const mirror = world.mirrorOf(gitaly());
  const branch = topicBranchOf(fix.embargo.id, '18.6');
  await mirror.remote(['push', '--quiet', mirror.urlOf('security'), `:refs/heads/${branch}`]);

  const [known] = await level();

  expect(known?.topics).toEqual([]);
});
