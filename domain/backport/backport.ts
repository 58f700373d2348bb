import { maintainedMinors, maintenanceVerdict, type MaintenanceFacts } from '../version/maintenance';
import { fill, firstOf, matcherOf, stableBranchOf } from '../version/naming';
import { compareNumbers } from '../version/number';
import { owingMinors } from '../embargo/obligation';
import type { Project } from '../project';
import type { Verdict } from '../verdict';

/** What a change that is backported mends; the gravest first. */
export const FIX_KINDS = ['security', 'bug', 'perf'] as const;
export type FixKind = (typeof FIX_KINDS)[number];

/** How labels of merge requests are read. */
export interface BackportLabels {
  /** Asks for every minor that gets fixes: `backport`. */
  readonly all: string;
  /** Asks for one: `Pick into {major}.{minor}`; absent: there is no such label. */
  readonly minor?: string;
  /** What a change with this label mends; without any of them it is a bug. */
  readonly kinds: Readonly<Record<string, FixKind>>;
  /** What labels of teams begin with: `group::`. */
  readonly teamPrefix: string;
}

/** A change that is on the default branch, as canonical tells it. */
export interface MergedFix {
  /** Name of the project. */
  readonly project: string;
  readonly iid: number;
  readonly title: string;
  /** User name. */
  readonly author: string;
  readonly labels: readonly string[];
  /** The commit by which the default branch got it. */
  readonly commit: string;
}

/** Whether a minor owes a change: `pass` it does, `fail` it was asked for and does not, and why. */
export interface BackportObligation {
  /** In the project's own numbering. */
  readonly minor: string;
  readonly branch: string;
  readonly verdict: Verdict;
}

/** `backport:gitlab:1234`: the workflow of a change, and the first part of all its keys. */
export function backportId({ project, iid }: Pick<MergedFix, 'project' | 'iid'>): string {
  return `backport:${project}:${iid}`;
}

/** `backport/1234/18.6` */
export function backportBranchOf({ iid, minor }: { readonly iid: number; readonly minor: string }): string {
  return `backport/${iid}/${minor}`;
}

/** The change and the minor that a branch is for; undefined for any other branch. */
export function backportOfBranch(
  branch: string,
): { readonly iid: number; readonly minor: string } | undefined {
  const [, iid, minor] = /^backport\/([1-9]\d*)\/(\d+\.\d+)$/.exec(branch) ?? [];
  return iid === undefined || minor === undefined ? undefined : { iid: Number(iid), minor };
}

/** `18.6`, by the branches that match the project's pattern; newest first. */
export function minorsWithBranch(project: Project, branches: readonly string[]): readonly string[] {
  const pattern = matcherOf(project.stableBranch);
  const found = branches.flatMap((branch) => {
    const { major, minor } = pattern.exec(branch)?.groups ?? {};
    return major === undefined || minor === undefined ? [] : [`${major}.${minor}`];
  });
  return newestFirst(found);
}

/** What the labels ask for: every minor that gets fixes, some, or nothing. */
export function askedFor(
  labels: readonly string[],
  rules: BackportLabels,
): { readonly all: boolean; readonly minors: readonly string[] } {
  const minors = labels.flatMap((label) => minorOfLabel(label, rules) ?? []);
  const all = labels.includes(rules.all) || (minors.length > 0 && fixKind(labels, rules) === 'security');
  return { all, minors: newestFirst(minors) };
}

export function isAskedFor(labels: readonly string[], rules: BackportLabels): boolean {
  const { all, minors } = askedFor(labels, rules);
  return all || minors.length > 0;
}

function minorOfLabel(label: string, { minor: pattern }: BackportLabels): string | undefined {
  if (pattern === undefined) return undefined;
  const { major, minor } = matcherOf(pattern).exec(label)?.groups ?? {};
  return major === undefined || minor === undefined ? undefined : `${major}.${minor}`;
}

/** The label that asks for one minor; undefined where there is no such kind of label. */
export function labelOfMinor({ minor: pattern }: BackportLabels, minor: string): string | undefined {
  return pattern === undefined ? undefined : fill(pattern, firstOf(minor));
}

export function fixKind(labels: readonly string[], { kinds }: BackportLabels): FixKind {
  const found = new Set(labels.flatMap((label) => kinds[label] ?? []));
  if (found.has('security')) return 'security';
  return found.has('perf') && !found.has('bug') ? 'perf' : 'bug';
}

/** `package registry` of `group::package registry`; undefined for a change of nobody's. */
export function teamOf(labels: readonly string[], { teamPrefix }: BackportLabels): string | undefined {
  return labels.find((label) => label.startsWith(teamPrefix))?.slice(teamPrefix.length);
}

/** What a project's minors are judged by. */
export interface BackportFacts {
  readonly project: Project;
  /** All branches of canonical. */
  readonly branches: readonly string[];
  readonly maintenance: MaintenanceFacts;
  /** ISO 8601. */
  readonly at: string;
}

/** The minors that owe fixes now. */
export function minorsOwingFixes({ project, branches, maintenance, at }: BackportFacts): readonly string[] {
  const maintained = maintainedMinors(maintenance, at);
  return owingMinors({
    maintained,
    unreleased: unreleasedMinors(minorsWithBranch(project, branches), maintained),
  });
}

/**
 * Every minor that a change was asked for in, newest first, and whether it owes it. A security fix is owed to all of them
 * whatever was asked for: once it is public, a maintained minor without it has a hole that everybody can read about.
 */
export function backportObligations(
  fix: MergedFix,
  { labels, ...facts }: BackportFacts & { readonly labels: BackportLabels },
): readonly BackportObligation[] {
  const { project, branches, maintenance, at } = facts;
  const born = minorsWithBranch(project, branches);
  const unreleased = unreleasedMinors(born, maintainedMinors(maintenance, at));
  const owing = minorsOwingFixes(facts);
  const asked = askedFor(fix.labels, labels);
  const minors = newestFirst([...asked.minors, ...(asked.all ? owing : [])]);
  return minors.map((minor) => {
    const branch = stableBranchOf(project, firstOf(minor));
    const standing = unreleased.includes(minor)
      ? unreleasedVerdict(minor)
      : maintenanceVerdict(maintenance, { minor, at });
    const verdict = born.includes(minor) || standing.verdict !== 'pass' ? standing : noBranch(minor, branch);
    return { minor, branch, verdict };
  });
}

/** Born, and nothing of them is out. An old branch of which nothing was ever published gets no fixes. */
function unreleasedMinors(born: readonly string[], maintained: readonly string[]): readonly string[] {
  const [newest] = maintained;
  if (newest === undefined) return born;
  return born.filter((minor) => compareNumbers(firstOf(minor), firstOf(newest)) > 0);
}

function unreleasedVerdict(minor: string): Verdict {
  const sentence = `${minor} has its branch and is not out yet: what it lacks, its first version lacks.`;
  return { verdict: 'pass', sentence, evidence: [] };
}

function noBranch(minor: string, branch: string): Verdict {
  const sentence = `${minor} is maintained, but there is no branch ${branch}.`;
  return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence: [] };
}

function newestFirst(minors: readonly string[]): readonly string[] {
  return [...new Set(minors)].toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left)));
}
