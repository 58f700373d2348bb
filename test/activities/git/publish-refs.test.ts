import type { ProjectStep, ReleaseEffects, TaggedProject } from '../../../activities/effects';
import { commitFiles } from '../../support/gitlab';
import { findProject } from '../../../sandbox/gitlab/instance';
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

type PublishInput = Parameters<ReleaseEffects['publishRefs']>[0];

async function taggedStep(wanted: StepWanted): Promise<PublishInput> {
  const step = await stepOf(world, wanted);
  const tagged = await world.effects.tagProject({ ...step, pinned: [] });
  return { ...step, tagged, pinned: [] };
}

function repositoriesOf({ project }: ProjectStep): readonly string[] {
  const { canonical, security, build } = project.repositories;
  return [canonical, security, build];
}

/** Somebody merges something else into the stable branch. */
async function moveStable({ project, plan }: ProjectStep, files: Readonly<Record<string, string>>) {
  const row = findProject(world.gitlab.instance, project.repositories.canonical);
  if (row === undefined) throw new Error('it is planted');
  return commitFiles(world.gitlab.instance, row, files, {
    branch: plan.stableBranch,
    message: 'Something else',
  });
}

async function tagsOn(path: string, { tags }: TaggedProject): Promise<readonly (string | undefined)[]> {
  return Promise.all(tags.map(({ name }) => world.refOf(path, `refs/tags/${name}`)));
}

it('brings the tags that security has to canonical, and moves the stable branch forward everywhere', async () => {
  const input = await taggedStep({ project: 'omnibus-gitlab', version: '18.6.2' });
  const { stableBranch } = input.plan;

  const { stable } = await world.effects.publishRefs(input);

  expect(stable).toBe(input.tagged.commit);
  for (const path of repositoriesOf(input))
    expect(await world.refOf(path, `refs/heads/${stableBranch}`)).toBe(stable);
  expect(await tagsOn('gitlab-org/omnibus-gitlab', input.tagged)).toEqual(
    await tagsOn('gitlab-org/security/omnibus-gitlab', input.tagged),
  );
  expect(
    await world.refOf('gitlab-org/omnibus-gitlab', `refs/heads/${input.plan.releaseBranch}`),
  ).toBeUndefined();
});

it('merges where the stable branch has moved meanwhile, and says the same when asked again', async () => {
  const input = await taggedStep({ project: 'gitlab', version: '18.6.2' });
  const theirs = await moveStable(input, { 'lib/new.sh': 'true\n' });

  const { stable } = await world.effects.publishRefs(input);
  const again = await world.effects.publishRefs(input);

  const repository = world.repository('gitlab-org/gitlab');
  expect(await repository.git(['log', '-1', '--format=%P%n%s', stable])).toBe(
    `${theirs} ${input.tagged.commit}\nMerge v18.6.2-ee into 18-6-stable-ee\n`,
  );
  expect((await repository.file(stable, 'VERSION'))?.toString()).toBe('18.6.2-ee\n');
  expect((await repository.file(stable, 'lib/new.sh'))?.toString()).toBe('true\n');
  expect(again.stable).toBe(stable);
  expect(await world.refOf('gitlab-org/gitlab', 'refs/heads/18-6-stable-ee')).toBe(stable);
});

it.each([
  ['forward', '18.6.12', {}],
  ['by a merge', '18.6.13', { 'lib/other.sh': 'true\n' }],
])(
  'says the same again after others have gone on from where it moved the branch %s',
  async (_how, version, theirs) => {
    const input = await taggedStep({ project: 'gitlab', version });
    if (Object.keys(theirs).length > 0) await moveStable(input, theirs);

    const first = await world.effects.publishRefs(input);
    const later = await moveStable(input, { [`lib/after-${version}.sh`]: 'true\n' });
    const again = await world.effects.publishRefs(input);

    expect(again).toEqual(first);
    expect(await world.refOf('gitlab-org/gitlab', 'refs/heads/18-6-stable-ee')).toBe(later);
  },
);

it('makes the same merge when the answer of the push was lost', async () => {
  const input = await taggedStep({ project: 'gitaly', version: '18.6.4' });
  await moveStable(input, { 'lib/new.sh': 'true\n' });
  world.gitlab.arm({ match: 'POST /gitlab-org/gitaly.git/git-receive-pack', kind: 'lost-response' });

  const { stable } = await patiently(() => world.effects.publishRefs(input));

  expect(world.gitlab.instance.faults.list()).toEqual([]);
  expect(await world.refOf('gitlab-org/gitaly', 'refs/heads/18-6-stable')).toBe(stable);
  const merges = await world
    .repository('gitlab-org/gitaly')
    .git(['rev-list', '--merges', stable, '-3', '--grep', 'v18.6.4']);
  expect(merges).toBe(`${stable}\n`);
});

it('composes the merge again when the branch moves between its look and its push', async () => {
  const input = await taggedStep({ project: 'gitaly', version: '18.5.4' });
  const mirror = world.mirrorOf(input.project);
  let theirs: string | undefined;
  const fetch = mirror.fetch.bind(mirror);
  jest.spyOn(mirror, 'fetch').mockImplementationOnce(async (side) => {
    await fetch(side);
    theirs = await moveStable(input, { 'lib/quick.sh': 'true\n' });
  });

  const { stable } = await world.effects.publishRefs(input);

  expect(await world.repository('gitlab-org/gitaly').git(['log', '-1', '--format=%P', stable])).toBe(
    `${theirs} ${input.tagged.commit}\n`,
  );
});

