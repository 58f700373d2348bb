import { conflictBranchOf } from '../../../activities/git/prepare-conflict';
import type { MirrorTask, RefApart } from '../../../domain/mirror/mirror-status';
import { decisionOf, startMirrorWorld, type MirroredProject, type MirrorWorld } from '../mirror-world';
import { failureOf } from '../outside-world';
import { reserve } from '../../support/records';

const MASTER = 'refs/heads/master';

let world: MirrorWorld;

beforeAll(async () => {
  world = await startMirrorWorld();
}, 60_000);
afterAll(() => world.end());

interface Issue {
  readonly iid: number;
  readonly title: string;
  readonly description: string;
  readonly state: string;
}

async function issuesOf(project: MirroredProject): Promise<readonly Issue[]> {
  const path = encodeURIComponent(project.path('security'));
  return (await world.gitlab.request<Issue[]>('GET', `/projects/${path}/issues`)).body;
}

async function notesOf(project: MirroredProject, { issue }: MirrorTask): Promise<readonly string[]> {
  const path = encodeURIComponent(project.path('security'));
  const { body } = await world.gitlab.request<{ body: string }[]>(
    'GET',
    `/projects/${path}/issues/${issue}/notes`,
  );
  return body.map((note) => note.body);
}

async function open(project: MirroredProject, ref: RefApart, hasChanged = false): Promise<MirrorTask> {
  return (await project.effects.openMirrorTask({ ...project.subject, ref, hasChanged })).task;
}

async function settle(project: MirroredProject): Promise<void> {
  const { settled } = await project.look();
  for (const ref of settled) await project.effects.closeMirrorTask({ ...project.subject, ref });
}

async function headOf(project: MirroredProject, ref = MASTER): Promise<string> {
  return (await world.refOf(project.path('canonical'), ref)) ?? '';
}

