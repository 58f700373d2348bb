import { startMirrorWorld, type MirroredProject, type MirrorWorld } from '../mirror-world';
import { patiently } from '../outside-world';

const MASTER = 'refs/heads/master';

let world: MirrorWorld;
let gitaly: MirroredProject;
let gitlab: MirroredProject;

beforeAll(async () => {
  world = await startMirrorWorld();
  gitaly = world.mirrored('gitaly');
  gitlab = world.mirrored('gitlab');
}, 60_000);
afterEach(() => world.gitlab.instance.faults.clear());
afterAll(() => world.end());

async function expectEqual(project: MirroredProject, ref: string, object: string): Promise<void> {
  expect(await project.objects(ref)).toEqual([object, object, object]);
}

it('finds every side the same when nothing has happened', async () => {
  const { isWhole, refs, apart, settled } = await gitaly.look();

  expect({ isWhole, apart, settled }).toEqual({ isWhole: true, apart: [], settled: [] });
  expect(refs).toBeGreaterThan(10);
});

it('brings a push on canonical to security and build', async () => {
  const head = await gitaly.commit('canonical', { 'lib/new.sh': 'true\n' });

  const synced = await gitaly.sync(MASTER);

  expect(synced).toMatchObject({ apart: [], moved: [], silent: [] });
  await expectEqual(gitaly, MASTER, head);
});

it('looks at the refs that were pushed alone, unless canonical has lost one', async () => {
  await gitaly.commit('canonical', { 'lib/other.sh': 'true\n' }, { branch: '18-6-stable' });

  const one = await gitaly.look(MASTER);
  const topic = await gitaly.look('refs/heads/topic/secret/default');
  const lost = await gitaly.look('refs/heads/17-0-stable');

  expect([one.isWhole, one.apart]).toEqual([false, []]);
  expect([topic.isWhole, topic.apart]).toEqual([false, []]);
  expect(lost.isWhole).toBe(true);
  expect(lost.apart.map(({ ref, state }) => `${ref} ${state}`)).toEqual(['refs/heads/18-6-stable behind']);
  await gitaly.sync();
});

it('makes what is new, branches and tags, with the tag object as it is', async () => {
  const head = (await world.refOf('gitlab-org/gitlab', MASTER)) ?? '';
  await gitlab.set('canonical', 'refs/heads/18-7-stable-ee', head);
  await world
    .repository('gitlab-org/gitlab')
    .git(['-c', 'user.name=S', '-c', 'user.email=s@e.x', 'tag', '-a', '-m', 'Final', 'v18.6.2-ee', head]);
  const tag = (await world.refOf('gitlab-org/gitlab', 'refs/tags/v18.6.2-ee')) ?? '';

  await gitlab.sync();

  expect(tag).not.toBe(head);
  await expectEqual(gitlab, 'refs/heads/18-7-stable-ee', head);
  await expectEqual(gitlab, 'refs/tags/v18.6.2-ee', tag);
});

it('leaves topics and branches of releases where they are', async () => {
  const head = (await world.refOf('gitlab-org/gitlab', MASTER)) ?? '';
  await gitlab.set('security', 'refs/heads/topic/x7k2m9p4qd/default', head);
  await gitlab.set('canonical', 'refs/heads/feature', head);

  const { apart } = await gitlab.look();

  expect(apart).toEqual([]);
  expect(await gitlab.objects('refs/heads/topic/x7k2m9p4qd/default')).toEqual([undefined, head, undefined]);
  expect(await gitlab.objects('refs/heads/feature')).toEqual([head, undefined, undefined]);
});

describe('one ref among many that a side does not take', () => {
  it('stops no other, and says what GitLab said', async () => {
    const { protectedBranches } = world.gitlab.instance.tables;
    const { id } = gitaly.row('security');
    protectedBranches.remove(id, '*-stable');
    const closed = { id: 9_001, name: '18-5-stable', push_access_level: 0, merge_access_level: 0 };
    protectedBranches.put(id, closed.name, closed);
    const before = await world.refOf(gitaly.path('security'), 'refs/heads/18-5-stable');
    const pushed = await Promise.all(
      ['master', '18-6-stable', '18-5-stable', '18-4-stable'].map((branch) =>
        gitaly.commit('canonical', { [`lib/${branch}.sh`]: 'x\n' }, { branch }),
      ),
    );

    const { apart } = await gitaly.sync();
    const again = await gitaly.sync();
    protectedBranches.remove(id, '18-5-stable');
    const { apart: mended } = await gitaly.sync();

    expect(apart).toEqual([expect.objectContaining({ ref: 'refs/heads/18-5-stable', state: 'refused' })]);
    expect(apart[0]?.sentence).toBe(
      'Security does not take the branch 18-5-stable. You are not allowed to push code to protected branches on this project.',
    );
    expect(again.apart).toEqual(apart);
    expect(before).not.toBe(pushed[2]);
    expect(mended).toEqual([]);
    await expectEqual(gitaly, MASTER, pushed[0] ?? '');
    await expectEqual(gitaly, 'refs/heads/18-6-stable', pushed[1] ?? '');
    await expectEqual(gitaly, 'refs/heads/18-5-stable', pushed[2] ?? '');
    await expectEqual(gitaly, 'refs/heads/18-4-stable', pushed[3] ?? '');
  });
});

