import type { ProjectStep, TaggedProject, VersionPlan } from '../../../activities/effects';
import { failureOf, patiently, startOutsideWorld, type OutsideWorld } from '../outside-world';

const ROSA = { id: 'rosa', roles: ['release-manager'] };

let world: OutsideWorld;
let publicBefore: string;

beforeAll(async () => {
  world = await startOutsideWorld();
  publicBefore = await publicRefs();
}, 60_000);
afterEach(() => {
  world.gitlab.instance.faults.clear();
  jest.restoreAllMocks();
});
afterAll(() => world.end());

async function publicRefs(): Promise<string> {
  const refs = await Promise.all(
    world.settings.projects.map(({ repositories }) => world.repository(repositories.canonical).refs()),
  );
  return JSON.stringify(refs);
}

function releaseOf(id: string) {
  return { release: id, kind: 'patch', settings: world.settings } as const;
}

async function closed(id: string): Promise<{ version: VersionPlan; step: (project: string) => ProjectStep }> {
  const { versions, at } = await world.effects.closeRelease({ ...releaseOf(id), cut: { patch: ['18.6'] } });
  const [version] = versions;
  if (version === undefined) throw new Error('one version is closed');
  const step = (name: string): ProjectStep => {
    const plan = version.projects.find(({ project }) => project === name);
    if (plan === undefined) throw new Error(`${name} is planned`);
    const project = world.project(name);
    return { release: id, kind: 'patch', project, plan, version: version.version, closedAt: at };
  };
  return { version, step };
}

function withdraw(id: string, version: VersionPlan) {
  return world.effects.withdrawVersions({
    ...releaseOf(id),
    versions: [version],
    reason: 'Not today.',
    by: ROSA,
  });
}

/** Everything of a version on the private sides of a project: refs, and packages in the registry. */
async function traces({ project, plan }: ProjectStep): Promise<readonly string[]> {
  const { security, build } = project.repositories;
  const refs = await Promise.all(
    [security, build].map(async (path) =>
      (await world.repository(path).refs()).filter(
        ({ name }) => name.includes(plan.version) || name.includes(plan.releaseBranch),
      ),
    ),
  );
  const at = `/projects/${encodeURIComponent(build)}/packages`;
  const { body } = await world.gitlab.request<{ name: string; version: string }[]>('GET', at);
  return [
    ...refs.flat().map(({ name }) => name),
    ...body
      .filter(({ version }) => version === plan.version)
      .map(({ name, version }) => `${name} ${version}`),
  ];
}

function buildPackages(step: ProjectStep, tagged: TaggedProject) {
  return world.effects.buildPackages({ ...step, tagged, components: [tagged] });
}

it('takes tags, branches and packages back from the private sides, and burns the numbers with the reason', async () => {
  const { version, step } = await closed('patch:1');
  for (const name of ['gitaly', 'omnibus-gitlab'])
    await buildPackages(step(name), await world.effects.tagProject({ ...step(name), pinned: [] }));
  const before = [await traces(step('gitaly')), await traces(step('omnibus-gitlab'))];

  await withdraw('patch:1', version);
  await withdraw('patch:1', version);

  expect(before.map((found) => found.length)).toEqual([5, 7]);
  expect(await publicRefs()).toBe(publicBefore);
  expect(await traces(step('gitaly'))).toEqual([]);
  expect(await traces(step('omnibus-gitlab'))).toEqual([]);
  expect(await world.records.versions.find({ number: version.version })).toMatchObject({
    state: 'burned',
    reason: 'Not today.',
  });
  const { tags, packages } = await world.records.artifacts.ofRelease('patch:1');
  expect(new Set([...tags, ...packages].map(({ state }) => state))).toEqual(new Set(['withdrawn']));
});

it('takes back what was made and never recorded, because the worker died in between', async () => {
  const { version, step } = await closed('patch:2');
  const gitaly = step('gitaly');
  const tagged = await world.effects.tagProject({ ...gitaly, pinned: [] });
  const record = jest.spyOn(world.records.effects, 'record').mockRejectedValue(new Error('killed'));
  const failures = [
    await failureOf(buildPackages(gitaly, tagged)),
    await failureOf(world.effects.tagProject({ ...step('cng'), pinned: [] })),
  ];
  record.mockRestore();
  const before = [await traces(gitaly), await traces(step('cng'))];

  await withdraw('patch:2', version);

  expect(failures.map(({ message }) => message)).toEqual(['killed', 'killed']);
  expect(before.map((found) => found.length)).toEqual([5, 4]);
  expect(await traces(gitaly)).toEqual([]);
  expect(await traces(step('cng'))).toEqual([]);
});

it('leaves alone what others have made under the same names', async () => {
  const { version, step } = await closed('patch:3');
  const gitaly = step('gitaly');
  const { security, build: registry } = gitaly.project.repositories;
  const number = gitaly.plan.version;
  await world.gitlab.request('POST', `/projects/${encodeURIComponent(security)}/repository/tags`, {
    tag_name: `v${number}`,
    ref: 'master',
    message: 'By hand',
  });
  const at = `/projects/${encodeURIComponent(registry)}/packages/generic/gitaly/${number}`;
  await world.gitlab.request('PUT', `${at}/gitaly-${number}.tar.gz`, 'theirs');
  const failure = await failureOf(world.effects.tagProject({ ...gitaly, pinned: [] }));

  await withdraw('patch:3', version);

  expect(failure.type).toBe('Conflict');
  expect(await traces(gitaly)).toEqual([`refs/tags/v${number}`, `gitaly ${number}`]);
});

it('goes on where it was when GitLab fails in the middle', async () => {
  const { version, step } = await closed('patch:4');
  const gitaly = step('gitaly');
  await buildPackages(gitaly, await world.effects.tagProject({ ...gitaly, pinned: [] }));
  world.gitlab.arm({ match: 'DELETE .*/tags', kind: 'lost-response' });
  world.gitlab.arm({ match: 'DELETE .*/branches', kind: 'status', status: 500 });
  world.gitlab.arm({ match: 'DELETE .*/packages', kind: 'lost-response' });

  await patiently(() => withdraw('patch:4', version));

  expect(world.gitlab.instance.faults.list()).toEqual([]);
  expect(await traces(gitaly)).toEqual([]);
});

it('refuses to take back what is public, and removes nothing of it', async () => {
  const { version, step } = await closed('patch:5');
  const gitaly = step('gitaly');
  const tagged = await world.effects.tagProject({ ...gitaly, pinned: [] });
  await world.effects.publishRefs({ ...gitaly, tagged, pinned: [] });
  const before = await traces(gitaly);

  const failure = await failureOf(withdraw('patch:5', version));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toContain(`v${version.version} of gitaly is public`);
  expect(await traces(gitaly)).toEqual(before);
});