it('takes no side of a contradiction, though the clone of this worker is set up to', async () => {
  const worker = await world.anotherWorker();
  await worker.outside.mirrorOf(world.project('gitaly')).git(['config', 'merge.default', 'union']);
  const input = await taggedStep({ project: 'gitaly', version: '18.5.31' });
  const theirs = await moveStable(input, { VERSION: '18.5.99\n' });

  const failure = await failureOf(worker.effects.publishRefs(input));

  expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(failure.message).toContain('in VERSION.');
  expect(await world.refOf('gitlab-org/gitaly', 'refs/heads/18-5-stable')).toBe(theirs);
});

it('publishes once though two workers do it at once', async () => {
  const input = await taggedStep({ project: 'cng', version: '18.6.2' });
  await moveStable(input, { 'lib/new.sh': 'true\n' });
  const other = await world.anotherWorker();

  const [one, two] = await Promise.all([
    patiently(() => world.effects.publishRefs(input)),
    patiently(() => other.effects.publishRefs(input)),
  ]);

  expect(two).toEqual(one);
  expect(await world.refOf('gitlab-org/cng', 'refs/heads/18-6-stable')).toBe(one.stable);
});

it('names the file in which a moved branch and the version contradict each other, and publishes nothing', async () => {
  const input = await taggedStep({ project: 'gitaly', version: '18.4.6' });
  const theirs = await moveStable(input, { VERSION: '18.4.99\n' });

  const failure = await failureOf(world.effects.publishRefs(input));

  expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(failure.message).toContain('gitlab-org/gitaly 18-4-stable');
  expect(failure.message).toContain('VERSION');
  expect(await world.refOf('gitlab-org/gitaly', 'refs/heads/18-4-stable')).toBe(theirs);
  expect(await world.refOf('gitlab-org/gitaly', 'refs/tags/v18.4.6')).toBeUndefined();
});

it('refuses to publish a commit that neither is public nor of this release, whoever composed on it', async () => {
  const security = findProject(world.gitlab.instance, 'gitlab-org/security/gitaly');
  if (security === undefined) throw new Error('it is planted');
  const embargoed = await commitFiles(
    world.gitlab.instance,
    security,
    { 'lib/fix.sh': 'secret\n' },
    { branch: '18-6-stable', message: 'Fix under embargo\n\nSignalbox-Key: patch:other/tag/gitaly/1' },
  );
  await world.mirrorOf(world.project('gitaly')).fetch('security');
  const input = await taggedStep({ project: 'gitaly', version: '18.6.20', base: embargoed });
  const before = await world.repository('gitlab-org/gitaly').refs();

  const failure = await failureOf(world.effects.publishRefs(input));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toContain('it would make commits public that neither are public nor were made');
  expect(failure.message).not.toContain('embargo');
  expect(await world.repository('gitlab-org/gitaly').refs()).toEqual(before);
});

it('refuses a tag of that name on canonical with other content, and moves no branch', async () => {
  const input = await taggedStep({ project: 'gitaly', version: '18.5.9' });
  const repository = world.repository('gitlab-org/gitaly');
  await repository.git(['update-ref', 'refs/tags/v18.5.9', 'refs/heads/master']);
  const before = await world.refOf('gitlab-org/gitaly', 'refs/heads/18-5-stable');

  const failure = await failureOf(world.effects.publishRefs(input));

  expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(failure.message).toContain('/gitlab-org/gitaly.git refs/tags/v18.5.9: it is ');
  expect(await world.refOf('gitlab-org/gitaly', 'refs/heads/18-5-stable')).toBe(before);
});

it('leaves alone what security has beyond the public branch', async () => {
  const input = await taggedStep({ project: 'charts', version: '9.5.5', productVersion: '18.5.4' });
  const security = findProject(world.gitlab.instance, 'gitlab-org/security/charts');
  if (security === undefined) throw new Error('it is planted');
  const own = await commitFiles(world.gitlab.instance, security, { fix: 'x\n' }, { branch: '9-5-stable' });

  const { stable } = await world.effects.publishRefs(input);

  expect(await world.refOf('gitlab-org/security/charts', 'refs/heads/9-5-stable')).toBe(own);
  expect(await world.refOf('gitlab-org/build/charts', 'refs/heads/9-5-stable')).toBe(stable);
});

it('makes a stable branch that is not there yet', async () => {
  const base = await world.refOf('gitlab-org/gitaly', 'refs/heads/master');
  const input = await taggedStep({ project: 'gitaly', version: '18.7.0-rc42', base: base ?? '' });

  const { stable } = await world.effects.publishRefs(input);

  expect(await world.refOf('gitlab-org/gitaly', 'refs/heads/18-7-stable')).toBe(stable);
  expect(stable).toBe(input.tagged.commit);
});

it('does not publish what was tagged as something else', async () => {
  const input = await taggedStep({ project: 'gitaly', version: '18.4.20' });

  const failure = await failureOf(
    world.effects.publishRefs({ ...input, closedAt: '2026-11-13T00:00:00.000Z' }),
  );

  expect(failure).toMatchObject({ type: 'BugInUs', nonRetryable: true });
  expect(await world.refOf('gitlab-org/gitaly', 'refs/tags/v18.4.20')).toBeUndefined();
});
