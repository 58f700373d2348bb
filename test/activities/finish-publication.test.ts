import type { ClosedRelease, PublicationClaim, TaggedProject } from '../../activities/effects';
import type { ReleaseSettings } from '../../domain/release/release';
import { openPatch } from '../support/records';
import { startOutsideWorld, type OutsideWorld } from './outside-world';

const CANONICAL = 'gitlab-org/gitaly';

let world: OutsideWorld;
let settings: ReleaseSettings;

/** A product of one project is enough to overtake in. */
beforeAll(async () => {
  world = await startOutsideWorld();
  settings = { ...world.settings, projects: [world.project('gitaly')] };
}, 60_000);
afterAll(() => world.end());

async function close(release: string, minor: string): Promise<ClosedRelease> {
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: [minor] } });
}

interface Prepared {
  readonly closed: ClosedRelease;
  readonly tagged: TaggedProject;
  readonly files: readonly string[];
}

/** Tagged and built on the private sides, as a release is when it claims. */
async function prepare(release: string, minor = '18.6'): Promise<Prepared> {
  const closed = await close(release, minor);
  const [version] = closed.versions;
  const [plan] = version?.projects ?? [];
  const project = world.project('gitaly');
  if (version === undefined || plan === undefined) throw new Error('it has one version of one project');
  const common = { release, kind: 'patch' as const, version: version.version, closedAt: closed.at };
  const step = { ...common, project, plan };
  const tagged = await world.effects.tagProject({ ...step, pinned: [] });
  const built = await world.effects.buildPackages({ ...step, tagged, components: [tagged] });
  return { closed, tagged, files: built.files.map(({ file }) => file) };
}

async function claim(release: string, { closed }: Prepared): Promise<PublicationClaim> {
  const versions = closed.versions.map(({ version }) => version);
  return world.effects.claimPublication({ release, kind: 'patch', settings, versions, fixes: [] });
}

it('makes public what another release has claimed, and is made again on it, though that one does nothing more', async () => {
  await openPatch(world.records, 'patch:1', settings);
  await openPatch(world.records, 'patch:2', settings);
  const first = await prepare('patch:1');
  const second = await prepare('patch:2');
  expect(await claim('patch:1', first)).toMatchObject({ claimed: true, unfinished: [] });

  const overtaken = await claim('patch:2', second);
  const finish = { release: 'patch:2', kind: 'patch' as const, of: overtaken.unfinished ?? [] };
  await world.effects.finishPublications(finish);
  const again = await world.effects.finishPublications(finish);
  await world.effects.withdrawVersions({
    ...finish,
    settings,
    versions: second.closed.versions,
    reason: 'It was overtaken.',
    by: { id: 'signalbox', roles: ['engine'] },
  });
  const third = await prepare('patch:2');

  expect(overtaken).toMatchObject({ claimed: false, overtaken: ['18.6.3'], unfinished: ['patch:1'] });
  expect(again.at).toBeDefined();
  expect(await world.refOf(CANONICAL, 'refs/heads/18-6-stable')).toBe(first.tagged.commit);
  expect(await world.refOf(CANONICAL, 'refs/tags/v18.6.2')).toBeDefined();
  const stored = { project: CANONICAL, name: 'gitaly', version: '18.6.2' };
  const files = await world.outside.gitlab.storedFiles(stored);
  expect(files.map(({ name }) => name).toSorted()).toEqual([...first.files].toSorted());
  expect(await world.records.versions.find({ number: '18.6.2' })).toMatchObject({ state: 'published' });
  expect(third.closed.versions.map(({ version }) => version)).toEqual(['18.6.4']);
  expect(await claim('patch:2', third)).toMatchObject({ claimed: true });
});

it('is at it beside others, and finds what they have done', async () => {
  await openPatch(world.records, 'patch:3', settings);
  const prepared = await prepare('patch:3', '18.5');
  await claim('patch:3', prepared);
  const finish = { release: 'patch:4', kind: 'patch' as const, of: ['patch:3'] };

  await Promise.all([world.effects.finishPublications(finish), world.effects.finishPublications(finish)]);

  const [version] = prepared.closed.versions;
  expect(await world.records.versions.find({ number: version?.version ?? '' })).toMatchObject({
    state: 'published',
  });
});
