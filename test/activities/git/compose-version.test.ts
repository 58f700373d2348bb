import {
  composeVersion,
  type ComposedVersion,
  type Composition,
} from '../../../activities/git/compose-version';
import type { Mirror } from '../../../activities/git/mirror';
import type { Project } from '../../../domain/project';
import {
  component,
  failureOf,
  startOutsideWorld,
  stepOf,
  type OutsideWorld,
  type StepWanted,
} from '../outside-world';

const CHANGES = '- Fix the roof ([!7](https://example.com/7))\n';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterAll(() => world.end());

async function compositionOf(wanted: StepWanted, change: Partial<Project> = {}): Promise<Composition> {
  const step = await stepOf(world, wanted);
  const { version } = wanted;
  return {
    ...step,
    project: { ...step.project, ...change },
    pinned: [
      component(world.project('gitaly'), version, '1'.repeat(40)),
      component(world.project('gitlab'), version, '2'.repeat(40)),
    ],
    changelogText: CHANGES,
  };
}

async function mirrorWith({ project, plan }: Composition, worker = world.outside): Promise<Mirror> {
  const mirror = worker.mirrorOf(project);
  if ((await mirror.resolve(plan.base)) === undefined) await mirror.fetch('canonical');
  return mirror;
}

async function compose(composition: Composition): Promise<{ mirror: Mirror; composed: ComposedVersion }> {
  const mirror = await mirrorWith(composition);
  return { mirror, composed: await composeVersion(mirror, composition) };
}

it('makes the same objects again, also on a machine that has never seen them', async () => {
  const composition = await compositionOf({ project: 'omnibus-gitlab', version: '18.6.2' });
  const other = await world.anotherWorker();

  const { mirror, composed: first } = await compose(composition);
  const again = await composeVersion(mirror, composition);
  const elsewhere = await composeVersion(await mirrorWith(composition, other.outside), composition);

  expect(again).toEqual(first);
  expect(elsewhere).toEqual(first);
});

it('tags each edition on a commit of its own that says so', async () => {
  const composition = await compositionOf({ project: 'omnibus-gitlab', version: '18.6.2' });

  const { mirror, composed } = await compose(composition);

  const [ce, ee] = composed.tags;
  expect(composed.tags.map(({ name }) => name)).toEqual(['18.6.2+ce.0', '18.6.2+ee.0']);
  expect(await mirror.file(ce?.sha ?? '', 'VERSION')).toBe('18.6.2-ce\n');
  expect(await mirror.file(ee?.sha ?? '', 'VERSION')).toBe('18.6.2-ee\n');
  expect(await mirror.git(['rev-parse', `${ee?.sha}^`, `${ce?.sha}^`])).toBe(
    `${ce?.sha}\n${composition.plan.base}\n`,
  );
  expect(composed.commit).toBe(ee?.sha);
});

it('changes the version file, the pins and the changelog, and nothing else', async () => {
  const composition = await compositionOf({ project: 'gitlab', version: '18.6.2' });

  const { mirror, composed } = await compose(composition);

  const before = (await mirror.file(composition.plan.base, 'CHANGELOG.md')) ?? '';
  const changed = await mirror.git(['diff', '--name-status', composition.plan.base, composed.commit]);
  expect(changed).toBe('M\tCHANGELOG.md\nM\tGITALY_SERVER_VERSION\nM\tVERSION\n');
  expect(await mirror.file(composed.commit, 'CHANGELOG.md')).toBe(
    `## 18.6.2 (2026-11-12)\n\n${CHANGES}${before === '' ? '' : `\n${before}`}`,
  );
  expect(await mirror.file(composed.commit, 'GITALY_SERVER_VERSION')).toBe('18.6.2\n');
});

it('pins the commit of a component in a candidate, its version in a final, and leaves a candidate no changelog', async () => {
  const composition = await compositionOf({ project: 'gitlab', version: '18.6.0-rc43' });

  const { mirror, composed } = await compose(composition);

  expect(composed.tags.map(({ name }) => name)).toEqual(['v18.6.0-rc43-ee']);
  expect(await mirror.file(composed.commit, 'VERSION')).toBe('18.6.0-rc43-ee\n');
  expect(await mirror.file(composed.commit, 'GITALY_SERVER_VERSION')).toBe(`${'1'.repeat(40)}\n`);
  expect(await mirror.git(['diff', '--name-only', composition.plan.base, composed.commit])).not.toContain(
    'CHANGELOG.md',
  );
});

