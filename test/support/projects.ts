import type { Project } from '../../domain/project';

/** A project with everything that most tests do not care about. */
export function aProject(told: Partial<Project> & Pick<Project, 'name'>): Project {
  const { name } = told;
  return {
    repositories: {
      canonical: `group/${name}`,
      security: `group/security/${name}`,
      build: `group/build/${name}`,
    },
    defaultBranch: 'master',
    versioning: 'managed-sha',
    dependsOn: [],
    stableBranch: '{major}-{minor}-stable',
    tags: [{ final: 'v{version}', candidate: 'v{version}-rc{rc}', versionText: '{full}' }],
    versionFile: { path: 'VERSION' },
    pins: [],
    packageName: name,
    ...told,
  };
}
