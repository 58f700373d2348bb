import { resolve } from 'node:path';
import { checkConfig, readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { fill, stableBranchOf, tagRulesOf, versionOfTag } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import { pinText, readVersion, writeVersion } from '../../domain/version/version-file';
import { SEEDED_PROJECTS } from '../../sandbox/seed/product';

const source = {
  path: resolve(__dirname, '../../config/sandbox.yaml'),
  environment: { SIGNALBOX_GITLAB_URL: 'http://127.0.0.1:8080' },
};
const { projects } = releaseSettings(readConfig(source), { gatewayKeys: [] });

/** 18.6.2 of the product; charts are on a line of their own. */
const ownNumber = (project: Project, version: string): string =>
  project.versioning === 'own' ? version.replace('18.', '9.') : version;

function seeded(name: string) {
  const found = SEEDED_PROJECTS.find((project) => project.name === name);
  if (found === undefined) throw new Error(`${name} is not planted`);
  return found;
}

function projectOf(name: string): Project {
  const found = projects.find((project) => project.name === name);
  if (found === undefined) throw new Error(`${name} is not configured`);
  return found;
}

it('has no problems', () => {
  expect(checkConfig(source)).toEqual([]);
});

it('tags the planted projects, dependencies first', () => {
  expect(projects.map(({ name }) => name)).toEqual(['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts']);
  expect(new Set(projects.map(({ name }) => name))).toEqual(new Set(SEEDED_PROJECTS.map(({ name }) => name)));
});

describe.each(SEEDED_PROJECTS.map(({ name }) => name))('%s', (name) => {
  const project = projectOf(name);

  it.each([{ patch: 2 }, { patch: 0, rc: 42 }])('has the tags that are planted for %j', ({ patch, rc }) => {
    const version = `18.6.${patch}${rc === undefined ? '' : `-rc${rc}`}`;

    const planted = seeded(name).releases({
      line: { major: 18, minor: 6, patches: 3 },
      patch,
      ...(rc === undefined ? {} : { rc }),
    });

    expect(tagRulesOf(project, ownNumber(project, version)).map((tag) => tag.name)).toEqual(
      planted.map(({ tag }) => tag),
    );
  });

  it('reads its tags back as versions', () => {
    const number = ownNumber(project, '18.6.2');

    for (const { name: tag } of tagRulesOf(project, number)) expect(versionOfTag(project, tag)).toBe(number);
  });

  it('has the stable branch and the default branch that are planted', () => {
    expect(stableBranchOf(project, ownNumber(project, '18.6.0'))).toBe(
      seeded(name).stableBranch({ major: 18, minor: 6, patches: 3 }),
    );
    expect(project.defaultBranch).toBe(seeded(name).defaultBranch);
  });

  it('writes the files that are planted for a final version', () => {
    const planted = seeded(name).releases({ line: { major: 18, minor: 6, patches: 3 }, patch: 2 });

    const written = project.tags.map(({ versionText }) => writtenFiles(project, versionText));

    expect(written).toEqual(planted.map(({ files }) => files));
  });
});

/** What tagging 18.6.2 makes of the files of the default branch. */
function writtenFiles(project: Project, versionText: string): Readonly<Record<string, string>> {
  const written = new Map<string, string>();
  const contentOf = (path: string): string => written.get(path) ?? seeded(project.name).files[path] ?? '';
  if (project.versionFile !== undefined) {
    const version = fill(versionText, ownNumber(project, '18.6.2'));
    const content = contentOf(project.versionFile.path);
    written.set(project.versionFile.path, writeVersion(project.versionFile, { content, version }));
  }
  for (const pin of project.pins) {
    const version = pinText(pin, {
      versioning: projectOf(pin.project).versioning,
      version: '18.6.2',
      commit: 'f'.repeat(40),
    });
    expect(readVersion(pin, contentOf(pin.path))).not.toBe('');
    written.set(pin.path, writeVersion(pin, { content: contentOf(pin.path), version }));
  }
  return Object.fromEntries(written);
}
