import { backportBranchOf, type MergedFix } from './backport';

/** A backport and what its texts name. */
export interface BackportPlace {
  readonly fix: MergedFix;
  readonly minor: string;
  /** The stable branch. */
  readonly branch: string;
}

/** Path of the canonical repository: where the fix and its backports are. */
export interface BackportRepository {
  readonly path: string;
  /** What git fetches from. */
  readonly url: string;
  readonly defaultBranch: string;
}

export function backportTitle({ fix, minor }: BackportPlace): string {
  return `${fix.title} (backport to ${minor})`;
}

export function backportDescription({ fix, branch }: BackportPlace, { path }: BackportRepository): string {
  return `Automatically picked into \`${branch}\` from ${path}!${fix.iid}.\n\nA maintainer of \`${branch}\` merges it once its pipeline has passed and it is approved.`;
}

/** Message of the commit, without the trailer of its key. */
export function backportMessage({ fix }: BackportPlace): string {
  return `${fix.title}\n\n(cherry picked from commit ${fix.commit})`;
}

/** To the author: what is in the way, and how to take it from there. */
export function conflictNote(
  { fix, minor, branch }: BackportPlace,
  {
    repository,
    files,
    isMerge,
  }: {
    readonly repository: BackportRepository;
    readonly files: readonly string[];
    readonly isMerge: boolean;
  },
): string {
  const own = backportBranchOf({ iid: fix.iid, minor });
  const mainline = isMerge ? '-m 1 ' : '';
  return [
    `@${fix.author}: this change could not automatically be picked into \`${branch}\`. These files conflict:`,
    files.map((file) => `- \`${file}\``).join('\n'),
    'Please create a merge request:',
    `\`\`\`shell\ngit fetch ${repository.url} ${repository.defaultBranch} && git fetch ${repository.url} ${branch} && git switch -c ${own} FETCH_HEAD && git cherry-pick -x ${mainline}${fix.commit}\n\`\`\``,
    `Push the branch as \`${own}\`: a merge request from it into \`${branch}\` is followed as the backport. If ${minor} is not to get it: \`signalbox backport decline ${fix.project}!${fix.iid} ${minor} --reason "…"\`.`,
  ].join('\n\n');
}

/** To the author: the backport is made, and goes on only when somebody mends it. */
export function stuckNote(
  { fix, branch }: BackportPlace,
  { url, sentence }: { readonly url: string; readonly sentence: string },
): string {
  return `@${fix.author}: the backport of this change to \`${branch}\` waits for you (${url}). ${sentence}`;
}

export function containedNote({ minor, branch }: BackportPlace): string {
  return `\`${branch}\` has this change already; nothing is to be done for ${minor}.`;
}

/** A stable branch that was made while the change was on its way. */
export function slidNote({ minor, branch }: BackportPlace): string {
  return `\`${branch}\` was made meanwhile, so ${minor} owes this change as well.`;
}

export function notOwedNote({ minor }: BackportPlace, sentence: string): string {
  return `This change is not picked into ${minor}: ${sentence}`;
}

export function declinedNote({
  minor,
  by,
  reason,
}: {
  readonly minor: string;
  readonly by: string;
  readonly reason: string;
}): string {
  return `${by} decided that ${minor} does not get this change: ${reason}`;
}
