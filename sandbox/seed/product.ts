import { checkVersion, PIPELINE } from './pipeline-files';
import type { SeedLine, SeedProject, SeedRelease, SeedVersion } from './project-history';

/** What is out when the story begins: 18.6.1, 18.5.3 and 18.4.5. The next monthly is 18.7.0. */
export const SEEDED_LINES: readonly SeedLine[] = [
  { major: 18, minor: 4, patches: 5 },
  { major: 18, minor: 5, patches: 3 },
  { major: 18, minor: 6, patches: 1 },
];

const AREAS: readonly string[] = [
  'issues',
  'merge_requests',
  'pipelines',
  'search',
  'wiki',
  'runners',
  'registry',
  'billing',
];

/** The five projects, with the files and names that config/sandbox.yaml describes. */
export const SEEDED_PROJECTS: readonly SeedProject[] = [
  {
    ...sized({
      name: 'gitaly',
      areas: ['repository', 'refs', 'hooks', 'cgroups'],
      monthlyChanges: 12,
      patchChanges: 1,
    }),
    stableBranch: plainStable,
    releases: (version) => [{ tag: `v${full(version)}`, files: { VERSION: `${full(version)}\n` } }],
    files: { ...common('Gitaly', 'v'), VERSION: '18.3.0\n' },
  },
  {
    ...sized({ name: 'gitlab', areas: AREAS, monthlyChanges: 30, patchChanges: 3 }),
    stableBranch: (line) => `${plainStable(line)}-ee`,
    releases: (version) => [
      {
        tag: `v${full(version)}-ee`,
        files: { VERSION: `${full(version)}-ee\n`, GITALY_SERVER_VERSION: `${full(version)}\n` },
      },
    ],
    files: { ...common('GitLab', 'v'), VERSION: '18.3.0-pre\n', GITALY_SERVER_VERSION: '18.3.0\n' },
  },
  {
    ...sized({
      name: 'omnibus-gitlab',
      areas: ['postgres', 'nginx', 'upgrade'],
      monthlyChanges: 9,
      patchChanges: 1,
    }),
    stableBranch: plainStable,
    releases: (version) => ['ce', 'ee'].map((edition) => omnibusRelease(version, edition)),
    files: { ...common('Omnibus GitLab', ''), VERSION: '18.3.0\n', GITALY_SERVER_VERSION: '18.3.0\n' },
  },
  {
    ...sized({ name: 'cng', areas: ['images', 'base', 'scanning'], monthlyChanges: 8, patchChanges: 1 }),
    stableBranch: plainStable,
    releases: (version) => [
      { tag: `v${full(version)}`, files: { 'ci_files/variables.yml': variables(full(version)) } },
    ],
    files: { ...common('Cloud native GitLab', 'v'), 'ci_files/variables.yml': variables('18.3.0') },
  },
  {
    ...sized({
      name: 'charts',
      areas: ['ingress', 'secrets', 'scaling'],
      monthlyChanges: 7,
      patchChanges: 1,
    }),
    stableBranch: (line) => `${line.major - 9}-${line.minor}-stable`,
    releases: (version) => (version.rc === undefined ? chartReleases(version) : []),
    files: { ...common('GitLab chart', 'v'), 'Chart.yaml': chart('9.3.0', '18.3.0') },
  },
];

function sized(size: {
  readonly name: string;
  readonly areas: readonly string[];
  readonly monthlyChanges: number;
  readonly patchChanges: number;
}): Pick<
  SeedProject,
  'name' | 'defaultBranch' | 'areas' | 'monthlyChanges' | 'patchChanges' | 'notDeployed'
> {
  return { ...size, defaultBranch: 'master', notDeployed: 2 };
}

function plainStable(line: SeedLine): string {
  return `${line.major}-${line.minor}-stable`;
}

function full(version: SeedVersion): string {
  const number = `${version.line.major}.${version.line.minor}.${version.patch}`;
  return version.rc === undefined ? number : `${number}-rc${version.rc}`;
}

function omnibusRelease(version: SeedVersion, edition: string): SeedRelease {
  const number = `${version.line.major}.${version.line.minor}.${version.patch}`;
  const candidate = version.rc === undefined ? '' : `rc${version.rc}.`;
  return {
    tag: `${number}+${candidate}${edition}.0`,
    files: { VERSION: `${full(version)}-${edition}\n`, GITALY_SERVER_VERSION: `${full(version)}\n` },
  };
}

/** Charts have numbers of their own. 18.5.2 was followed by a chart of its own, so its line is one ahead since. */
function chartReleases({ line, patch }: SeedVersion): readonly SeedRelease[] {
  const ahead = line.minor === 5 && patch > 2 ? 1 : 0;
  const one = (own: number, product: number) => {
    const version = `${line.major - 9}.${line.minor}.${own}`;
    return {
      tag: `v${version}`,
      files: { 'Chart.yaml': chart(version, `${line.major}.${line.minor}.${product}`) },
    };
  };
  const chartOnly = line.minor === 5 && patch === 2 ? [one(3, 2)] : [];
  return [one(patch + ahead, patch), ...chartOnly];
}

function chart(version: string, appVersion: string): string {
  return `apiVersion: v2\nname: gitlab\nversion: ${version}\nappVersion: v${appVersion}\n`;
}

function variables(version: string): string {
  return `variables:\n  GITLAB_VERSION: "v${version}-ee"\n  GITALY_VERSION: "v${version}"\n`;
}

function common(title: string, prefix: string): Readonly<Record<string, string>> {
  return {
    'README.md': `# ${title}\n\nA small stand-in with real tests: \`sh test/run.sh\`.\n`,
    'CHANGELOG.md': '',
    '.gitlab-ci.yml': PIPELINE,
    'ci/check-version.sh': checkVersion(prefix),
  };
}
