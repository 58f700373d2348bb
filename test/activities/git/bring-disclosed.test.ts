import { bringDisclosed } from '../../../activities/git/bring-disclosed';
import { commitTree } from '../../../activities/git/compose-version';
import { ENGINE } from '../../../domain/release/release';
import { commitFiles } from '../../support/gitlab';
import { findProject } from '../../../sandbox/gitlab/instance';
import {
  mergeInPublic,
  openSecretFix,
  plantSecretFix,
  type SecretFix,
  type SecretFixWanted,
} from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitaly';
const STABLE = 'refs/heads/18-7-stable';

let world: OutsideWorld;

/** The stable branch of 18.7 is cut, and 18.7.0 is not out. */
beforeEach(async () => {
  world = await startOutsideWorld();
  const head = await world.refOf(CANONICAL, 'refs/heads/master');
  await world.repository(CANONICAL).git(['update-ref', STABLE, head ?? '']);
}, 60_000);
afterEach(() => world.end());

type Planted = Partial<SecretFixWanted> & { readonly code: string };

function plant(fix: Planted): Promise<SecretFix> {
  return plantSecretFix(world, {
    project: 'gitaly',
    lines: ['default', '18.6'],
    path: 'escape.rb',
    content: 'escaped',
    ...fix,
  });
}

/** As a patch does it that knew nothing of the stable branch: to the default branch. */
async function disclose(fix: SecretFix, state: 'disclosing' | 'disclosed' = 'disclosed'): Promise<void> {
  await mergeInPublic(world, { project: 'gitaly', fix });
  await move(fix.embargo.id, 'sealed', 'disclosing');
  if (state === 'disclosed') await move(fix.embargo.id, 'disclosing', 'disclosed');
}

function move(embargo: string, from: 'sealed' | 'disclosing', to: 'disclosing' | 'disclosed') {
  const change = { embargo, actor: ENGINE, reason: 'planted', key: `${embargo}/${to}`, from, to };
  return world.records.embargoes.move(to === 'disclosing' ? { ...change, plan: 'patch:1' } : change);
}

/** What a monthly does before it cuts X.Y.0, and before it claims it. @returns the stable branch afterwards */
async function bring(): Promise<string> {
  await world.mirrorOf(world.project('gitaly')).fetch('canonical');
  const { settings } = world;
  await bringDisclosed(world.outside, { release: 'monthly:18.7', settings, minor: '18.7' });
  return (await world.refOf(CANONICAL, STABLE)) ?? '';
}

function isOnStable(fix: SecretFix): Promise<boolean> {
  return isIn(fix, STABLE);
}

async function isIn({ heads }: SecretFix, commit: string): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', heads['default'] ?? '', '--not', commit];
  return (await world.repository(CANONICAL).git(args)) === '';
}

async function commitOn(branch: string, files: Readonly<Record<string, string>>): Promise<void> {
  const row = findProject(world.gitlab.instance, CANONICAL);
  if (row === undefined) throw new Error('it is planted');
  await commitFiles(world.gitlab.instance, row, files, { branch });
}

