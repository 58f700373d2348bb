import { resolve } from 'node:path';
import { checkConfig, readConfig, readRules } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { fill, stableBranchOf, tagRulesOf } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import { pinText, readVersion, writeVersion } from '../../domain/version/version-file';

const source = {
  path: resolve(__dirname, '../../config/gitlab.yaml'),
  environment: {
    SIGNALBOX_GITLAB_TOKEN_FILE: '/run/secrets/gitlab',
    SIGNALBOX_SLACK_TOKEN_FILE: '/run/secrets/slack',
    SIGNALBOX_PROMETHEUS_URL: 'https://prometheus.example',
  },
};
const { projects } = releaseSettings(readConfig(source), { gatewayKeys: [] });

function projectOf(name: string): Project {
  const found = projects.find((project) => project.name === name);
  if (found === undefined) throw new Error(`${name} is not configured`);
  return found;
}

it('has no problems', () => {
  expect(checkConfig(source)).toEqual([]);
});

it('is read for its rules where nothing of the environment is set', () => {
  const { outside, ...rules } = readConfig(source);

  expect(outside.gitlab.tokenFile).toBe('/run/secrets/gitlab');
  expect(readRules(source.path)).toMatchObject(rules);
});

it('tags components before GitLab, GitLab before packages and images, and charts last', () => {
  expect(projects.map(({ name }) => name)).toEqual([
    'gitaly',
    'gitlab-pages',
    'gitlab-agent',
    'gitlab',
    'gitlab-foss',
    'omnibus-gitlab',
    'CNG',
    'charts',
  ]);
});

it.each([
  ['gitlab', '18.2.0', ['v18.2.0-ee'], '18-2-stable-ee'],
  ['gitlab', '18.2.0-rc42', ['v18.2.0-rc42-ee'], '18-2-stable-ee'],
  ['gitlab-foss', '18.2.0', ['v18.2.0'], '18-2-stable'],
  ['gitaly', '18.2.1', ['v18.2.1'], '18-2-stable'],
  ['omnibus-gitlab', '18.2.0', ['18.2.0+ce.0', '18.2.0+ee.0'], '18-2-stable'],
  ['omnibus-gitlab', '18.2.0-rc42', ['18.2.0+rc42.ce.0', '18.2.0+rc42.ee.0'], '18-2-stable'],
  ['CNG', '18.2.0', ['v18.2.0-ee'], '18-2-stable'],
  ['charts', '9.2.0', ['v9.2.0'], '9-2-stable'],
  ['charts', '9.2.0-rc42', [], '9-2-stable'],
])('names the tags of %s %s %j, from %s', (name, version, tags, branch) => {
  const project = projectOf(name);

  expect(tagRulesOf(project, version).map((tag) => tag.name)).toEqual(tags);
  expect(stableBranchOf(project, version)).toBe(branch);
});

it.each([
  ['18.2.1', 'v18.2.1-ee'],
  ['18.2.0-rc42', 'c'.repeat(40)],
])('writes what %s is made of into the variables of the images', (version, expected) => {
  const variables = ['GITLAB_VERSION', 'GITLAB_REF_SLUG', 'GITLAB_ASSETS_TAG', 'GITALY_SERVER_VERSION']
    .concat('GITLAB_PAGES_VERSION', 'GITLAB_KAS_VERSION')
    .map((variable) => `  ${variable}: "master"\n`)
    .join('');
  const { pins } = projectOf('CNG');

  let content = `variables:\n  GITLAB_NAMESPACE: "gitlab-org"\n${variables}  GIT_VERSION: "2.49.0"\n`;
  for (const pin of pins) {
    const { versioning } = projectOf(pin.project);
    const text = pinText(pin, { versioning, version, commit: 'c'.repeat(40) });
    content = writeVersion(pin, { content, version: text });
  }

  expect(pins.map((pin) => readVersion(pin, content)).slice(0, 3)).toEqual([expected, expected, expected]);
  expect(content).toContain('GIT_VERSION: "2.49.0"');
  expect(content).not.toContain('master');
});

it('writes the edition into the version of the editions', () => {
  const texts = projectOf('omnibus-gitlab').tags.map(({ versionText }) => fill(versionText, '18.2.0'));

  expect(texts).toEqual(['18.2.0', '18.2.0-ee']);
});
