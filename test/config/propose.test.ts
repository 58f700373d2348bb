import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { proposeProject, type ImportedRepository } from '../../config/propose';
import { proposeConfiguration } from '../../config/propose-configuration';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { tagRulesOf, versionOfTag } from '../../domain/version/naming';
import { REAL_REPOSITORIES } from './real-repositories';
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

const listOf = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

describe.each(REAL_REPOSITORIES)('for tags and branches as of $name', (real) => {
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
