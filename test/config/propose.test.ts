import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { proposeProject, type ImportedRepository } from '../../config/propose';
import { proposeConfiguration } from '../../config/propose-configuration';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { tagRulesOf, versionOfTag } from '../../domain/naming';
import { problemsOf, withFile } from './written';

function proposed(repository: Partial<ImportedRepository>) {
  return proposeProject({
    name: 'app',
    path: 'group/app',
    branches: ['main'],
    tags: [],
    defaultBranch: 'main',
    files: [],
    ...repository,
  });
}

interface Real {
  readonly name: string;
  readonly tags: string;
  readonly branches: string;
  readonly finals: string;
  readonly candidates: string;
  readonly stable: string;
  readonly minors: string;
  readonly next: string;
}

const REAL: readonly Real[] = [
  {
    name: 'gitaly',
    tags: 'v18.4.0 v18.4.1 v18.5.0-rc42 v18.5.0 v18.6.0-rc42 v18.6.0 v18.6.1 v18.7.0-rc42',
    branches: 'master 18-3-stable 18-4-stable 18-5-stable 18-6-stable 18-7-stable',
    finals: 'v{version}',
    candidates: 'v{version}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '18.4 18.5 18.6',
    next: '18.7',
  },
  {
    name: 'gitlab',
    tags: 'v17.11.0-ee v18.5.0-ee v18.6.0-rc42-ee v18.6.0-ee v18.6.1-ee',
    branches:
      'master 17-11-stable-ee 18-5-stable-ee 18-6-stable-ee 18-6-auto-deploy-2025110410 12-34-fix-thing',
    finals: 'v{version}-ee',
    candidates: 'v{version}-rc{rc}-ee',
    stable: '{major}-{minor}-stable-ee',
    minors: '17.11 18.5 18.6',
    next: '18.7',
  },
  {
    name: 'omnibus-gitlab',
    tags: '18.5.0+ce.0 18.5.0+ee.0 18.6.0+rc42.ee.0 18.6.0+rc42.ce.0 18.6.0+ce.0 18.6.0+ee.0 18.5.202511041006+abc1234.def1234',
    branches: 'master 18-5-stable 18-6-stable',
    finals: '{version}+ce.0 {version}+ee.0',
    candidates: '{version}+rc{rc}.ce.0 {version}+rc{rc}.ee.0',
    stable: '{major}-{minor}-stable',
    minors: '18.5 18.6',
    next: '18.7',
  },
  {
    name: 'rails',
    tags: 'v7.1.0 v7.1.0.rc1 v7.2.0.rc1 v7.2.0 v8.0.0.beta1 v8.0.0.rc2 v8.0.0 v8.0.1 v8.1.0.rc1 v8.1.0',
    branches: 'main 7-1-stable 7-2-stable 8-0-stable 8-1-stable 7-0-sec',
    finals: 'v{version}',
    candidates: 'v{version}.rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '7.2 8.0 8.1',
    next: '8.2',
  },
  {
    name: 'kubernetes',
    tags: 'v1.28.0-rc.1 v1.28.0 v1.29.0-alpha.0 v1.29.0 v1.30.0-rc.2 v1.30.0 v1.31.0-alpha.0',
    branches: 'master release-1.28 release-1.29 release-1.30 feature-serverside-apply',
    finals: 'v{version}',
    candidates: 'v{version}-rc.{rc}',
    stable: 'release-{major}.{minor}',
    minors: '1.28 1.29 1.30',
    next: '1.31',
  },
  {
    name: 'numpy',
    tags: 'v1.25.0 v1.26.0rc1 v1.26.0 v2.0.0rc2 v2.0.0 v2.0.1 v2.1.0.dev0',
    branches: 'main maintenance/1.25.x maintenance/1.26.x maintenance/2.0.x',
    finals: 'v{version}',
    candidates: 'v{version}rc{rc}',
    stable: 'maintenance/{major}.{minor}.x',
    minors: '1.25 1.26 2.0',
    next: '2.1',
  },
  {
    name: 'symfony',
    tags: 'v5.4.0 v6.4.0-RC1 v6.4.0 v7.1.0-RC1 v7.1.0 v7.2.0-BETA1',
    branches: '5.4 6.4 7.1 7.2',
    finals: 'v{version}',
    candidates: 'v{version}-RC{rc}',
    stable: '{major}.{minor}',
    minors: '5.4 6.4 7.1',
    next: '7.2',
  },
  {
    name: 'git',
    tags: 'v2.40.0 v2.40.1 v2.41.0-rc2 v2.41.0 gitgui-0.21.0 junio-gpg-pub',
    branches: 'master maint next seen maint-2.40 maint-2.41',
    finals: 'v{version}',
    candidates: 'v{version}-rc{rc}',
    stable: 'maint-{major}.{minor}',
    minors: '2.40 2.41',
    next: '2.42',
  },
  {
    name: 'go',
    tags: 'go1.21rc2 go1.21.0 go1.22rc1 go1.22.0 go1.22.1 weekly.2011-02-01',
    branches: 'master release-branch.go1.21 release-branch.go1.22 dev.boringcrypto',
    finals: 'go{version}',
    candidates: 'go{major}.{minor}rc{rc}',
    stable: 'release-branch.go{major}.{minor}',
    minors: '1.21 1.22',
    next: '1.23',
  },
  {
    name: 'tokio',
    tags: 'tokio-1.38.0 tokio-1.43.0 tokio-1.43.1 tokio-macros-2.5.0 tokio-util-0.7.13',
    branches: 'master tokio-1.38.x tokio-1.43.x',
    finals: 'tokio-{version}',
    candidates: 'tokio-{version}-rc{rc}',
    stable: 'tokio-{major}.{minor}.x',
    minors: '1.38 1.43',
    next: '1.44',
  },
  {
    name: 'curl',
    tags: 'curl-7_88_1 curl-8_0_0 curl-8_4_0 rc-8_10_0-1',
    branches: 'master',
    finals: 'curl-{major}_{minor}_{patch}',
    candidates: 'curl-{major}_{minor}_{patch}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '',
    next: '8.5',
  },
  {
    name: 'gerrit',
    tags: 'v3.8.0-rc1 v3.8.0 v3.9.0-rc3 v3.9.0 v3.9.1',
    branches: 'master stable-3.8 stable-3.9 stable-2.16',
    finals: 'v{version}',
    candidates: 'v{version}-rc{rc}',
    stable: 'stable-{major}.{minor}',
    minors: '3.8 3.9',
    next: '3.10',
  },
  {
    name: 'a shop with releases in folders',
    tags: 'release-1.0.0 release-1.1.0-rc1 release-1.1.0 release-1.1.1',
    branches: 'main release/1.0 release/1.1 release/1.1.2 feature/1.5-colours',
    finals: 'release-{version}',
    candidates: 'release-{version}-rc{rc}',
    stable: 'release/{major}.{minor}',
    minors: '1.0 1.1',
    next: '1.2',
  },
  {
    name: 'a library with x in its branches, and moving tags',
    tags: 'v1 v1.1 v1.1.0 v1.2.0 v1.2.1-rc.1 v1.2',
    branches: 'main v1.1.x v1.2.x 1.x',
    finals: 'v{version}',
    candidates: 'v{version}-rc.{rc}',
    stable: 'v{major}.{minor}.x',
    minors: '1.1 1.2',
    next: '1.3',
  },
  {
    name: 'two parts',
    tags: 'v1.1 v1.2-rc1 v1.2 v1.10',
    branches: 'main',
    finals: 'v{major}.{minor}',
    candidates: 'v{major}.{minor}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '',
    next: '1.11',
  },
  {
    name: 'one that changed its form',
    tags: '1.0.0 1.1.0 1.2.0 v2.0.0 v2.0.1 v2.1.0',
    branches: 'main 1.0 1.1 1.2 release/2.0',
    finals: 'v{version}',
    candidates: 'v{version}-rc{rc}',
    stable: 'release/{major}.{minor}',
    minors: '2.0',
    next: '2.2',
  },
  {
    name: 'a calendar with zeros in front',
    tags: '22.04 22.10 22.04.1 2024-01-15',
    branches: 'main 22.04',
    finals: '{major}.{minor}',
    candidates: '{major}.{minor}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '',
    next: '22.11',
  },
  {
    name: 'parts of a repository alone',
    tags: 'api/v1.2.0 web/v2.0.0 web/v2.1.0',
    branches: 'main',
    finals: 'web/v{version}',
    candidates: 'web/v{version}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '',
    next: '2.2',
  },
  {
    name: 'nothing yet',
    tags: '',
    branches: 'main 1.0-fix feature/12-34-thing',
    finals: 'v{version}',
    candidates: 'v{version}-rc{rc}',
    stable: '{major}-{minor}-stable',
    minors: '',
    next: '0.1',
  },
];

