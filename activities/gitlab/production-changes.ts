import type { ProductionChange } from '../../domain/planning/time-to-production';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { ProductionFacts } from '../../records/measurements';
import { mergedInstants } from '../git/merged-instants';
import type { Mirror } from '../git/mirror';
import { ifPublic, publicHead, type PublicCommit } from '../git/public-commit';
import { changesBetween, type MergedChange } from '../git/read-changes';
import { fetchCanonical } from '../git/survey-lines';
import type { Outside } from '../outside';
import { deploymentsOf } from './deployments-of';
import { publicBase } from './production-base';

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
 * Changes of the default branches, and when production ran them first. What is deployed with something secret in it brings public
 * changes along, which only those may know who may know that it was deployed: for everybody else only what was deployed as canonical has
 * it counts, and nothing is said to wait, for it may run there.
 */
export async function productionChanges(outside: Outside, asked: ProductionAsked): Promise<ProductionFacts> {
  const { settings, environment, since } = asked;
  await fetchCanonical(outside, settings);
  const everybody: ProductionChange[] = [];
  const audience: ProductionChange[] = [];
  for (const project of settings.projects) {
    const mirror = outside.mirrorOf(project);
    const { open, all } = await deployedTo(outside, { project, environment });
    const ofCanonical = await broughtBy(mirror, { project, deployed: open, since });
    const ofAll = await broughtBy(mirror, { project, deployed: all, since });
    everybody.push(...ofCanonical.changes);
    audience.push(...ofAll.changes, ...(await waitingFor(mirror, { project, ...ofAll })));
  }
  return { everybody, audience };
}

/** Oldest first. */
async function deployedTo(
  outside: Outside,
  asked: { readonly project: Project; readonly environment: string },
): Promise<Record<'open' | 'all', readonly Deployed[]>> {
  const mirror = outside.mirrorOf(asked.project);
  const open: Deployed[] = [];
  const all: Deployed[] = [];
  for (const { commit, at } of (await deploymentsOf(outside, asked)).toReversed()) {
    const itself = await ifPublic(mirror, commit);
    if (itself !== undefined) open.push({ commit: itself, at });
    const base = itself ?? (await ifPublic(mirror, (await publicBase(mirror, commit)) ?? commit));
    if (base !== undefined) all.push({ commit: base, at });
  }
  return { open, all };
}

interface Brought {
  readonly changes: readonly ProductionChange[];
  /** The newest that was ever deployed; absent where nothing was. */
  readonly reached?: PublicCommit;
}

/** Each change with the first deployment that has it. Of the first deployment that is known nothing tells what it brought. */
async function broughtBy(
  mirror: Mirror,
  {
    project,
    deployed,
    since,
  }: { readonly project: Project; readonly deployed: readonly Deployed[]; readonly since: string },
): Promise<Brought> {
  const changes: ProductionChange[] = [];
  let reached: PublicCommit | undefined;
  for (const { commit, at } of deployed) {
    // Deployed again, or rolled back to: it brings nothing that was not there.
    if (reached !== undefined && (await mirror.isAncestor(commit, reached))) continue;
    if (reached !== undefined && Date.parse(at) > Date.parse(since)) {
      const merged = await changesBetween(mirror, { project, since: reached, head: commit });
      changes.push(...(await dated(mirror, { project, merged })).map((one) => ({ ...one, deployedAt: at })));
    }
    reached = commit;
  }
  return reached === undefined ? { changes } : { changes, reached };
}

/** None of a project that is never deployed. */
async function waitingFor(
  mirror: Mirror,
  { project, reached }: { readonly project: Project; readonly reached?: PublicCommit },
): Promise<readonly ProductionChange[]> {
  const head = await publicHead(mirror, project.defaultBranch);
  if (head === undefined || reached === undefined) return [];
  return dated(mirror, {
    project,
    merged: await changesBetween(mirror, { project, since: reached, head }),
  });
}

async function dated(
  mirror: Mirror,
  { project, merged }: { readonly project: Project; readonly merged: readonly MergedChange[] },
): Promise<readonly ProductionChange[]> {
  const mergedAt = await mergedInstants(
    mirror,
    merged.map(({ sha }) => sha),
  );
  return merged.flatMap(({ mergeRequest, sha }) => {
    const at = mergedAt.get(sha);
    return at === undefined ? [] : [{ project: project.name, mergeRequest, mergedAt: at }];
  });
}
