import type { ClosedRelease, TaggedProject, VersionPlan } from '../../../activities/effects';
import { ESCAPE, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const LINES = ['default', '18.6', '18.5', '18.4'];
const VERSION = '18.6.2';
const HEADLINE = 'v18.6.2 of gitaly does not hold exactly what its list says.';

let world: OutsideWorld;
let fix: SecretFix;
let plan: VersionPlan;
let tagged: readonly TaggedProject[];

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, { ...ESCAPE, lines: LINES });
  const closed = await close('patch:1');
  plan = closed.versions[0] as VersionPlan;
  tagged = [await tag(closed, 'gitaly')];
}, 120_000);
afterAll(() => world.end());

function close(release: string): Promise<ClosedRelease> {
  const { settings } = world;
  return world.effects.closeRelease({
    release,
    kind: 'patch',
    settings,
    cut: { patch: ['18.6', '18.5', '18.4'] },
  });
}

async function tag(closed: ClosedRelease, name: string): Promise<TaggedProject> {
  const [version] = closed.versions;
  const project = world.project(name);
  const projectPlan = version?.projects.find((one) => one.project === name);
  if (version === undefined || projectPlan === undefined) throw new Error(`${name} is not in it`);
  return world.effects.tagProject({
    release: 'patch:1',
    kind: 'patch',
    project,
    plan: projectPlan,
    version: version.version,
    closedAt: closed.at,
    pinned: [],
  });
}

async function check(changed: { plan?: VersionPlan; tagged?: readonly TaggedProject[] } = {}) {
  const { settings, effects } = world;
  const { verdict } = await effects.checkLists({
    release: 'patch:1',
    kind: 'patch',
    settings,
    plan,
    tagged,
    ...changed,
  });
  return verdict;
}

/** The plan of gitaly as it would be with other fixes in it. */
function disclosing(topics: readonly { embargo: string; ordinal: number; head: string }[]): VersionPlan {
  const projects = plan.projects.map((one) => {
    if (one.project !== 'gitaly' || one.disclosed === undefined) return one;
    return { ...one, disclosed: { ...one.disclosed, topics } };
  });
  return { ...plan, projects };
}

async function findings(embargo: string): Promise<readonly string[]> {
  return (await world.records.embargoes.findings(embargo)).map(({ sentence }) => sentence);
}

it('lets a version pass that holds what its list says, with the fix that it discloses', async () => {
  const verdict = await check();

  expect(verdict).toMatchObject({ verdict: 'pass', evidence: [] });
  expect(await findings(fix.embargo.id)).toEqual([]);
});

it('names a merge request that the tag has and no list names', async () => {
  const listed = await world.records.inclusions.ofVersion({ version: VERSION, project: 'gitaly' });
  const unlisted = { ...plan, version: '18.6.99' };

  const verdict = await check({ plan: unlisted });

  expect(listed.length).toBeGreaterThan(0);
  expect(verdict).toMatchObject({ verdict: 'fail', whoActs: 'release-manager' });
  for (const { mergeRequest, title } of listed)
    expect(verdict.sentence).toContain(
      `gitaly!${mergeRequest} (${title}) is in v18.6.2, and no list names it`,
    );
  expect(verdict.sentence).toContain('Abort the release and start it again');
});

it('names a merge request that is listed and that the tag lacks', async () => {
  const mirror = world.mirrorOf(world.project('gitaly'));
  const [gitaly] = tagged;
  if (gitaly === undefined) throw new Error('gitaly is tagged');
  const before = await mirror.resolve('refs/sides/canonical/tags/v18.6.1');
  const listed = await world.records.inclusions.ofVersion({ version: VERSION, project: 'gitaly' });

  const verdict = await check({ tagged: [{ ...gitaly, commit: before ?? '' }] });

  for (const { mergeRequest, title } of listed)
    expect(verdict.sentence).toContain(`gitaly!${mergeRequest} (${title}) is listed, and v18.6.2 lacks it`);
});

it('says of a fix that is listed and absent to its audience alone which it is', async () => {
  const other = await plantSecretFix(world, {
    code: 'qqqqqqqqqq',
    project: 'gitaly',
    lines: ['18.6'],
    path: 'other.rb',
    content: 'other',
  });
  const head = other.heads['18.6'] ?? '';

  const verdict = await check({
    plan: disclosing([
      { embargo: fix.embargo.id, ordinal: 1, head: fix.heads['18.6'] ?? '' },
      { embargo: other.embargo.id, ordinal: 2, head },
    ]),
  });

  expect(await findings(other.embargo.id)).toEqual([
    `${other.embargo.id} is to be disclosed with 18.6.2, and v18.6.2 of gitaly lacks it: it should be in the tag. Nothing of 18.6.2 was published.`,
  ]);
  expect(verdict.sentence).toContain(HEADLINE);
  expect(JSON.stringify(verdict)).not.toMatch(/embargo|qqqqqqqqqq|is listed|fix/);
});

it('says of a fix that is in the tag and not to be disclosed to its audience alone which it is', async () => {
  const verdict = await check({ plan: disclosing([]) });

  expect(await findings(fix.embargo.id)).toContain(
    `${fix.embargo.id} is in v18.6.2 of gitaly, and 18.6.2 is not to disclose it: it should not be in the tag. Nothing of 18.6.2 was published.`,
  );
  expect(verdict.sentence).toContain(HEADLINE);
  expect(JSON.stringify(verdict)).not.toMatch(/embargo|k3v9x0q2ab|in the tag|fix/);
});

it('says the same, word for word, where somebody has moved the tag and there is no fix at all', async () => {
  const secret = await check({ plan: disclosing([]) });
  const path = 'gitlab-org/security/gitaly';
  const repository = world.repository(path);
  const before = (await repository.git(['rev-parse', 'refs/tags/v18.6.2'])).trim();
  await repository.git(['update-ref', 'refs/tags/v18.6.2', 'refs/tags/v18.6.1']);

  const moved = await check();
  await repository.git(['update-ref', 'refs/tags/v18.6.2', before]);

  expect(moved).toEqual(secret);
});

it('lists no merge request that was taken back before the release closed', async () => {
  const repository = world.repository('gitlab-org/gitlab');
  const branch = 'refs/heads/18-5-stable-ee';
  const listed = await world.records.inclusions.ofVersion({ version: '18.5.4', project: 'gitlab' });
  const head = (await repository.git(['rev-parse', branch])).trim();
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const undoing = ['commit-tree', `${head}^1^{tree}`, '-p', head, '-m', 'Take it back'];
  await repository.git(['update-ref', branch, (await repository.git([...identity, ...undoing])).trim()]);

  const again = await close('patch:2');

  const version = again.versions.find(({ minor }) => minor === '18.5')?.version ?? '';
  const now = await world.records.inclusions.ofVersion({ version, project: 'gitlab' });
  const left = listed.filter(({ sha }) => sha !== head);
  expect(left).toHaveLength(listed.length - 1);
  expect(now.map(({ mergeRequest }) => mergeRequest)).toEqual(left.map(({ mergeRequest }) => mergeRequest));
});