const listOf = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

describe.each(REAL)('for tags and branches as of $name', (real) => {
  const { project, minors, nextMonthly } = proposed({
    name: real.name,
    tags: listOf(real.tags),
    branches: listOf(real.branches),
  });

  it('goes on with its names', () => {
    expect(project.tags.map(({ final }) => final)).toEqual(listOf(real.finals));
    expect(project.tags.map(({ candidate }) => candidate)).toEqual(listOf(real.candidates));
    expect(project.stableBranch).toBe(real.stable);
  });

  it('knows the lines that are maintained, and the next', () => {
    expect(minors).toEqual(listOf(real.minors));
    expect(nextMonthly).toBe(real.next);
  });

  it('writes a configuration that is right', () => {
    expect(problemsOf(proposeConfiguration(project, { gitlabUrl: 'http://127.0.0.1:8080' }))).toEqual([]);
  });
});

it.each<readonly [readonly string[], object | undefined]>([
  [['VERSION', 'package.json'], { path: 'VERSION' }],
  [['web/package.json', 'package.json'], { path: 'package.json', pattern: '^\\s*"version": "(.*)"' }],
  [['Cargo.toml'], { path: 'Cargo.toml', pattern: '^version = "(.*)"' }],
  [['pyproject.toml', 'setup.cfg'], { path: 'pyproject.toml', pattern: '^version = "(.*)"' }],
  [['charts/app/Chart.yaml'], { path: 'charts/app/Chart.yaml', pattern: '^version: (\\S+)$' }],
  [
    ['lib/app/deep/er/version.rb', 'lib/app/version.rb'],
    { path: 'lib/app/version.rb', pattern: `^\\s*VERSION = ["'](.*)["']` },
  ],
  [['src/version/VERSION', 'README.md'], undefined],
])('finds among %j the version file', (files, expected) => {
  expect(proposed({ files }).project.versionFile).toEqual(expected);
});

