import type { Project } from '../../domain/project';
import type { CandidatePolicy } from '../../domain/release/release';
import { monthlyBase, productionRuns, type DeployedCommit } from '../../domain/version/monthly-base';
import { isPublic } from '../git/public-commit';
import type { Mirror } from '../git/mirror';
import { linesOf } from '../git/run-git';
import type { Outside } from '../outside';

export type DeployedPolicy = Extract<CandidatePolicy, { readonly from: 'environment' }>;

/** The public commit that a monthly is cut from; undefined where no package has come that far. */
export async function productionBase(
  outside: Outside,
  { project, policy }: { readonly project: Project; readonly policy: DeployedPolicy },
): Promise<string | undefined> {
  const { environment, migrations } = policy;
  const deployed = await deploymentsOf(outside, { project, environment });
  const migrated =
    migrations === undefined ? deployed : await deploymentsOf(outside, { project, environment: migrations });
  const runs = productionRuns({ project: project.name, deployed, migrated });
  const commit = monthlyBase(runs)?.[project.name];
  return commit === undefined ? undefined : publicBase(outside.mirrorOf(project), commit);
}

/** A package with something secret in it is deployed from the security repository, any other from either. */
async function deploymentsOf(
  { gitlab }: Outside,
  { project, environment }: { readonly project: Project; readonly environment: string },
): Promise<readonly DeployedCommit[]> {
  const { canonical, security } = project.repositories;
  const places = [...new Set([canonical, security])];
  const found = await Promise.all(places.map((path) => gitlab.deployments({ project: path, environment })));
  return found.flat();
}

/** The commit of canonical that it was composed on: the first one that is public, by first parents. */
async function publicBase(mirror: Mirror, commit: string): Promise<string> {
  if (await isPublic(mirror, commit)) return commit;
  if ((await mirror.resolve(commit)) === undefined) await mirror.fetch('security');
  if ((await mirror.resolve(commit)) === undefined) return commit;
  const walk = ['rev-list', '--first-parent', commit, '--not', '--glob=refs/sides/canonical/*'];
  const secret = linesOf(await mirror.git(walk)).at(-1) ?? commit;
  return (await mirror.resolve(`${secret}^1`)) ?? commit;
}
