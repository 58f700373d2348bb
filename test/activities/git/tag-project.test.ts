import type { ProjectStep, ReleaseEffects, TaggedProject } from '../../../activities/effects';
import {
  failureOf,
  patiently,
  startOutsideWorld,
  stepOf,
  type OutsideWorld,
  type StepWanted,
} from '../outside-world';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterEach(() => world.gitlab.instance.faults.clear());
afterAll(() => world.end());

type TagInput = Parameters<ReleaseEffects['tagProject']>[0];

async function inputOf(wanted: StepWanted): Promise<TagInput> {
  return { ...(await stepOf(world, wanted)), pinned: [] };
}

const security = 'gitlab-org/security/gitaly';
const build = 'gitlab-org/build/gitaly';
const canonical = 'gitlab-org/gitaly';

async function refsOf(path: string, { plan }: ProjectStep): Promise<readonly string[]> {
  const refs = await world.repository(path).refs();
  const ours = [`refs/heads/${plan.releaseBranch}`, `refs/tags/v${plan.version}`];
  return refs.filter(({ name }) => ours.includes(name)).map(({ name, commit }) => `${name} ${commit}`);
}

function wantedRefs({ plan }: ProjectStep, { commit }: TaggedProject): readonly string[] {
  return [`refs/heads/${plan.releaseBranch} ${commit}`, `refs/tags/v${plan.version} ${commit}`];
}

async function plantForeignTag(path: string, name: string): Promise<string> {
  const repository = world.repository(path);
  await repository.git(['tag', '-a', '-m', 'By hand', name, 'refs/heads/master'], {
    GIT_COMMITTER_NAME: 'Somebody',
    GIT_COMMITTER_EMAIL: 'somebody@example.com',
  });
  return (await repository.git(['rev-parse', `refs/tags/${name}`])).trim();
}

it('pushes branch and tag to security and build, and nothing to canonical', async () => {
  const input = await inputOf({ project: 'gitaly', version: '18.6.2' });

  const tagged = await world.effects.tagProject(input);

  expect(tagged).toMatchObject({ project: 'gitaly', versioning: 'managed-sha', version: '18.6.2' });
  expect(tagged.tags).toEqual([{ name: 'v18.6.2', sha: tagged.commit }]);
  expect(await refsOf(security, input)).toEqual(wantedRefs(input, tagged));
  expect(await refsOf(build, input)).toEqual(wantedRefs(input, tagged));
  expect(await refsOf(canonical, input)).toEqual([]);
});

it('does it once though it is asked again, twice at once, and by another worker', async () => {
  const input = await inputOf({ project: 'gitaly', version: '18.6.3' });
  const other = await world.anotherWorker();

  const answers = await Promise.all([
    patiently(() => world.effects.tagProject(input)),
    patiently(() => world.effects.tagProject(input)),
    patiently(() => other.effects.tagProject(input)),
  ]);
  const again = await world.effects.tagProject(input);

  expect(answers).toEqual([again, again, again]);
  expect(await refsOf(security, input)).toEqual(wantedRefs(input, again));
  expect(await refsOf(build, input)).toEqual(wantedRefs(input, again));
});

it('keeps with a release what it has tagged, on the private side', async () => {
  const input = await inputOf({ project: 'omnibus-gitlab', version: '18.6.4', release: 'patch:4' });

  const tagged = await world.effects.tagProject(input);

  const { tags } = await world.records.artifacts.ofRelease('patch:4');
  expect(tags.map(({ name, sha, state }) => ({ name, sha, state }))).toEqual(
    tagged.tags.map((tag) => ({ ...tag, state: 'private' })),
  );
});