it('proposes a file that holds one version, where it may look inside', () => {
  const contents: Readonly<Record<string, string>> = {
    VERSION: 'see package.json\n',
    'package.json': '{\n  "private": true\n}\n',
    'pyproject.toml': '[project]\nname = "app"\nversion = "1.4.2"\n',
  };

  const { project } = proposed({ files: Object.keys(contents), contentOf: (path) => contents[path] });

  expect(project.versionFile?.path).toBe('pyproject.toml');
});

it('writes the edition into a version file that is nothing but the version', () => {
  const tags = ['18.6.0+ce.0', '18.6.0+ee.0'];

  const whole = proposed({ tags, files: ['VERSION'] }).project;
  const part = proposed({ tags, files: ['package.json'] }).project;

  expect(whole.tags.map(({ versionText }) => versionText)).toEqual(['{full}-ce', '{full}-ee']);
  expect(part.tags.map(({ versionText }) => versionText)).toEqual(['{full}', '{full}']);
});

it('makes a name that may be one, and keeps the changelog', () => {
  const { project } = proposed({ name: ' My App! ', files: ['CHANGELOG.md', 'docs/CHANGELOG.md'] });

  expect(project).toMatchObject({ name: 'My-App', packageName: 'My-App', changelog: 'CHANGELOG.md' });
});

it('writes a configuration that reads back as the project', () => {
  const { project } = proposed({ files: ['package.json', 'CHANGELOG.md'], tags: ['v1.0.0', 'v1.1.0'] });
  const text = proposeConfiguration(project, { gitlabUrl: '${GITLAB}' });

  const read = withFile(text, (path) =>
    readConfig({ path, environment: { GITLAB: 'http://127.0.0.1:8080' } }),
  );

  expect(releaseSettings(read, { gatewayKeys: [] })).toMatchObject({
    projects: [project],
    candidate: { from: 'default-branch' },
    approvals: [],
  });
  expect(read.outside.gitlab.url).toBe('http://127.0.0.1:8080');
});

const part = nat({ max: 30 });
const version = record({ major: part, minor: part, patch: part });

it('names each version as it has been named', () => {
  const form = record({
    prefix: constantFrom('', 'v', 'release-', 'app-', 'app/v', 'rel/'),
    rest: constantFrom('', '-ee', '+ee.0', '-final'),
  });

  assert(
    property(form, array(version, { minLength: 1 }), ({ prefix, rest }, versions) => {
      const tags = versions.map(({ major, minor, patch }) => `${prefix}${major}.${minor}.${patch}${rest}`);

      const { project } = proposed({ tags });

      for (const [index, { major, minor, patch }] of versions.entries()) {
        const number = `${major}.${minor}.${patch}`;
        expect(tagRulesOf(project, number).map(({ name }) => name)).toEqual([tags[index]]);
        expect(versionOfTag(project, tags[index] ?? '')).toBe(number);
      }
    }),
  );
});

it('finds each line that has a branch and a tag, up to three', () => {
  const branchForm = constantFrom(
    (line: string) => `release-${line}`,
    (line: string) => `release/${line}`,
    (line: string) => `${line.replace('.', '-')}-stable`,
    (line: string) => line,
    (line: string) => `v${line}.x`,
    (line: string) => `maint-${line}`,
  );

  assert(
    property(branchForm, array(version, { minLength: 1 }), (branchOf, versions) => {
      const lines = [...new Set(versions.map(({ major, minor }) => `${major}.${minor}`))];
      const tags = versions.map(({ major, minor, patch }) => `v${major}.${minor}.${patch}`);

      const { minors, nextMonthly } = proposed({ tags, branches: ['main', ...lines.map(branchOf)] });

      expect(minors).toHaveLength(Math.min(3, lines.length));
      expect(lines).toEqual(expect.arrayContaining([...minors]));
      const [major = 0, minor = 0] = (minors.at(-1) ?? '').split('.').map(Number);
      expect(nextMonthly).toBe(`${major}.${minor + 1}`);
    }),
  );
});
