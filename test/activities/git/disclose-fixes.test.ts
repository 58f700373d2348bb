import type { ClosedRelease, VersionPlan } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import type { ReleaseKind } from '../../../domain/release/milestones';
import type { ReleaseSettings } from '../../../domain/release/release';
import { ESCAPE, plantSecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';
import { openPatch, reserve, unitOf } from '../../support/records';
import { cloneOf, remoteOf } from '../../support/work-tree';

const CANONICAL = 'gitlab-org/gitaly';
const MINORS = ['18.6', '18.5', '18.4'];

let world: OutsideWorld;
let settings: ReleaseSettings;

/** A product of one project, whose next minor has a stable branch. */
beforeEach(async () => {
  world = await startOutsideWorld();
  settings = { ...world.settings, projects: [world.project('gitaly')] };
  const head = await world.refOf(CANONICAL, 'refs/heads/master');
  await world.repository(CANONICAL).git(['update-ref', 'refs/heads/18-7-stable', head ?? '']);
}, 60_000);
afterEach(() => world.end());

function of(release: string) {
  return { release, kind: 'patch' as const, settings };
}

async function plant(lines: readonly string[]): Promise<string> {
  return (await plantSecretFix(world, { ...ESCAPE, lines })).embargo.id;
}

async function open(release: string): Promise<void> {
  await openPatch(world.records, release, settings);
  await world.effects.surveyLines({ ...of(release), minors: MINORS });
}

function close(release: string, minors: readonly string[]): Promise<ClosedRelease> {
  return world.effects.closeRelease({ ...of(release), cut: { patch: minors } });
}

async function claim(release: string, plans: readonly VersionPlan[]) {
  const versions = plans.map(({ version }) => version);
  return world.effects.claimPublication({ ...of(release), versions, fixes: fixesIn(plans) });
}

async function publish(release: string, { versions, at: closedAt }: ClosedRelease): Promise<void> {
  for (const { version, projects } of versions)
    for (const plan of projects) {
      const step = { ...of(release), project: world.project(plan.project), plan, version, closedAt };
      const tagged = await world.effects.tagProject({ ...step, pinned: [] });
      await world.effects.publishRefs({ ...step, tagged, pinned: [] });
    }
}

async function contentOn(branch: string): Promise<string | undefined> {
  const content = await world.repository(CANONICAL).file(`refs/heads/${branch}`, 'escape.rb');
  return content?.toString();
}

function contentOf(version: string) {
  return world.repository(CANONICAL).file(`refs/tags/v${version}`, 'escape.rb');
}

function versionsWithFix({ versions }: ClosedRelease): readonly string[] {
  return fixesIn(versions)
    .map(({ version }) => version)
    .toSorted();
}

/** 18.7.0 is claimed by its monthly and on canonical. */
async function bringOutNextMinor(): Promise<void> {
  const release = 'monthly:18.7';
  await reserve(world.records, release, { '18.7.0': undefined });
  const unit = unitOf(release, ['18.7.0']);
  await world.records.publication.claim(unit);
  await world.repository(CANONICAL).git(['tag', 'v18.7.0', 'refs/heads/18-7-stable']);
  await world.records.publication.markPublished(unit);
}

it('covers a minor of which nothing is out on its stable branch, so that its first version has the fix', async () => {
  const fix = await plant(['default', '18.7', ...MINORS]);
  await open('patch:1');
  const closed = await close('patch:1', MINORS);

  expect(await claim('patch:1', closed.versions)).toMatchObject({ claimed: true });
  await publish('patch:1', closed);
  const before = await contentOn('18-7-stable');
  await world.effects.discloseFixes({ ...of('patch:1'), fixes: fixesIn(closed.versions), at: closed.at });

  expect(versionsWithFix(closed)).toEqual(['18.4.6', '18.5.4', '18.6.2']);
  expect(before).toBeUndefined();
  expect(await contentOn('18-7-stable')).toBe('escaped on 18.7\n');
  expect(await contentOn('master')).toBe('escaped on default\n');
  expect(await world.records.embargoes.find(fix)).toMatchObject({ state: 'disclosed' });
});

it('gets a version of a minor that came out since it opened, whether or not it discloses anything', async () => {
  await plant(['default', '18.7', ...MINORS]);
  await open('patch:1');
  await open('patch:2');
  const closed = await close('patch:1', MINORS);
  await bringOutNextMinor();

  const early = await claim('patch:1', closed.versions);
  const more = await close('patch:1', early.lacking ?? []);
  const late = await claim('patch:1', [...closed.versions, ...more.versions]);
  const other = await close('patch:2', MINORS);

  expect(early).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });
  expect(versionsWithFix(more)).toEqual(['18.7.1']);
  expect(late).toMatchObject({ claimed: true });
  expect(other.versions.map(({ minor }) => minor)).toEqual([...MINORS, '18.7']);
});

it('keeps to its minors where it was started for some of those that are maintained', async () => {
  await open('patch:1');
  const closed = await close('patch:1', ['18.6']);
  await bringOutNextMinor();

  expect(await claim('patch:1', closed.versions)).toMatchObject({ claimed: true });
});

it('makes a version again with the fix that its other versions have', async () => {
  await plant(['default', '18.7', ...MINORS]);
  await open('patch:1');
  const closed = await close('patch:1', MINORS);
  const [lost] = closed.versions.filter(({ minor }) => minor === '18.5');
  if (lost === undefined) throw new Error('it is one of three');
  await world.effects.withdrawVersions({
    ...of('patch:1'),
    versions: [lost],
    reason: 'It was overtaken.',
    by: { id: 'signalbox', roles: ['engine'] },
  });

  const again = await close('patch:1', ['18.5']);

  expect(versionsWithFix(again)).toEqual(['18.5.5']);
  const kept = closed.versions.filter((version) => version !== lost);
  expect(await claim('patch:1', [...kept, ...again.versions])).toMatchObject({ claimed: true });
});