it.each([
  ['security', security, '18.6.10'],
  ['build', build, '18.6.11'],
])(
  'pushes nothing anywhere when %s has a tag of that name from somebody else',
  async (_side, path, version) => {
    const input = await inputOf({ project: 'gitaly', version });
    const theirs = await plantForeignTag(path, `v${version}`);

    const failure = await failureOf(world.effects.tagProject(input));

    expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
    expect(failure.message).toContain(`${path}.git refs/tags/v${version}: it is ${theirs}`);
    expect(failure.message).toMatch(/to become [0-9a-f]{40}\. Find out who made the other one/);
    expect(await world.refOf(path, `refs/tags/v${version}`)).toBe(theirs);
    for (const side of [security, build])
      expect(await world.refOf(side, `refs/heads/${input.plan.releaseBranch}`)).toBeUndefined();
  },
);

it('says that it may not push when tags are protected from everybody', async () => {
  const input = await inputOf({ project: 'cng', version: '18.6.2' });
  const id = encodeURIComponent('gitlab-org/security/cng');
  await world.gitlab.request('DELETE', `/projects/${id}/protected_tags/${encodeURIComponent('*')}`);
  await world.gitlab.request('POST', `/projects/${id}/protected_tags`, {
    name: 'v*',
    create_access_level: 0,
  });

  const failure = await failureOf(world.effects.tagProject(input));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toContain('You are not allowed to create this tag as it is protected');
  expect(failure.message).toContain('Let the release bot push');
  expect(
    await world.refOf('gitlab-org/security/cng', `refs/heads/${input.plan.releaseBranch}`),
  ).toBeUndefined();
  expect(await world.refOf('gitlab-org/build/cng', 'refs/tags/v18.6.2')).toBeUndefined();
});

it('asks for another token when this one is nobody\u2019s', async () => {
  const worker = await world.anotherWorker({ token: 'nobody-s' });

  const failure = await failureOf(
    worker.effects.tagProject(await inputOf({ project: 'gitaly', version: '18.6.12' })),
  );

  expect(failure).toMatchObject({ type: 'ConfigurationError', nonRetryable: true });
  expect(failure.message).toContain('Give the token of a maintainer with scope `write_repository`');
  expect(failure.message).not.toContain('nobody-s');
});

it('is tried again later while GitLab does not answer', async () => {
  const worker = await world.anotherWorker({ url: 'http://127.0.0.1:9' });

  const failure = await failureOf(
    worker.effects.tagProject(await inputOf({ project: 'gitaly', version: '18.6.13' })),
  );

  expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
});

it.each([
  ['answers 502', { kind: 'status', status: 502 } as const, '18.6.20'],
  ['has had too many requests', { kind: 'rate-limit', retryAfter: 3 } as const, '18.6.21'],
])(
  'is done once when GitLab %s in the middle of a push, and it is tried again',
  async (_case, fault, version) => {
    const input = await inputOf({ project: 'gitaly', version });
    world.gitlab.arm({ match: 'POST .*build/gitaly.git/git-receive-pack', ...fault });

    const failure = await failureOf(world.effects.tagProject(input));
    const tagged = await world.effects.tagProject(input);

    expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
    expect(await refsOf(security, input)).toEqual(wantedRefs(input, tagged));
    expect(await refsOf(build, input)).toEqual(wantedRefs(input, tagged));
  },
);

it('notices that only the answer of a push was lost', async () => {
  const input = await inputOf({ project: 'gitaly', version: '18.6.22' });
  world.gitlab.arm({ match: 'POST .*gitaly.git/git-receive-pack', kind: 'lost-response', times: 2 });

  const tagged = await world.effects.tagProject(input);

  expect(world.gitlab.instance.faults.list()).toEqual([]);
  expect(await refsOf(security, input)).toEqual(wantedRefs(input, tagged));
  expect(await refsOf(build, input)).toEqual(wantedRefs(input, tagged));
});

it('only composes where a project has one repository: its tags are pushed when they are published', async () => {
  const input = await inputOf({ project: 'gitaly', version: '18.6.30' });
  const alone = { canonical, security: canonical, build: canonical };

  const tagged = await world.effects.tagProject({
    ...input,
    project: { ...input.project, repositories: alone },
  });

  expect(tagged.tags.map(({ name }) => name)).toEqual(['v18.6.30']);
  for (const side of [canonical, security, build]) expect(await refsOf(side, input)).toEqual([]);
});
