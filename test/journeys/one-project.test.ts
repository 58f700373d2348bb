import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { proposeProject } from '../../config/propose';
import { proposeConfiguration } from '../../config/propose-configuration';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import type { ReleaseSettings, ReleaseStatus } from '../../domain/release/release';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { anOldProject, gitIn, type Git, type OldProject } from './old-project';

const STORY_MS = 120_000;
const PATH = 'makers/kettle';
const MINORS = ['1.4', '1.3', '1.2'];

/** What `signalbox sandbox import` proposes, read back as every process reads it. */
async function proposedSettings({ folder, git }: OldProject): Promise<Omit<ReleaseSettings, 'gatewayKeys'>> {
  const names = async (prefix: string) =>
    (await git('for-each-ref', '--format=%(refname:lstrip=2)', prefix)).split('\n');
  const proposal = proposeProject({
    name: 'kettle',
    path: PATH,
    branches: await names('refs/heads/'),
    tags: await names('refs/tags/'),
    defaultBranch: 'main',
    files: (await git('ls-tree', '-r', '--name-only', 'main')).split('\n'),
  });
  const file = join(folder, '.git', 'signalbox.yaml');
  await writeFile(file, proposeConfiguration(proposal.project, { gitlabUrl: '${SIGNALBOX_GITLAB_URL}' }));
  const environment = { SIGNALBOX_GITLAB_URL: 'http://127.0.0.1:8080' };
  const { gatewayKeys: _, ...settings } = releaseSettings(readConfig({ path: file, environment }), {
    gatewayKeys: [],
  });
  return settings;
}

async function finished(handle: WorkflowHandle): Promise<ReleaseStatus> {
  await handle.result();
  return handle.query<ReleaseStatus>('status');
}

async function refsOf(git: Git, prefix: string): Promise<readonly string[]> {
  return (await git('for-each-ref', '--format=%(refname:lstrip=1) %(objectname)', prefix)).split('\n');
}

function nameOf(line: string): string {
  return line.split(' ')[0] ?? '';
}

