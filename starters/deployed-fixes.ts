import { z } from 'zod';
import { DEFAULT_LINE } from '../domain/embargo/obligation';
import type { Embargo } from '../domain/embargo/embargo';
import { allOf, type ExposedPlace, type PlaceChange } from '../domain/fix/exposure';
import type { Project } from '../domain/project';
import type { GitLabReader } from './gitlab-reader';

const environment = z.object({ name: z.string(), tier: z.string().nullish() });
const deployment = z.object({ sha: z.string(), updated_at: z.string() });

/** Tiers of what others rely on; what is deployed elsewhere exposes nobody. */
const MANAGED_TIERS = ['production', 'staging'];

export interface DeployedAsked {
  readonly embargo: Embargo;
  readonly projects: readonly Project[];
  readonly now: string;
}

/**
 * Each environment to which a project of the fix is deployed, and when it had the fix, as GitLab's deployments tell. Asked of
 * the security repositories where they have deployments, else of the canonical ones: a composition is known there only.
 */
export async function deployedPlaces(
  gitlab: GitLabReader,
  { embargo, projects, now }: DeployedAsked,
): Promise<readonly ExposedPlace[]> {
  const topics = embargo.topics.filter(({ line }) => line === DEFAULT_LINE);
  const parts = topics.flatMap(({ project: name, head }) => {
    const project = projects.find((one) => one.name === name);
    return project === undefined ? [] : [{ project, head }];
  });
  try {
    const systems = await systemsOf(
      gitlab,
      parts.map(({ project }) => project),
    );
    return await Promise.all(
      systems.map(async (system) => {
        const changes = await Promise.all(parts.map((part) => changesOn(gitlab, { ...part, system })));
        return { place: system, changes: allOf(changes.filter((one) => one !== undefined)) };
      }),
    );
  } catch {
    return [{ place: 'managed systems', changes: [], unknownSince: now }];
  }
}

async function systemsOf(gitlab: GitLabReader, projects: readonly Project[]): Promise<readonly string[]> {
  const rows = await Promise.all(
    projects.map(({ repositories }) => gitlab.rows(repositories.canonical, 'environments')),
  );
  const managed = rows
    .flat()
    .flatMap((row) => environment.safeParse(row).data ?? [])
    .filter(({ tier }) => MANAGED_TIERS.includes(tier ?? ''));
  return [...new Set(managed.map(({ name }) => name))].toSorted();
}

interface Part {
  readonly project: Project;
  readonly head: string;
  readonly system: string;
}

/** Undefined where the project is not deployed to that system. */
async function changesOn(
  gitlab: GitLabReader,
  { project: { repositories }, head, system }: Part,
): Promise<readonly PlaceChange[] | undefined> {
  const query = new URLSearchParams({ environment: system, status: 'success', order_by: 'id', sort: 'asc' });
  const sides = [...new Set([repositories.security, repositories.canonical])];
  const rows = await Promise.all(sides.map((side) => gitlab.rows(side, `deployments?${query.toString()}`)));
  const deployments = rows
    .flat()
    .flatMap((row) => deployment.safeParse(row).data ?? [])
    .toSorted((left, right) => Date.parse(left.updated_at) - Date.parse(right.updated_at));
  if (deployments.length === 0) return undefined;
  return Promise.all(
    deployments.map(async ({ sha, updated_at: at }) => ({
      at,
      isFixed: await gitlab.contains({ project: repositories.security, commit: sha, ancestor: head }),
    })),
  );
}
