import type { Project } from '../../domain/project';
import type { CandidatePolicy } from '../../domain/release/release';
import { monthlyBase, productionRuns } from '../../domain/version/monthly-base';
import type { Mirror } from '../git/mirror';
import { publicBaseOf } from '../git/public-base';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

export type DeployedPolicy = Extract<CandidatePolicy, { readonly from: 'environment' }>;

export interface ProductionBase {
  /** The public commit under what was deployed; undefined where there is none. No other commit is told. */
  readonly sha?: string;
}

/** What a monthly is cut from; undefined where no package has come that far. */
export async function productionBase(
  outside: Outside,
  { project, policy }: { readonly project: Project; readonly policy: DeployedPolicy },
): Promise<ProductionBase | undefined> {
  const { environment, migrations } = policy;
  const deployed = await deploymentsOf(outside, { project, environment });
  const migrated =
    migrations === undefined ? deployed : await deploymentsOf(outside, { project, environment: migrations });
  const runs = productionRuns({ project: project.name, deployed, migrated });
  const commit = monthlyBase(runs)?.[project.name];
  if (commit === undefined) return undefined;
  const sha = await publicBase(outside.mirrorOf(project), commit);
  return sha === undefined ? {} : { sha };
}

/** The commit of canonical that it was composed on. */
async function publicBase(mirror: Mirror, commit: string): Promise<string | undefined> {
  if ((await mirror.resolve(commit)) === undefined) await mirror.fetch('security');
  return publicBaseOf(mirror, commit);
}