describe('a project that has been released by hand for years, with one repository', () => {
  let folder: string;
  let made: OldProject;
  let house: ReleaseHouse;
  let settings: Omit<ReleaseSettings, 'gatewayKeys'>;
  let ends: readonly ReleaseStatus[];
  /** What anybody clones afterwards. */
  let clone: Git;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signalbox-kettle-'));
    await mkdir(join(folder, 'made'));
    made = await anOldProject({ folder: join(folder, 'made'), path: PATH });
    settings = await proposedSettings(made);
    house = await startReleaseHouse({ settings });
    await house.gitlab.request('POST', '/sandbox/import', { path: made.folder, as: PATH });

    const patch = await house.startPatch(MINORS);
    const monthly = await house.startMonthly('1.5');
    ends = await Promise.all([finished(patch), finished(monthly)]);

    await gitIn(folder)('clone', '--quiet', '--mirror', `${house.gitlab.url}/${PATH}.git`, 'clone.git');
    clone = gitIn(join(folder, 'clone.git'));
  }, STORY_MS);
  afterAll(async () => {
    await house.end();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('is described by what it has been doing', () => {
    expect(settings.projects).toEqual([
      {
        name: 'kettle',
        repositories: { canonical: PATH, security: PATH, build: PATH },
        defaultBranch: 'main',
        versioning: 'managed-semver',
        dependsOn: [],
        stableBranch: 'release/{major}.{minor}',
        tags: [{ final: 'v{version}', candidate: 'v{version}-rc{rc}', versionText: '{full}' }],
        versionFile: { path: 'package.json', pattern: '^\\s*"version": "(.*)"' },
        pins: [],
        changelog: 'CHANGELOG.md',
        packageName: 'kettle',
      },
    ]);
  });

  it('gets a patch of each line and a monthly at the same time, to the end', () => {
    expect(ends.map(({ state }) => state)).toEqual(['finalised', 'finalised']);
    expect(ends.map(({ versions }) => versions.map(({ version }) => version))).toEqual([
      ['1.4.1', '1.3.1', '1.2.2'],
      ['1.5.0-rc42', '1.5.0'],
    ]);
  });

  it('has the new tags and branch, and every ref that it had', async () => {
    const tagsBefore = await refsOf(made.git, 'refs/tags');
    const tags = await refsOf(clone, 'refs/tags');
    const heads = await refsOf(clone, 'refs/heads');

    expect(tags).toEqual(expect.arrayContaining([...tagsBefore]));
    expect(tags.map(nameOf).filter((name) => !tagsBefore.map(nameOf).includes(name))).toEqual([
      'tags/v1.2.2',
      'tags/v1.3.1',
      'tags/v1.4.1',
      'tags/v1.5.0',
      'tags/v1.5.0-rc42',
    ]);
    expect(heads.map(nameOf)).toEqual([
      'heads/main',
      'heads/release/1.2',
      'heads/release/1.3',
      'heads/release/1.4',
      'heads/release/1.5',
    ]);
    expect(await clone('rev-parse', 'main')).toBe(await made.git('rev-parse', 'main'));
  });

  it.each([
    ['1.2.2', 'release/1.2', 'Mend the lid of 1.2'],
    ['1.3.1', 'release/1.3', 'Mend the lid of 1.3'],
    ['1.4.1', 'release/1.4', 'Mend the lid of 1.4'],
  ])(
    '%s is one commit on top of %s that says its version and its changes',
    async (version, branch, title) => {
      const before = await made.git('rev-parse', branch);
      const changed = await clone('diff', '--name-status', before, `v${version}`);

      expect(await clone('rev-parse', branch)).toBe(await clone('rev-parse', `v${version}^{commit}`));
      expect(await clone('rev-parse', `v${version}^`)).toBe(before);
      expect(changed.split('\n')).toEqual(['M\tCHANGELOG.md', 'M\tpackage.json']);
      expect(await clone('diff', '--unified=0', before, `v${version}`, '--', 'package.json')).toMatch(
        new RegExp(`\\n\\+  "version": "${version.replaceAll('.', '\\.')}",$`),
      );
      expect(await clone('show', `v${version}:CHANGELOG.md`)).toMatch(
        new RegExp(`^## ${version} \\(\\d{4}-\\d{2}-\\d{2}\\)\\n\\n- ${title} \\(\\[!\\d+\\]`),
      );
      expect(await clone('cat-file', '-t', `v${version}`)).toBe('tag');
    },
  );

  it('the monthly is cut from the default branch, by way of a candidate on a branch of its own', async () => {
    const main = await made.git('rev-parse', 'main');
    const { version } = JSON.parse(await clone('show', 'v1.5.0:package.json')) as { version: string };
    const changelog = await clone('show', 'v1.5.0:CHANGELOG.md');

    expect(await clone('rev-parse', 'v1.5.0-rc42^')).toBe(main);
    expect(await clone('rev-parse', 'v1.5.0^')).toBe(await clone('rev-parse', 'v1.5.0-rc42^{commit}'));
    expect(await clone('rev-parse', 'release/1.5')).toBe(await clone('rev-parse', 'v1.5.0^{commit}'));
    expect(version).toBe('1.5.0');
    expect(changelog).toContain('Boil twice as fast');
    expect(changelog).not.toContain('Mend the lid');
    expect(await clone('diff', '--name-only', main, 'v1.5.0')).toBe('CHANGELOG.md\npackage.json');
  });

  it('each version has its package and its page, and the patch its texts', async () => {
    const at = `/projects/${encodeURIComponent(PATH)}`;
    const packages = await house.gitlab.request<{ name: string; version: string }[]>('GET', `${at}/packages`);
    const pages = await house.gitlab.request<{ tag_name: string }[]>('GET', `${at}/releases`);

    expect(packages.body.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual([
      ...['1.2.2', '1.3.1', '1.4.1', '1.5.0', '1.5.0-rc42'].map((version) => `kettle ${version}`),
      'release-notes 1.4.1',
    ]);
    expect(pages.body.map(({ tag_name: tag }) => tag).toSorted()).toEqual([
      'v1.2.2',
      'v1.3.1',
      'v1.4.1',
      'v1.5.0',
    ]);
  });
});