it('writes two pins and the own version into one file each in its place', async () => {
  const cng = await compose(await compositionOf({ project: 'cng', version: '18.6.2' }));
  const ofCharts = await compositionOf({ project: 'charts', version: '9.6.2', productVersion: '18.6.2' });
  const charts = await compose({ ...ofCharts, pinned: [component(world.project('gitlab'), '18.6.2')] });

  expect(await cng.mirror.file(cng.composed.commit, 'ci_files/variables.yml')).toBe(
    'variables:\n  GITLAB_VERSION: "v18.6.2-ee"\n  GITALY_VERSION: "v18.6.2"\n',
  );
  expect(await charts.mirror.file(charts.composed.commit, 'Chart.yaml')).toBe(
    'apiVersion: v2\nname: gitlab\nversion: 9.6.2\nappVersion: v18.6.2\n',
  );
});

it('keeps the mode of a file, and carries its key in commit and tag', async () => {
  const composition = await compositionOf(
    { project: 'gitaly', version: '18.6.2', release: 'patch:7' },
    { versionFile: { path: 'ci/check-version.sh', pattern: '^# The (tree) says' } },
  );

  const { mirror, composed } = await compose(composition);

  const [entry] = (await mirror.git(['ls-tree', composed.commit, 'ci/check-version.sh'])).split(' ');
  const commit = await mirror.git(['cat-file', '-p', composed.commit]);
  const tag = await mirror.git(['cat-file', '-p', composed.tags[0]?.object ?? '']);
  expect(entry).toBe('100755');
  expect(commit).toContain('\nSignalbox-Key: patch:7/tag/gitaly/18.6.2\n');
  expect(tag).toContain('\nSignalbox-Key: patch:7/tag/gitaly/18.6.2\n');
  expect(tag).toContain('tagger Signalbox <signalbox@noreply.invalid> 1794475800 +0000');
});

it('puts bytes that are no UTF-8 back as they were', async () => {
  const project = world.project('gitaly');
  const mirror = world.mirrorOf(project);
  await mirror.fetch('canonical');
  const head = await mirror.resolve('refs/sides/canonical/heads/18-6-stable');
  const latin = Buffer.from('# Caf\u00e9\nversion = 18.6.1\n', 'latin1');
  const blob = (await mirror.git(['hash-object', '-w', '--stdin'], { input: latin })).trim();
  const tree = (await mirror.git(['mktree'], { input: `100644 blob ${blob}\tVERSION\n` })).trim();
  const base = (
    await mirror.git(['commit-tree', tree, '-p', head ?? '', '-m', 'Latin'], {
      environment: {
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    })
  ).trim();

  const { composed } = await compose(
    await compositionOf(
      { project: 'gitaly', version: '18.6.2', base },
      { versionFile: { path: 'VERSION', pattern: 'version = (.+)' } },
    ),
  );

  expect(await mirror.bytes(['cat-file', 'blob', `${composed.commit}:VERSION`])).toEqual(
    Buffer.from('# Caf\u00e9\nversion = 18.6.2\n', 'latin1'),
  );
});

it.each<[string, Partial<Project>, RegExp]>([
  ['a version file that is not there', { versionFile: { path: 'NOWHERE' } }, /NOWHERE does not exist at/],
  [
    'a pattern that matches nothing',
    { versionFile: { path: 'VERSION', pattern: '^version: (.*)' } },
    /VERSION: \/\^version: \(\.\*\)\/ matches 0 times/,
  ],
  [
    'a pin whose pattern matches twice',
    { pins: [{ project: 'gitaly', path: '.gitlab-ci.yml', pattern: 'stage: (.*)' }] },
    /\.gitlab-ci\.yml: \/stage: \(\.\*\)\/ matches 2 times/,
  ],
])('refuses %s as a wrong configuration, naming file and pattern', async (_what, change, words) => {
  const composition = await compositionOf({ project: 'gitlab', version: '18.6.2' }, change);

  const failure = await failureOf(compose(composition));

  expect(failure).toMatchObject({ type: 'ConfigurationError', nonRetryable: true });
  expect(failure.message).toMatch(words);
  expect(failure.message).toMatch(/^gitlab: .*signalbox\.yaml/);
});