describe('a branch that was pushed to on security', () => {
  let gitaly: MirroredProject;
  let task: MirrorTask;
  let secret: string;
  let head: string;

  beforeAll(async () => {
    gitaly = world.mirrored('gitaly');
    await gitaly.sync();
    secret = await gitaly.commit('security', { 'lib/fix.sh': 'exit 1\n' }, { message: 'Fix by hand' });
    head = await gitaly.commit('canonical', { 'lib/public.sh': 'true\n' });
  });

  it('is told as diverged, pushed over by nobody, and build goes on', async () => {
    const { apart } = await gitaly.sync();

    expect(apart).toEqual([
      expect.objectContaining({
        ref: MASTER,
        state: 'diverged',
        difference: 1,
        objects: { canonical: head, security: secret, build: head },
        sentence: 'The branch master has commits on security that canonical has not, and lacks others.',
      }),
    ]);
    expect(await gitaly.objects(MASTER)).toEqual([head, secret, head]);
  });

  it('becomes one issue on the security repository, however often it is told, and nothing public', async () => {
    const ref = await gitaly.difference(MASTER);
    const other = await gitaly.anotherWorker();

    const tasks = await Promise.all([
      gitaly.effects.openMirrorTask({ ...gitaly.subject, ref, hasChanged: false }),
      other.openMirrorTask({ ...gitaly.subject, ref, hasChanged: false }),
    ]);
    task = await open(gitaly, await gitaly.difference(MASTER));

    expect(tasks.map((one) => one.task)).toEqual([task, task]);
    expect(task.url).toBe(`${world.gitlab.url}/gitlab-org/security/gitaly/-/issues/${task.issue}`);
    expect((await issuesOf(gitaly)).map(({ title, state }) => [title, state])).toEqual([
      ['Mirror of gitaly: branch master differs', 'opened'],
    ]);
    const { body } = await world.gitlab.request('GET', '/projects/gitlab-org%2Fgitaly/issues');
    expect(body).toEqual([]);
  });

  it('is told with both commits, the files that differ, and what to do', async () => {
    const [issue] = await issuesOf(gitaly);

    expect(issue?.description).toContain(`| canonical | gitlab-org/gitaly | ${head} |`);
    expect(issue?.description).toContain(`| security | gitlab-org/security/gitaly | ${secret} |`);
    expect(issue?.description).toContain('Commits on security that canonical has not (1):');
    expect(issue?.description).toContain('Fix by hand');
    expect(issue?.description).toContain('- `lib/fix.sh`\n- `lib/public.sh`');
    expect(issue?.description).toContain('signalbox mirror resolve gitaly refs/heads/master --way follow');
  });

  it('has a merge prepared on the security side alone, the same bytes each time', async () => {
    const branch = `refs/heads/${conflictBranchOf(MASTER)}`;
    const [onCanonical, prepared, onBuild] = await gitaly.objects(branch);

    const repository = world.repository(gitaly.path('security'));
    expect([onCanonical, onBuild]).toEqual([undefined, undefined]);
    expect(await repository.git(['log', '-1', '--format=%P', prepared ?? ''])).toBe(`${head} ${secret}\n`);
    expect((await repository.file(prepared ?? '', 'lib/fix.sh'))?.toString()).toBe('exit 1\n');
    expect((await repository.file(prepared ?? '', 'lib/public.sh'))?.toString()).toBe('true\n');
    const [issue] = await issuesOf(gitaly);
    expect(issue?.description).toContain(`on the branch \`mirror-conflict/master\``);
    expect(issue?.description).toContain(prepared);
  });

  it('is told again on the same issue when it changes, once', async () => {
    secret = await gitaly.commit('security', { 'lib/fix.sh': 'exit 2\n' }, { message: 'Fix it again' });
    const ref = await gitaly.difference(MASTER);

    await open(gitaly, ref, true);
    await open(gitaly, ref, true);

    const notes = await notesOf(gitaly, task);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(secret);
    expect(await issuesOf(gitaly)).toHaveLength(1);
  });

  it('closes its issue by itself once canonical has it, and what was prepared goes', async () => {
    const merged = await world
      .repository(gitaly.path('security'))
      .resolve(`refs/heads/${conflictBranchOf(MASTER)}`);
    await world
      .repository(gitaly.path('canonical'))
      .git(['fetch', '--quiet', world.repository(gitaly.path('security')).path, merged ?? '']);
    await gitaly.set('canonical', MASTER, merged);

    const { apart } = await gitaly.sync();
    await settle(gitaly);
    await settle(gitaly);

    expect(apart).toEqual([]);
    expect(await gitaly.objects(MASTER)).toEqual([merged, merged, merged]);
    expect((await issuesOf(gitaly)).map(({ state }) => state)).toEqual(['closed']);
    expect((await notesOf(gitaly, task)).join('\n')).toContain('The branch master is the same everywhere.');
    expect(await gitaly.objects(`refs/heads/${conflictBranchOf(MASTER)}`)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('gets a second issue when it differs a second time', async () => {
    await gitaly.commit('security', { 'lib/fix.sh': 'exit 3\n' });

    const ref = await gitaly.difference(MASTER);
    const second = await open(gitaly, ref);

    expect(ref).toMatchObject({ state: 'ahead', difference: 2 });
    expect(second.issue).not.toBe(task.issue);
  });
});

it('prepares no merge where both sides contradict each other, and names the files', async () => {
  const gitlab = world.mirrored('gitlab');
  await gitlab.sync();
  await gitlab.commit('security', { 'lib/same.sh': 'one\n' });
  await gitlab.commit('canonical', { 'lib/same.sh': 'two\n' });

  await open(gitlab, await gitlab.difference(MASTER));

  const [issue] = await issuesOf(gitlab);
  expect(issue?.description).toContain('They contradict each other, so no merge is prepared, in (1):');
  expect(issue?.description).toContain('- `lib/same.sh`');
  expect(await gitlab.objects(`refs/heads/${conflictBranchOf(MASTER)}`)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('leaves a prepared branch alone on which a person has gone on', async () => {
  const cng = world.mirrored('cng');
  await cng.sync();
  await cng.commit('security', { one: '1\n' });
  await cng.commit('canonical', { two: '2\n' });
  const ref = await cng.difference(MASTER);
  await open(cng, ref);
  const theirs = await cng.commit('security', { three: '3\n' }, { branch: 'mirror-conflict/master' });
  await cng.set('security', MASTER, await headOf(cng));

  await cng.sync();
  await settle(cng);

  expect(await world.refOf(cng.path('security'), 'refs/heads/mirror-conflict/master')).toBe(theirs);
});

describe('a release manager who has the mirrors follow canonical', () => {
  let charts: MirroredProject;

  async function follow(ref: RefApart): Promise<void> {
    await charts.effects.followCanonical({ ...charts.subject, look: 1_000, ref, decision: decisionOf() });
  }
  /** As a maintainer does in the settings of both repositories. */
  function allowForcePush(): void {
    const { protectedBranches } = world.gitlab.instance.tables;
    for (const side of ['security', 'build'] as const) {
      const { id } = charts.row(side);
      for (const rule of protectedBranches.all(id))
        protectedBranches.put(id, rule.name, { ...rule, allow_force_push: true });
    }
  }

  beforeAll(async () => {
    charts = world.mirrored('charts');
    await charts.sync();
  });

  it('is told of a rewritten branch, and refused by GitLab while force pushes are forbidden there', async () => {
    const dropped = await headOf(charts);
    await world.repository(charts.path('canonical')).git(['update-ref', MASTER, `${dropped}~1`]);
    const head = await charts.commit('canonical', { rewritten: 'yes\n' });
    const ref = await charts.difference(MASTER);

    const failure = await failureOf(follow(ref));

    expect(ref).toMatchObject({
      state: 'rewritten',
      sentence: "Canonical's branch master was rewritten; what it was is still on security and build.",
    });
    expect(failure).toMatchObject({ type: 'RefusedByPolicy' });
    expect(failure.message).toContain('You are not allowed to force push code to a protected branch');
    expect(await charts.objects(MASTER)).toEqual([head, dropped, dropped]);
  });

  it('overwrites it where that is allowed, and what is lost is kept on a branch of its side', async () => {
    allowForcePush();
    const ref = await charts.difference(MASTER);
    const dropped = ref.objects.security ?? '';

    await follow(ref);

    const head = await headOf(charts);
    expect(await charts.objects(MASTER)).toEqual([head, head, head]);
    expect(await charts.objects(`refs/heads/mirror-kept/master-${dropped.slice(0, 12)}`)).toEqual([
      undefined,
      dropped,
      dropped,
    ]);
    const changes = await world.records.mirroredRefs.changes({ project: 'charts', ref: MASTER });
    expect(changes.at(-1)).toMatchObject({ to: 'followed', actor: { id: 'rosa' } });
  });

  it('overwrites nothing when it has changed since it was looked at', async () => {
    await charts.commit('security', { mine: '1\n' });
    const ref = await charts.difference(MASTER);
    const later = await charts.commit('security', { mine: '2\n' });

    const failure = await failureOf(follow(ref));

    expect(failure).toMatchObject({ type: 'Conflict' });
    expect(failure.message).toContain('it has changed since it was decided about');
    expect(await world.refOf(charts.path('security'), MASTER)).toBe(later);
    await follow(await charts.difference(MASTER));
  });

  it('removes a branch that canonical has deleted, and one that it never had', async () => {
    await charts.set('canonical', 'refs/heads/9-4-stable');
    await charts.set('build', 'refs/heads/9-9-stable', await headOf(charts));
    const { apart } = await charts.look();

    for (const ref of apart) await follow(ref);

    expect(apart.map(({ ref, state }) => `${ref} ${state}`)).toEqual([
      'refs/heads/9-4-stable deleted',
      'refs/heads/9-9-stable stray',
    ]);
    expect((await charts.look()).apart).toEqual([]);
    expect(await charts.objects('refs/heads/9-4-stable')).toEqual([undefined, undefined, undefined]);
  });

  it('replaces a tag made by hand on security, protected as it is', async () => {
    const mine = await charts.commit('security', { tagged: 'by hand\n' }, { branch: 'by-hand' });
    const theirs = await headOf(charts, 'refs/tags/v9.6.1');
    await charts.set('security', 'refs/tags/v9.6.1', mine);
    const ref = await charts.difference('refs/tags/v9.6.1');

    await follow(ref);

    expect(ref).toMatchObject({
      state: 'collision',
      sentence: 'The tag v9.6.1 names one object on canonical and another one on security.',
    });
    expect(await charts.objects('refs/tags/v9.6.1')).toEqual([theirs, theirs, theirs]);
    expect(
      await world.refOf(charts.path('security'), `refs/heads/mirror-kept/tags/v9.6.1-${mine.slice(0, 12)}`),
    ).toBe(mine);
  });

  it('may leave a tag as it is, until it changes', async () => {
    await charts.set('security', 'refs/tags/v9.8.0', await headOf(charts));
    const ref = await charts.difference('refs/tags/v9.8.0');
    await charts.effects.leaveDifference({
      ...charts.subject,
      look: 1_000,
      ref,
      decision: decisionOf('Known.'),
    });

    const left = await charts.look();
    await charts.set('security', 'refs/tags/v9.8.0', `${await headOf(charts)}~1`);
    const changed = await charts.look();

    expect(ref.state).toBe('stray');
    expect(left.apart).toEqual([]);
    expect(changed.apart).toMatchObject([{ ref: 'refs/tags/v9.8.0', state: 'stray' }]);
  });
});

describe('a tag made by hand on canonical under a name that a release has reserved', () => {
  it('is found in one look, told with the release, and goes to no other side', async () => {
    const omnibus = world.mirrored('omnibus-gitlab');
    await omnibus.sync();
    const release = 'patch:1';
    await reserve(world.records, release, { '18.6.2': undefined });
    const tag = 'refs/tags/18.6.2+ee.0';
    await omnibus.set('canonical', tag, await headOf(omnibus));

    const { apart, moved } = await omnibus.sync(tag);
    const { issue } = await open(omnibus, await omnibus.difference(tag));

    expect(moved).toEqual([]);
    expect(apart).toEqual([]);
    expect(await omnibus.objects(tag)).toEqual([await headOf(omnibus), undefined, undefined]);
    const told = (await issuesOf(omnibus)).find(({ iid }) => iid === issue);
    expect(told?.title).toBe('Mirror of omnibus-gitlab: tag 18.6.2+ee.0 differs');
    expect(told?.description).toContain(
      'The tag 18.6.2+ee.0 on canonical is not of patch:1, which has reserved that name.',
    );
    expect(told?.description).not.toContain('--way follow');
  });
});
