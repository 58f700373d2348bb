import type { ProductionChange } from '../../domain/planning/time-to-production';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import { datedChanges } from '../git/dated-changes';
import type { Mirror } from '../git/mirror';
import { publicBaseOf } from '../git/public-base';
import { ifPublic, publicHead, type PublicCommit } from '../git/public-commit';
import { changesBetween } from '../git/read-changes';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';

/** What was deployed, as the public commit of canonical that it has. */
interface Deployed {
  readonly commit: PublicCommit;
  /** ISO 8601 */
  readonly at: string;
}

export interface ProductionAsked {
  readonly settings: ReleaseSettings;
  readonly environment: string;
  /** ISO 8601; what came there before is not told. */
  readonly since: string;
}

/**
 * Changes of the default branches, and when production ran them first. What is deployed with something secret in it counts as the commit
 * of canonical that it was composed on: that is what would be deployed if there were no secret. If it did not count, the figures would
 * stand still for as long as there is one, and whoever watches them would see that.
 */
export async function productionChanges(
  outside: Outside,
  { settings: { projects }, environment, since }: ProductionAsked,
): Promise<readonly ProductionChange[]> {
  const found: ProductionChange[] = [];
  for (const project of projects) {
    const mirror = outside.mirrorOf(project);
    const deployed = await deployedTo(outside, { project, environment, since });
    const { changes, reached } = await broughtBy(mirror, { project, deployed, since });
    found.push(...changes, ...(await waitingFor(mirror, { project, reached })));
  }
  return found;
}

/** Oldest first. */
async function deployedTo(
  outside: Outside,
  asked: { readonly project: Project; readonly environment: string; readonly since: string },
): Promise<readonly Deployed[]> {
  const found = await deploymentsOf(outside, asked);
  if (found.length === 0) return [];
  const mirror = outside.mirrorOf(asked.project);
  // Always, so that what cannot be read is said in the same words whether anything secret was deployed or not.
  await mirror.fetch('security');
  await mirror.fetch('canonical');
  const deployed: Deployed[] = [];
  for (const { commit, at } of found.toReversed()) {
    const base = await ifPublic(mirror, (await publicBaseOf(mirror, commit)) ?? commit);
    if (base !== undefined) deployed.push({ commit: base, at });
  }
  return deployed;
}

interface Brought {
  readonly changes: readonly ProductionChange[];
  /** All that was ever deployed, as far as it is known. */
  readonly reached: readonly PublicCommit[];
}

/**
 * Each change with the first deployment that has it. What is deployed again, rolled back to or behind what was there brings nothing that
 * was not there before. Of the first deployment that is known nothing tells what it brought.
 */
async function broughtBy(
  mirror: Mirror,
  {
    project,
    deployed,
    since,
  }: { readonly project: Project; readonly deployed: readonly Deployed[]; readonly since: string },
): Promise<Brought> {
  const changes: ProductionChange[] = [];
  const reached: PublicCommit[] = [];
  for (const { commit, at } of deployed) {
    if (reached.length > 0 && Date.parse(at) > Date.parse(since)) {
      const merged = await changesBetween(mirror, { project, since: reached, head: commit });
      changes.push(
        ...(await datedChanges(mirror, { project, merged })).map((one) => ({ ...one, deployedAt: at })),
      );
    }
    if (!reached.includes(commit)) reached.push(commit);
  }
  return { changes, reached };
}

/** None of a project that is never deployed. */
async function waitingFor(
  mirror: Mirror,
  { project, reached }: { readonly project: Project; readonly reached: readonly PublicCommit[] },
): Promise<readonly ProductionChange[]> {
  if (reached.length === 0) return [];
  const head = await publicHead(mirror, project.defaultBranch);
  if (head === undefined) return [];
  return datedChanges(mirror, {
    project,
    merged: await changesBetween(mirror, { project, since: reached, head }),
  });
}
