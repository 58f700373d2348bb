import type {
  ProjectFacts,
  ReleaseFacts,
  SecurityFix,
  VersionFacts,
} from '../../../domain/texts/release-facts';

export const URL = 'https://gitlab.example.com';

export function gitalyAt(version: string, facts: Partial<ProjectFacts> = {}): ProjectFacts {
  return {
    project: 'gitaly',
    version,
    tag: `v${version}`,
    page: `${URL}/acme/gitaly/-/releases/v${version}`,
    since: { tag: `v${version}-before`, changedFiles: 2, migrations: [] },
    changes: [],
    packages: [
      { file: `gitaly-${version}.tar.gz`, sha256: 'a'.repeat(64), url: `${URL}/gitaly-${version}.tar.gz` },
    ],
    ...facts,
  };
}

export function change(mergeRequest: number, title: string): ProjectFacts['changes'][number] {
  return { mergeRequest, title, webUrl: `${URL}/acme/gitaly/-/merge_requests/${mergeRequest}` };
}

export function aVersion(version: string, facts: Partial<ProjectFacts> = {}): VersionFacts {
  const minor = version.slice(0, version.lastIndexOf('.'));
  return {
    version,
    minor,
    contains: [`${minor}.0`, `${minor}.1`],
    lacks: [],
    projects: [gitalyAt(version, facts)],
  };
}

export function someFacts(facts: Partial<ReleaseFacts> = {}): ReleaseFacts {
  return {
    product: 'acme',
    url: URL,
    publishedAt: '2026-11-26T12:00:00.000Z',
    versions: [
      aVersion('18.6.2', { changes: [change(7, 'Fix the roof'), change(9, 'Mend | the door')] }),
      aVersion('18.5.4', { changes: [change(8, 'Fix the roof (backport to 18.5)')] }),
    ],
    security: [],
    ...facts,
  };
}

export function aFix(fix: Partial<SecurityFix> = {}): SecurityFix {
  return {
    severity: 'S2',
    fixedIn: ['18.6.2', '18.5.4'],
    projects: ['gitaly'],
    affected: ['18.5.0', '18.5.1', '18.6.0', '18.6.1'],
    minors: ['18.6', '18.5'],
    ...fix,
  };
}
