import type { ClosedVersion, Rehearsed } from '../../../activities/effects';
import { obstaclesOf, whatMoved, type Rehearsal } from '../../../domain/release/rehearsal';
import { ENGINE } from '../../../domain/release/release';
import { ESCAPE, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { cloneOf } from '../../support/work-tree';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const MINORS = ['18.6', '18.5', '18.4'];
const RELEASE = 'patch:1';
const LOST = '9'.repeat(40);

let world: OutsideWorld;
let fix: SecretFix;
let versions: readonly ClosedVersion[];

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['default', ...MINORS] });
  versions = await taggedVersions();
}, 120_000);
afterAll(() => world.end());

/** The patch closed, and tagged as far as gitaly goes. */
async function taggedVersions(): Promise<readonly ClosedVersion[]> {
  const { settings } = world;
  const common = { release: RELEASE, kind: 'patch' } as const;
  const closed = await world.effects.closeRelease({ ...common, settings, cut: { patch: MINORS } });
  const project = world.project('gitaly');
  return Promise.all(
    closed.versions.map(async ({ version, minor, projects }) => {
      const gitaly = projects.filter((one) => one.project === project.name);
      for (const plan of gitaly) {
        const step = { ...common, project, plan, version, closedAt: closed.at, pinned: [] };
        await world.effects.tagProject(step);
      }
      return { closedAt: closed.at, plan: { version, minor, projects: gitaly } };
    }),
  );
}

async function rehearse(settings = world.settings): Promise<Rehearsed & { readonly page: Rehearsal }> {
  const answer = await world.effects.rehearseRelease({ release: RELEASE, kind: 'patch', settings, versions });
  const [kept] = await world.records.rehearsals.ofRelease(RELEASE);
  if (kept === undefined) throw new Error('it was kept');
  return { ...answer, page: kept.page };
}

function refsOf({ pushes }: Rehearsal, of: string) {
  return pushes.find((push) => push.of === of)?.refs ?? [];
}

async function nameForPublic(publicTitle: string): Promise<void> {
  await world.records.embargoes.nameForPublic({
    embargo: fix.embargo.id,
    key: publicTitle,
    actor: { id: 'ada', roles: [] },
    reason: 'Agreed on.',
    publicTitle,
  });
}

/** The texts about fixes. */
async function called() {
  return (await rehearse()).page.texts.filter(({ name }) => name.startsWith('public name'));
}

describe('a rehearsal of a patch with a fix under embargo', () => {
  it('tells each ref old and new, the default branch too, and that the gate lets all of it pass', async () => {
    const before = await world.refOf('gitlab-org/gitaly', 'refs/heads/18-6-stable');

    const { page, isClear } = await rehearse();

    expect(obstaclesOf(page)).toEqual([]);
    expect(isClear).toBe(true);
    expect(page.pushes.map(({ of }) => of)).toEqual(['18.6.2', '18.5.4', '18.4.6', 'master']);
    const [branch, tag] = refsOf(page, '18.6.2');
    expect(branch).toMatchObject({ ref: 'refs/heads/18-6-stable', from: before });
    expect(tag).toMatchObject({ ref: 'refs/tags/v18.6.2' });
    expect(tag).not.toHaveProperty('from');
    expect(page.texts.map(({ name }) => name)).toContain('release page of v18.6.2');
  });

  it('pushes nothing, finds nothing and moves nothing in the registry', async () => {
    const { embargoes } = world.records;
    const revision = await embargoes.revision();

    await rehearse();

    expect(await embargoes.revision()).toBe(revision);
    expect(await embargoes.findings(fix.embargo.id)).toEqual([]);
    const canonical = world.repository('gitlab-org/gitaly');
    for (const object of fix.objects)
      expect(await canonical.git(['cat-file', '-e', object]).catch(() => 'not there')).toBe('not there');
    expect(await world.refOf('gitlab-org/gitaly', 'refs/tags/v18.6.2')).toBeUndefined();
  });

  it('tells what each fix will be called, and that the gate would refuse a name that tells too much', async () => {
    const unnamed = await called();
    await nameForPublic('See gitlab-org/security/gitaly!7');
    const telling = await called();
    await nameForPublic('Tokens can be guessed');
    const named = await called();

    const told = [unnamed, telling, named].map(([one, ...more]) => [
      one?.text,
      one?.verdict.verdict,
      ...more,
    ]);
    expect(told).toEqual([
      ['Security fix of severity S2', 'pass'],
      ['See gitlab-org/security/gitaly!7', 'fail'],
      ['Tokens can be guessed', 'pass'],
    ]);
  });

  it('shows the release page with the packages that were built', async () => {
    const { effects } = world;
    const project = world.project('gitaly');
    const [version] = versions;
    const plan = version?.plan.projects[0];
    if (version === undefined || plan === undefined) throw new Error('there is a version');
    const common = { release: RELEASE, kind: 'patch', project, plan, version: version.plan.version } as const;
    const tagged = await effects.tagProject({ ...common, closedAt: version.closedAt, pinned: [] });
    const before = await rehearse();
    const { files } = await effects.buildPackages({
      ...common,
      closedAt: version.closedAt,
      tagged,
      components: [tagged],
    });

    const { page } = await rehearse();

    const url = `${world.gitlab.url}/api/v4/projects/${encodeURIComponent('gitlab-org/gitaly')}/packages/generic`;
    const ofPage = ({ texts }: Rehearsal) =>
      texts.find(({ name }) => name === `release page of v${plan.version}`)?.text;
    for (const { name, version: number, file } of files)
      expect(ofPage(page)).toContain(`${url}/${name}/${number}/${file}`);
    expect(ofPage(before.page)).not.toContain(url);
    expect(files.length).toBeGreaterThan(0);
  });

  it('has the same digest for the same, and says what moved when canonical has moved', async () => {
    const first = await rehearse();
    const same = await rehearse();
    const head = await world.refOf('gitlab-org/gitaly', 'refs/heads/18-6-stable');
    const canonical = world.repository('gitlab-org/gitaly');
    const somebody = {
      GIT_AUTHOR_NAME: 'Erik',
      GIT_AUTHOR_EMAIL: 'erik@example.com',
      GIT_COMMITTER_NAME: 'Erik',
      GIT_COMMITTER_EMAIL: 'erik@example.com',
    };
    const empty = ['commit-tree', `${head}^{tree}`, '-p', head ?? '', '-m', 'Say hello'];
    const moved = (await canonical.git(empty, somebody)).trim();
    await canonical.git(['update-ref', 'refs/heads/18-6-stable', moved]);

    const then = await rehearse();

    expect(same.digest).toBe(first.digest);
    expect(then.digest).not.toBe(first.digest);
    expect(whatMoved(first.page, then.page)).toEqual(['gitaly refs/heads/18-6-stable']);
  });
});

