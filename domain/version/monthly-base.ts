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