describe('however often and by whom it is done', () => {
  it('two workers at once come to the same', async () => {
    const other = await gitlab.anotherWorker();
    const head = await gitlab.commit('canonical', { 'lib/twice.sh': 'x\n' });
    const { apart } = await gitlab.look();
    const input = { ...gitlab.subject, look: 100, refs: apart };

    const both = await Promise.all([gitlab.effects.syncRefs(input), other.syncRefs(input)]);

    expect(both.map((one) => one.apart)).toEqual([[], []]);
    expect(both.map((one) => one.moved)).toEqual([[], []]);
    await expectEqual(gitlab, MASTER, head);
  });

  it('a plan that canonical has outrun is not walked, but looked at again', async () => {
    await gitlab.commit('canonical', { 'lib/first.sh': 'x\n' });
    const { apart } = await gitlab.look();
    const head = await gitlab.commit('canonical', { 'lib/second.sh': 'x\n' });

    const { moved } = await gitlab.effects.syncRefs({ ...gitlab.subject, look: 101, refs: apart });
    await gitlab.sync(...moved);

    expect(moved).toEqual([MASTER]);
    await expectEqual(gitlab, MASTER, head);
  });

  it('a ref that is gone by then is looked at again, and the others go on', async () => {
    const head = await gitlab.commit('canonical', { 'lib/third.sh': 'x\n' });
    await gitlab.set('canonical', 'refs/heads/18-8-stable-ee', head);
    const { apart } = await gitlab.look();
    await gitlab.set('canonical', 'refs/heads/18-8-stable-ee');

    const { moved } = await gitlab.effects.syncRefs({ ...gitlab.subject, look: 102, refs: apart });

    expect(moved).toEqual(['refs/heads/18-8-stable-ee']);
    await expectEqual(gitlab, MASTER, head);
  });
});

describe('a push that goes wrong outside', () => {
  const INTO_SECURITY = 'POST /gitlab-org/security/gitaly.git/git-receive-pack';

  it('and whose answer is lost is found to be done', async () => {
    const head = await gitaly.commit('canonical', { 'lib/lost.sh': 'x\n' });
    world.gitlab.arm({ kind: 'lost-response', match: INTO_SECURITY });

    const { apart, silent } = await gitaly.sync();

    expect({ apart, silent }).toEqual({ apart: [], silent: [] });
    await expectEqual(gitaly, MASTER, head);
  });

  it('on one side keeps the other from nothing', async () => {
    const before = await world.refOf(gitaly.path('security'), MASTER);
    const head = await gitaly.commit('canonical', { 'lib/down.sh': 'x\n' });
    world.gitlab.arm({
      kind: 'status',
      match: 'security/gitaly.git/info/refs.service=git-receive',
      times: 9,
    });

    const { apart, silent } = await gitaly.sync();
    const objects = await gitaly.objects(MASTER);
    world.gitlab.instance.faults.clear();
    await gitaly.sync();

    expect(silent).toEqual([{ side: 'security', sentence: expect.stringContaining('502') }]);
    expect(apart).toEqual([expect.objectContaining({ ref: MASTER, state: 'behind' })]);
    expect(objects).toEqual([head, before, head]);
    await expectEqual(gitaly, MASTER, head);
  });

  it('on all sides is tried again', async () => {
    const head = await gitaly.commit('canonical', { 'lib/all-down.sh': 'x\n' });
    world.gitlab.arm({ kind: 'status', match: 'service=git-receive', times: 2 });

    const { apart } = await patiently(() => gitaly.sync());

    expect(apart).toEqual([]);
    await expectEqual(gitaly, MASTER, head);
  });

  it('is told as what it is when a repository is not there', async () => {
    const { project } = gitaly.subject;
    const wrong = { ...project, repositories: { ...project.repositories, build: 'gitlab-org/build/none' } };

    const look = gitaly.effects.lookAtRefs({ ...gitaly.subject, project: wrong, look: 200 });

    await expect(look).rejects.toMatchObject({ type: 'ConfigurationError' });
  });
});
