import type { Project } from '../../domain/project';
import type { CandidatePolicy } from '../../domain/release/release';
import { monthlyBase, productionRuns } from '../../domain/version/monthly-base';
import type { Mirror } from '../git/mirror';
import { publicBaseOf } from '../git/public-base';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

export type DeployedPolicy = Extract<CandidatePolicy, { readonly from: 'environment' }>;

/** What of a project was deployed to production with the package that a monthly is cut from; undefined where none has come that far. */
export async function productionCommit(
  outside: Pick<Outside, 'gitlab'>,
  { project, policy }: { readonly project: Project; readonly policy: DeployedPolicy },
): Promise<string | undefined> {
  const { environment, migrations } = policy;
  const deployed = await deploymentsOf(outside, { project, environment });
  const migrated =
    migrations === undefined ? deployed : await deploymentsOf(outside, { project, environment: migrations });
  const runs = productionRuns({ project: project.name, deployed, migrated });
  return monthlyBase(runs)?.[project.name];
}

/** The public commit under what was deployed, by canonical as it was fetched; undefined where there is none. */
export async function productionBase(mirror: Mirror, commit: string): Promise<string | undefined> {
  if ((await mirror.resolve(commit)) === undefined) await mirror.fetch('security');
  return publicBaseOf(mirror, commit);
}