it('tells beside what is signed whether managed systems have the fix, as they are now', async () => {
  const settings = { ...world.settings, managedSystems: ['gprd'] };
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const exception = { system: 'gprd', approvedBy: 'lena', reason: 'Its disks are full.', until };

  const unnamed = await rehearse();
  const lacking = await rehearse(settings);
  const excepted = await rehearse({ ...settings, systemExceptions: [exception] });
  await world.gitlab.request(
    'POST',
    `/projects/${encodeURIComponent('gitlab-org/security/gitaly')}/deployments`,
    {
      environment: 'gprd',
      sha: fix.heads['default'],
      ref: 'master',
      tag: false,
      status: 'success',
    },
  );
  const fixed = await rehearse(settings);

  expect(unnamed.page.systems).toBeUndefined();
  expect([lacking, excepted, fixed].map(({ page }) => page.systems?.map(({ sentence }) => sentence))).toEqual(
    [
      ['The fix in gitaly is not on gprd yet; each gets it, or is named as an exception.'],
      [`The fix in gitaly was asked of no managed system: gprd (excepted by lena until ${until}).`],
      ['The fix in gitaly is on every managed system.'],
    ],
  );
  expect(new Set([unnamed, lacking, excepted, fixed].map(({ digest }) => digest)).size).toBe(1);
  expect(new Set([unnamed, lacking, excepted, fixed].map(({ isClear }) => isClear)).size).toBe(1);
});

function recorded() {
  return world.records.transitions.ofRelease(RELEASE);
}

describe('what cannot come to a default branch', () => {
  it('is told on the page, where its commits do not merge, and to nobody else', async () => {
    const tree = await cloneOf(world.repository('gitlab-org/gitaly').path);
    await tree.commit({ 'escape.rb': 'escaped by somebody else\n' });
    await tree.git('push', '--quiet', 'origin', 'HEAD:refs/heads/master');
    await tree.end();
    const before = await recorded();

    const { page, isClear } = await rehearse();

    const push = page.pushes.find(({ of }) => of === 'master');
    expect(push).toMatchObject({ project: 'gitaly', refs: [], verdict: { verdict: 'fail' } });
    expect(push?.verdict.sentence).toContain('what this release has made public does not merge into it');
    expect(isClear).toBe(false);
    expect(await recorded()).toEqual(before);
  });

  it('is told on the page, where a commit is lost, without the name of a fix', async () => {
    const { embargo } = fix;
    const [topic] = embargo.topics.filter(({ line }) => line === 'default');
    if (topic === undefined) throw new Error('it has one');
    await world.records.embargoes.registerTopic({
      embargo: embargo.id,
      key: `${embargo.id}/lost`,
      actor: ENGINE,
      reason: 'planted',
      topic: { ...topic, head: LOST },
      objects: [],
      fingerprints: [],
      making: 'none',
    });

    const { page, isClear } = await rehearse();

    const push = page.pushes.find(({ of }) => of === 'master');
    expect(push).toMatchObject({ project: 'gitaly', refs: [], verdict: { verdict: 'fail' } });
    expect(push?.verdict.sentence).toMatch(/^composition of gitaly: a commit that goes into it is no commit/);
    expect(JSON.stringify(push)).not.toMatch(new RegExp(`${embargo.id}|${LOST}`));
    expect(isClear).toBe(false);
  });
});
