import type { Verdict } from '../verdict';

/** What a package was composed of, and how far it came. */
export interface ComposedPackage {
  readonly package: string;
  /** Public commit by project: the first parent of the composition, without any topic. */
  readonly commits: Readonly<Record<string, string>>;
  /** Embargoes whose topics were composed onto those commits. */
  readonly topics: readonly string[];
}

/** One package of production's history, oldest first. */
export interface ProductionRun {
  readonly package: ComposedPackage;
  /** ISO 8601; absent until its post-deploy migrations ran. */
  readonly migratedAt?: string;
  /** ISO 8601; present where production was rolled back from it. */
  readonly rolledBackAt?: string;
}

/** The commits that a monthly is cut from. They are public and production ran them, whatever topics were composed onto them. */
export function monthlyBase(runs: readonly ProductionRun[]): ComposedPackage['commits'] | undefined {
  return standingRun(runs)?.package.commits;
}

function standingRun(runs: readonly ProductionRun[]): ProductionRun | undefined {
  return runs.findLast(
    ({ migratedAt, rolledBackAt }) => migratedAt !== undefined && rolledBackAt === undefined,
  );
}

export function monthlyBaseVerdict(runs: readonly ProductionRun[]): Verdict {
  const standing = standingRun(runs);
  if (standing === undefined) {
    const sentence = 'No package in production has had its post-deploy migrations yet.';
    return { verdict: 'wait', sentence, whoActs: 'release-manager', evidence: [] };
  }
  const sentence = `A monthly is cut from the public commits of ${standing.package.package}, which production ran and migrated.`;
  const evidence = Object.entries(standing.package.commits).map(([label, value]) => ({ label, value }));
  return { verdict: 'pass', sentence, evidence };
}

/** A commit that an environment was brought to. Later ones have greater ids. */
export interface DeployedCommit {
  readonly id: number;
  readonly commit: string;
  /** ISO 8601 */
  readonly at: string;
}

/**
 * What production ran of one project, oldest first, with the commits as they were deployed. Deployments say no more than which commit came when: a run was rolled back
 * from when production went on with a commit that it had run before that one.
 */
export function productionRuns({
  project,
  deployed,
  migrated,
}: {
  readonly project: string;
  readonly deployed: readonly DeployedCommit[];
  readonly migrated: readonly DeployedCommit[];
}): readonly ProductionRun[] {
  const inOrder = deployed.toSorted((left, right) => left.id - right.id);
  const migratedAt = new Map(migrated.map(({ commit, at }) => [commit, at]));
  return inOrder.map(({ commit }, place) => {
    const before = new Set(inOrder.slice(0, place).map((earlier) => earlier.commit));
    const back = inOrder
      .slice(place + 1)
      .find((later) => later.commit !== commit && before.has(later.commit));
    const migration = migratedAt.get(commit);
    return {
      package: { package: commit, commits: { [project]: commit }, topics: [] },
      ...(migration === undefined ? {} : { migratedAt: migration }),
      ...(back === undefined ? {} : { rolledBackAt: back.at }),
    };
  });
}

/** A commit that takes another one back; a revert of a revert brings it in again. */
export interface Revert {
  readonly commit: string;
  readonly reverts: string;
}

/** Whether a change is in a release: reachable from its commits, and not net-reverted there. */
export function isIncluded(
  change: string,
  { reachable, reverts }: { readonly reachable: ReadonlySet<string>; readonly reverts: readonly Revert[] },
): boolean {
  if (!reachable.has(change)) return false;
  return !reverts.some(
    ({ commit, reverts: reverted }) => reverted === change && isIncluded(commit, { reachable, reverts }),
  );
}
