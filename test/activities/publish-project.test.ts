import type { PublishStep } from '../../activities/effects';
import { failureOf, patiently, startOutsideWorld, stepOf, type OutsideWorld } from './outside-world';

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
  readonly files: number;
  readonly hasPage: boolean;
}

async function publicThingsOf(version: string): Promise<Public> {
  const id = encodeURIComponent(CANONICAL);
  const { body: pages } = await world.gitlab.request<{ tag_name: string }[]>(
    'GET',
    `/projects/${id}/releases`,
  );
  const { body: packages } = await world.gitlab.request<{ id: number; version: string }[]>(
    'GET',
    `/projects/${id}/packages`,
  );
  const shelf = packages.find((one) => one.version === version);
  const files =
    shelf === undefined
      ? []
      : (await world.gitlab.request<object[]>('GET', `/projects/${id}/packages/${shelf.id}/package_files`))
          .body;
  return {
    tag: await world.refOf(CANONICAL, `refs/tags/v${version}`),
    files: files.length,
    hasPage: pages.some(({ tag_name: tag }) => tag === `v${version}`),
  };
}

it('publishes tags, packages and the page of a project, each once, however often it is asked', async () => {
  const step = await madeStep('18.6.2');
  const before = await publicThingsOf('18.6.2');

  await Promise.all([world.effects.publishProject(step), world.effects.publishProject(step)]);
  await world.effects.publishProject(step);

  expect(before).toEqual({ tag: undefined, files: 0, hasPage: false });
  expect(await publicThingsOf('18.6.2')).toEqual({ tag: expect.any(String), files: 3, hasPage: true });
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
  expect(await publicThingsOf(version)).toEqual({ tag: expect.any(String), files: 3, hasPage: true });
});

it('has the tags and packages of a candidate public, and no page', async () => {
  const step = await madeStep('18.7.0-rc42', await world.refOf(CANONICAL, 'refs/heads/master'));

  await world.effects.publishProject(step);

  expect(await publicThingsOf('18.7.0-rc42')).toEqual({ tag: expect.any(String), files: 3, hasPage: false });
});
