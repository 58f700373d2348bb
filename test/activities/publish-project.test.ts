import type { PublishStep } from '../../activities/effects';
import { failureOf, patiently, startOutsideWorld, stepOf, type OutsideWorld } from './outside-world';
import { storedFiles } from './packages/stored-files';

const CANONICAL = 'gitlab-org/gitaly';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterEach(() => world.gitlab.instance.faults.clear());
afterAll(() => world.end());

/** Tagged and built on the private sides, and read by nobody yet. */
async function madeStep(version: string, base?: string): Promise<PublishStep> {
  const step = await stepOf(world, {
    project: 'gitaly',
    version,
    ...(base === undefined ? {} : { base }),
  });
  const tagged = await world.effects.tagProject({ ...step, pinned: [] });
  const made = { ...step, tagged, components: [tagged] };
  return { ...made, pinned: [], built: await world.effects.makePackages(made) };
}

interface Public {
  readonly tag: string | undefined;
  readonly files: readonly string[];
  readonly pages: number;
}

async function publicThingsOf(version: string): Promise<Public> {
  const at = `/projects/${encodeURIComponent(CANONICAL)}/releases`;
  const { body: pages } = await world.gitlab.request<{ tag_name: string }[]>('GET', at);
  return {
    tag: await world.refOf(CANONICAL, `refs/tags/v${version}`),
    files: await storedFiles(world, CANONICAL, { name: 'gitaly', version }),
    pages: pages.filter(({ tag_name: tag }) => tag === `v${version}`).length,
  };
}

/** All of them, each once. */
function everythingOf(version: string): Public {
  const files = ['SHA256SUMS', `gitaly-${version}.tar.gz`, 'manifest.json'];
  return { tag: expect.any(String), files, pages: 1 };
}

it('publishes tags, packages and the page of a project, each once, however often it is asked', async () => {
  const step = await madeStep('18.6.2');
  const before = await publicThingsOf('18.6.2');

  await Promise.all([world.effects.publishProject(step), world.effects.publishProject(step)]);
  await world.effects.publishProject(step);

  expect(before).toEqual({ tag: undefined, files: [], pages: 0 });
  expect(await publicThingsOf('18.6.2')).toEqual(everythingOf('18.6.2'));
});

it.each([
  ['its upload', 'PUT .*manifest.json', '18.6.4'],
  ['its page', 'POST .*/releases', '18.6.5'],
])('goes on where it stopped when the answer to %s was lost', async (_what, match, version) => {
  const step = await madeStep(version);
  world.gitlab.arm({ match, kind: 'lost-response' });

  const failure = await failureOf(world.effects.publishProject(step));
  await patiently(() => world.effects.publishProject(step));

  expect(failure).toMatchObject({ nonRetryable: false });
  expect(await publicThingsOf(version)).toEqual(everythingOf(version));
});

it('has the tags and packages of a candidate public, and no page', async () => {
  const step = await madeStep('18.7.0-rc42', await world.refOf(CANONICAL, 'refs/heads/master'));

  await world.effects.publishProject(step);

  expect(await publicThingsOf('18.7.0-rc42')).toEqual({ ...everythingOf('18.7.0-rc42'), pages: 0 });
});
