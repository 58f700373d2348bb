import { z } from 'zod';
import { DEFAULT_LINE } from '../domain/embargo/obligation';
import type { Embargo } from '../domain/embargo/embargo';
import { allOf, type ExposedPlace, type PlaceChange } from '../domain/fix/exposure';
import { isManagedSystem } from '../domain/fix/managed-systems';
import type { Project } from '../domain/project';
import type { ReleaseSettings } from '../domain/release/release';
import { GitLabRefused, GitLabUnavailable, type GitLabReader } from './gitlab-reader';

const environment = z.object({ name: z.string(), tier: z.string().nullish() });
const deployment = z.object({ sha: z.string(), updated_at: z.string() });

/** How far the clock of whoever made a commit may be ahead of GitLab's. */
const CLOCKS_DIFFER_MS = 24 * 3_600_000;

export interface DeployedAsked {
  readonly embargo: Embargo;
  readonly settings: Pick<ReleaseSettings, 'projects' | 'candidate' | 'managedSystems'>;
  readonly now: string;
}

/**
 * Each managed system to which a project of the fix is deployed, and when it had the fix, as GitLab's deployments tell. Asked of
 * the security repositories and the canonical ones: a composition is known to the first only. One question after the other,
 * for GitLab has others to serve. A system of which it tells nothing is unknown, and the others are told.
 */
export async function deployedPlaces(
  gitlab: GitLabReader,
  { embargo, settings, now }: DeployedAsked,
): Promise<readonly ExposedPlace[]> {
  try {
    const parts = await partsOf(gitlab, { embargo, settings });
    const places: ExposedPlace[] = [];
    for (const system of await systemsOf(gitlab, { parts, settings }))
      places.push(await placeNow(gitlab, { system, parts, now }));
    return places;
  } catch (error) {
    return [unknown('managed systems', { error, now })];
  }
}

/** A refusal fails no request: that it was asked at all tells of the fix. @throws whatever GitLab did not say */
function unknown(
  place: string,
  { error, now }: { readonly error: unknown; readonly now: string },
): ExposedPlace {
  if (!(error instanceof GitLabUnavailable || error instanceof GitLabRefused)) throw error;
  return { place, changes: [], unknownSince: now };
}

/** The fix in one project. */
interface Part {
  readonly project: Project;
  readonly head: string;
  /** Nothing that was deployed before can hold it; milliseconds since 1970. */
  readonly madeAt: number;
  /** Of commits that were deployed, whether they have it: systems run the same ones. */
  readonly known: Map<string, boolean>;
}

async function partsOf(
  gitlab: GitLabReader,
  { embargo, settings }: Pick<DeployedAsked, 'embargo' | 'settings'>,
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { project: name, line, head } of embargo.topics) {
    const project = settings.projects.find((one) => one.name === name);
    if (line !== DEFAULT_LINE || project === undefined) continue;
    const made = await gitlab.committedAt({ project: project.repositories.security, commit: head });
    parts.push({
      project,
      head,
      madeAt: made === undefined ? Infinity : Date.parse(made) - CLOCKS_DIFFER_MS,
      known: new Map(),
    });
  }
  return parts;
}

/** Those that the configuration names, which a disclosure waits for; without any, those that people rely on by their tier. */
async function systemsOf(
  gitlab: GitLabReader,
  { parts, settings }: { readonly parts: readonly Part[]; readonly settings: DeployedAsked['settings'] },
): Promise<readonly string[]> {
  const { managedSystems, candidate } = settings;
  if (managedSystems !== undefined) return managedSystems;
  const names = new Set<string>();
  for (const { project } of parts) {
    const rows = await gitlab.rows(project.repositories.canonical, 'environments');
    for (const one of rows.flatMap((row) => environment.safeParse(row).data ?? []))
      if (isManagedSystem(one, candidate)) names.add(one.name);
  }
  return [...names].toSorted();
}

interface AskedOf {
  readonly system: string;
  readonly parts: readonly Part[];
  readonly now: string;
}

async function placeNow(gitlab: GitLabReader, { system, parts, now }: AskedOf): Promise<ExposedPlace> {
  try {
    const changes: (readonly PlaceChange[])[] = [];
    for (const part of parts) {
      const ofPart = await changesOn(gitlab, { part, system });
      if (ofPart !== undefined) changes.push(ofPart);
    }
    return { place: system, changes: allOf(changes) };
  } catch (error) {
    return unknown(system, { error, now });
  }
}

/** Undefined where the project is not deployed to that system. */
async function changesOn(
  gitlab: GitLabReader,
  { part: { project, head, madeAt, known }, system }: { readonly part: Part; readonly system: string },
): Promise<readonly PlaceChange[] | undefined> {
  const { security, canonical } = project.repositories;
  const found: z.infer<typeof deployment>[] = [];
  for (const side of new Set([security, canonical]))
    found.push(...(await deploymentsSince(gitlab, { side, system, since: madeAt })));
  if (found.length === 0) return undefined;
  const changes: PlaceChange[] = [];
  for (const { sha, updated_at: at } of found.toSorted((left, right) => instantOf(left) - instantOf(right))) {
    const isFixed =
      Date.parse(at) >= madeAt &&
      (known.get(sha) ?? (await gitlab.contains({ project: security, commit: sha, ancestor: head })));
    known.set(sha, isFixed);
    changes.push({ at, isFixed });
  }
  return changes;
}

/** The newest first, back to one that was over before; so what is left out, should there be too many, is the oldest. */
async function deploymentsSince(
  gitlab: GitLabReader,
  { side, system, since }: { readonly side: string; readonly system: string; readonly since: number },
): Promise<readonly z.infer<typeof deployment>[]> {
  const query = new URLSearchParams({
    environment: system,
    status: 'success',
    order_by: 'updated_at',
    sort: 'desc',
  });
  const read = (row: unknown): z.infer<typeof deployment>[] => {
    const { data } = deployment.safeParse(row);
    return data === undefined ? [] : [data];
  };
  const rows = await gitlab.rows(side, `deployments?${query.toString()}`, (row) =>
    read(row).some((one) => instantOf(one) < since),
  );
  return rows.flatMap(read);
}

function instantOf({ updated_at: at }: { readonly updated_at: string }): number {
  return Date.parse(at);
}