describe('a fix that was disclosed after the stable branch of X.Y was cut', () => {
  it('comes to it by one merge, however often the release looks, in words that name nothing of it', async () => {
    const before = (await world.refOf(CANONICAL, STABLE)) ?? '';
    const fix = await plant({ code: 'k3v9x0q2ab' });
    await disclose(fix);

    const after = await bring();

    expect(await isOnStable(fix)).toBe(true);
    const merges = await world
      .repository(CANONICAL)
      .git(['log', '--first-parent', '--format=%B', `${before}..${after}`]);
    expect(merges.trim()).toBe(
      `Merge a security fix\n\nSignalbox-Key: monthly:18.7/disclose/gitaly/18-7-stable/${fix.heads['default']}`,
    );
    expect(await bring()).toBe(after);
  });

  it('is in the X.Y.0 that is cut then', async () => {
    const monthly = { release: 'monthly:18.7', kind: 'monthly' as const, settings: world.settings };
    const candidate = await world.effects.chooseCandidate({ ...monthly, minor: '18.7' });
    await world.effects.closeRelease({ ...monthly, cut: { candidate, minor: '18.7', rc: 42 } });
    const fix = await plant({ code: 'k3v9x0q2ab' });
    await disclose(fix);

    const { versions } = await world.effects.closeRelease({ ...monthly, cut: { final: '18.7' } });

    const plan = versions[0]?.projects.find(({ project }) => project === 'gitaly');
    expect(await isIn(fix, plan?.base ?? '')).toBe(true);
  });

  it.each([
    ['first', 'aaaaaaaaaa', 'bbbbbbbbbb'],
    ['last', 'bbbbbbbbbb', 'aaaaaaaaaa'],
  ])('comes with the one that it is built on, which was opened %s', async (_when, ...codes) => {
    const [lower, upper] = codes;
    for (const code of codes.toSorted()) await openSecretFix(world, { code, lines: ['default', '18.6'] });
    const first = await plant({ code: lower });
    const second = await plant({ code: upper, path: 'second.rb', on: first });
    await disclose(first);
    await disclose(second);

    await bring();

    expect([await isOnStable(first), await isOnStable(second)]).toEqual([true, true]);
  });

  it('is left to people where it would bring along what else the default branch has got', async () => {
    await commitOn('master', { 'lib/feature.rb': 'a feature of 18.8\n' });
    const before = await world.refOf(CANONICAL, STABLE);
    await disclose(await plant({ code: 'k3v9x0q2ab' }));

    expect(await bring()).toBe(before);
  });

  it('is left to people where somebody has taken it back on the default branch', async () => {
    const before = await world.refOf(CANONICAL, STABLE);
    await disclose(await plant({ code: 'k3v9x0q2ab', path: 'README.md' }));
    const canonical = world.repository(CANONICAL);
    const readme = await canonical.file('refs/heads/master~1', 'README.md');
    await commitOn('master', { 'README.md': readme?.toString() ?? '' });

    expect(await bring()).toBe(before);
  });

  it('is left to people where its owner has written it for this minor anew', async () => {
    const before = await world.refOf(CANONICAL, STABLE);
    await disclose(await plant({ code: 'k3v9x0q2ab', lines: ['default', '18.7'] }));

    expect(await bring()).toBe(before);
  });

  it('is left to people, with no word of why, where a topic under embargo is built on it in the same way', async () => {
    // So that the two together are a folder that neither has.
    await commitOn('18-7-stable', { 'doc/of-18-7.md': 'of 18.7\n' });
    const before = (await world.refOf(CANONICAL, STABLE)) ?? '';
    const fix = await plant({ code: 'k3v9x0q2ab' });
    const mirror = world.mirrorOf(world.project('gitaly'));
    const parents = [before, fix.heads['default'] ?? ''];
    const tree = (await mirror.git(['merge-tree', '--write-tree', ...parents])).trim();
    const merge = { tree, parents, message: 'Build on it\n', at: '2026-11-11T08:00:00.000Z' };
    const on = { heads: { '18.7': await commitTree(mirror, merge) } };
    await plant({ code: 'bbbbbbbbbb', path: 'second.rb', lines: ['18.7'], on });
    await disclose(fix);

    expect(await bring()).toBe(before);
    expect(await world.records.embargoes.findings('embargo:bbbbbbbbbb')).toEqual([]);
  });

  it('is left to people where it does not merge, and keeps no other from coming', async () => {
    const inTheWay = await plant({ code: 'k3v9x0q2ab' });
    const other = await plant({ code: 'bbbbbbbbbb', path: 'second.rb' });
    await commitOn('18-7-stable', { 'escape.rb': 'otherwise\n' });
    await disclose(inTheWay);
    await disclose(other);

    await bring();

    expect([await isOnStable(inTheWay), await isOnStable(other)]).toEqual([false, true]);
  });

  it.each([
    ['does not affect it', ['default'], 'disclosed'],
    ['is on its way out by another release', ['default', '18.6'], 'disclosing'],
  ] as const)('does not come where it %s', async (_why, lines, state) => {
    const before = await world.refOf(CANONICAL, STABLE);
    await disclose(await plant({ code: 'k3v9x0q2ab', lines }), state);

    expect(await bring()).toBe(before);
  });
});
