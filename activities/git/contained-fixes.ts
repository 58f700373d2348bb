import type { ContainedFixes } from '../../domain/embargo/claim-judgement';
import { reachesMinor } from '../../domain/embargo/obligation';
import type { ReleaseSettings } from '../../domain/release/release';
import { isFirstVersion } from '../../domain/version/first-version';
import { compareNumbers, minorOf } from '../../domain/version/number';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import type { Mirror } from './mirror';
import { stableBranchFor } from './survey-line';

export interface UnitOfFirst {
  readonly release: string;
  readonly settings: ReleaseSettings;
  readonly versions: readonly string[];
}

/** What a unit with X.Y.0 in it has of the fixes there are; undefined for any other unit. As canonical was last fetched. */
export async function containedFixes(
  outside: Outside,
  unit: UnitOfFirst,
): Promise<ContainedFixes | undefined> {
  const first = unit.versions.find(isFirstVersion);
  const version = unit.versions.toSorted(compareNumbers).at(-1);
  if (first === undefined || version === undefined) return undefined;
  const minor = minorOf(first);
  const places = await placesOf(outside, { unit, version, minor });
  const topics = await topicsByEmbargo(outside, minor);
  const inVersion = new Set<string>();
  const onStableBranch = new Set<string>();
  for (const [embargo, parts] of topics) {
    if (await areAll(outside, { unit, parts, commits: places.tagged })) inVersion.add(embargo);
    if (await areAll(outside, { unit, parts, commits: places.stable })) onStableBranch.add(embargo);
  }
  return { minor, version, inVersion, onStableBranch };
}

type Commits = ReadonlyMap<string, string>;

/** What a version of the unit is, in each project, and what the stable branches of its minor are now. */
export async function placesOf(
  outside: Outside,
  {
    unit,
    version,
    minor,
  }: {
    readonly unit: Pick<UnitOfFirst, 'release' | 'settings'>;
    readonly version: string;
    readonly minor: string;
  },
): Promise<{ readonly tagged: Commits; readonly stable: Commits }> {
  const tagged = await taggedCommits(outside, { ...unit, version });
  const stable = new Map<string, string>();
  for (const project of unit.settings.projects) {
    const mirror = outside.mirrorOf(project);
    await mirror.fetch('security');
    const branch = await stableBranchFor(mirror, { project, minor });
    if (branch !== undefined) stable.set(project.name, branch.head);
  }
  return { tagged, stable };
}

/** What a version is, in each project. */
export async function taggedCommits(
  { records }: Pick<Outside, 'records'>,
  { release, version }: { readonly release: string; readonly version: string },
): Promise<Commits> {
  const { tags } = await askRecords(() => records.artifacts.ofRelease(release));
  const made = tags.filter(
    ({ productVersion, state }) => productVersion === version && state !== 'withdrawn',
  );
  return new Map(made.map(({ project, sha }) => [project, sha]));
}

/** Heads by project, of each embargo. */
type Parts = ReadonlyMap<string, readonly string[]>;

async function topicsByEmbargo({ records }: Outside, minor: string): Promise<ReadonlyMap<string, Parts>> {
  const found = new Map<string, Map<string, readonly string[]>>();
  for (const { embargo, project, line, head } of await askRecords(() =>
    records.embargoes.disclosedTopics(),
  )) {
    const parts = found.get(embargo) ?? new Map<string, readonly string[]>();
    found.set(embargo, parts);
    const isOfMinor = reachesMinor(line, minor);
    parts.set(project, [...(parts.get(project) ?? []), ...(isOfMinor ? [head] : [])]);
  }
  return found;
}

async function areAll(
  outside: Outside,
  { unit, parts, commits }: { readonly unit: UnitOfFirst; readonly parts: Parts; readonly commits: Commits },
): Promise<boolean> {
  for (const [name, heads] of parts) {
    const project = unit.settings.projects.find((one) => one.name === name);
    // It is in no version of this product.
    if (project === undefined) continue;
    const commit = commits.get(name);
    if (commit === undefined) return false;
    if (!(await holdsOne(outside.mirrorOf(project), { heads, commit }))) return false;
  }
  return true;
}

async function holdsOne(
  mirror: Mirror,
  { heads, commit }: { readonly heads: readonly string[]; readonly commit: string },
): Promise<boolean> {
  for (const head of heads) {
    if ((await mirror.resolve(head)) === undefined) continue;
    if (await mirror.isAncestor(head, commit)) return true;
  }
  return false;
}