describe('X.Y.0, tagged before a fix is disclosed', () => {
  const MONTHLY = { release: 'monthly:18.7', kind: 'monthly' as const };

  function closeMonthly(cut: Parameters<typeof world.effects.closeRelease>[0]['cut']) {
    return world.effects.closeRelease({ ...MONTHLY, settings, cut });
  }

  async function tag(
    { versions, at: closedAt }: ClosedRelease,
    release: { readonly release: string; readonly kind: ReleaseKind } = MONTHLY,
  ) {
    const [version] = versions;
    const [plan] = version?.projects ?? [];
    if (version === undefined || plan === undefined) throw new Error('it has one version of one project');
    const common = { ...release, version: version.version, closedAt };
    const step = { ...common, project: world.project('gitaly'), plan, pinned: [] };
    return { ...step, tagged: await world.effects.tagProject(step) };
  }

  function claimMonthly(versions: readonly string[]) {
    return world.effects.claimPublication({ ...MONTHLY, settings, versions, fixes: [] });
  }

  async function firstVersion() {
    const sha = (await world.refOf(CANONICAL, 'refs/heads/18-7-stable')) ?? '';
    const candidate = { at: '', projects: [{ project: 'gitaly', sha, sentence: 'gprd runs it.' }] };
    await closeMonthly({ candidate, minor: '18.7', rc: 42 });
    return tag(await closeMonthly({ final: '18.7' }));
  }

  it('comes out together with X.Y.1, which has it', async () => {
    await plant(['default', '18.7', ...MINORS]);
    const first = await firstVersion();
    await open('patch:1');
    const patch = await close('patch:1', MINORS);
    await claim('patch:1', patch.versions);
    await publish('patch:1', patch);
    await world.effects.discloseFixes({ ...of('patch:1'), fixes: fixesIn(patch.versions), at: patch.at });

    const alone = await claimMonthly(['18.7.0']);
    const next = await closeMonthly({ after: '18.7.0' });
    const second = await tag(next);
    const again = await (await world.anotherWorker()).effects.tagProject(second);
    const together = await claimMonthly(['18.7.0', '18.7.1']);
    await world.effects.publishRefs(first);
    await world.effects.publishRefs(second);

    expect(alone).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'], unfinished: [] });
    expect(next.versions.map(({ version }) => version)).toEqual(['18.7.1']);
    expect(again.commit).toBe(second.tagged.commit);
    expect(together).toMatchObject({ claimed: true });
    expect(await contentOf('18.7.0')).toBeUndefined();
    expect((await contentOf('18.7.1'))?.toString()).toBe('escaped on 18.7\n');
    const contains = ['merge-base', '--is-ancestor', 'v18.7.0', 'v18.7.1'];
    expect(await world.repository(CANONICAL).git(contains)).toBe('');
  });

  it('waits for no patch that has only begun to disclose: it does the rest of it', async () => {
    await plant(['default', '18.7', ...MINORS]);
    await firstVersion();
    await open('patch:1');
    const patch = await close('patch:1', MINORS);
    for (const version of patch.versions) await tag({ ...patch, versions: [version] }, of('patch:1'));
    await claim('patch:1', patch.versions);

    const early = await claimMonthly(['18.7.0']);
    await world.effects.finishPublications({ ...MONTHLY, of: early.unfinished ?? [] });
    const late = await claimMonthly(['18.7.0']);

    expect(early).toMatchObject({ claimed: false, lacking: [], unfinished: ['patch:1'] });
    expect(await contentOn('18-7-stable')).toBe('escaped on 18.7\n');
    expect(late).toMatchObject({ claimed: false, lacking: ['18.7'] });
  });

  it('does not come out without a fix that was reverted before its branch was born, nor alone once that has it again', async () => {
    await plant(['default', '18.7', ...MINORS]);
    await open('patch:1');
    const patch = await close('patch:1', MINORS);
    await claim('patch:1', patch.versions);
    await publish('patch:1', patch);
    await world.effects.discloseFixes({ ...of('patch:1'), fixes: fixesIn(patch.versions), at: patch.at });
    const developer = await cloneOf(remoteOf(world.gitlab, CANONICAL, world.gitlab.token));
    await developer.git('switch', '--quiet', '18-7-stable');
    await developer.git('revert', '--no-edit', '-m', '1', 'HEAD');
    await developer.git('push', '--quiet', 'origin', 'HEAD');
    await firstVersion();

    const failure = await failureOf(claimMonthly(['18.7.0']));
    await developer.git('revert', '--no-edit', 'HEAD');
    await developer.git('push', '--quiet', 'origin', 'HEAD');
    await developer.end();
    const alone = await claimMonthly(['18.7.0']);

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain('on 18-7-stable of gitaly takes back “Security fix of severity S2”');
    expect(alone).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });
  }, 180_000);

  it('does not come out without a fix that is public and not on its stable branch', async () => {
    await plant(['default', ...MINORS]);
    await firstVersion();
    const change = { embargo: 'embargo:k3v9x0q2ab', actor: { id: 'ada', roles: [] }, reason: 'It is out.' };
    const { embargoes } = world.records;
    await embargoes.move({ ...change, key: 'a', from: 'sealed', to: 'disclosing', plan: 'patch:9' });
    await embargoes.move({ ...change, key: 'b', from: 'disclosing', to: 'disclosed' });

    const failure = await failureOf(claimMonthly(['18.7.0']));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain('18.7.0 lacks a security fix, which is public');
    expect(failure.message).not.toContain('k3v9x0q2ab');
  });
});
