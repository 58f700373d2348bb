import type { Project } from '../../domain/project';
import type { DeployedCommit } from '../../domain/version/monthly-base';
import type { Outside } from '../outside';

/**
 * What a project brought to an environment, newest first: what has something secret in it is deployed from the security
 * repository, anything else from either. GitLab counts deployments over all repositories.
 */
export async function deploymentsOf(
  { gitlab }: Pick<Outside, 'gitlab'>,
  { project, ...asked }: { readonly project: Project; readonly environment: string; readonly since?: string },
): Promise<readonly DeployedCommit[]> {
  const { canonical, security } = project.repositories;
  const places = [...new Set([canonical, security])];
  const found = await Promise.all(places.map((path) => gitlab.deployments({ project: path, ...asked })));
  return found.flat().toSorted((left, right) => right.id - left.id);
}
