import { permanent } from '../errors';
import { commitTree, type Author } from './compose-version';
import { inMergeRoom, mergeOf, type Git } from './merge-room';
import type { Mirror } from './mirror';
import type { PublicCommit } from './public-commit';
import { linesOf } from './run-git';

export interface Picking {
  /** By which the default branch got the change. */
  readonly commit: PublicCommit;
  /** Head of the stable branch. */
  readonly onto: PublicCommit;
  readonly message: string;
}

export type PickedChange =
  | { readonly outcome: 'picked'; readonly commit: string }
  | { readonly outcome: 'conflict'; readonly files: readonly string[] }
  /** The branch has it, as the very commit, by a pick of it, or because nothing of it is new. */
  | { readonly outcome: 'contained' };

/**
 * The change on top of a stable branch, as objects of the mirror, pushed nowhere. By the author of the change, dated by the
 * younger of the two commits: the same change on the same head is the same commit on every machine.
 */
export async function composeBackport(mirror: Mirror, picking: Picking): Promise<PickedChange> {
  if (await isContained(mirror, picking)) return { outcome: 'contained' };
  return inMergeRoom(mirror, { objects: 'kept', work: (room) => pickIn(room, picking) });
}

/** Whether `git cherry-pick` has to be told which parent the change is counted from. */
export async function isMergeCommit(mirror: Git, commit: string): Promise<boolean> {
  return linesOf(await mirror.git(['rev-parse', `${commit}^@`])).length > 1;
}

async function isContained(mirror: Mirror, { commit, onto }: Picking): Promise<boolean> {
  if (await mirror.isAncestor(commit, onto)) return true;
  const pick = `(cherry picked from commit ${commit})`;
  const log = [
    'log',
    '--max-count=1',
    '--format=%H',
    '--fixed-strings',
    `--grep=${pick}`,
    onto,
    `^${commit}`,
  ];
  return (await mirror.git(log)) !== '';
}

async function pickIn(room: Git, { commit, onto, message }: Picking): Promise<PickedChange> {
  const found = await read(room, [commit, onto, `${commit}^@`]);
  const [change, head] = [found.get(commit), found.get(onto)];
  const [first = '', second = commit] = change?.parents ?? [];
  const [before, made] = [found.get(first), found.get(second)];
  if (!change || !head || !before || !made) throw firstCommit(commit);
  const at = Date.parse(change.at) > Date.parse(head.at) ? change.at : head.at;
  const ours = head.tree;
  // Older versions of git cannot be told the merge base, so the trees get a history in which it is one.
  const plain = { message: '', at };
  const root = await commitTree(room, { ...plain, tree: before.tree, parents: [] });
  const left = await commitTree(room, { ...plain, tree: ours, parents: [root] });
  const right = await commitTree(room, { ...plain, tree: change.tree, parents: [root] });
  const merged = await mergeOf(room, { onto: left, head: right });
  if (!merged.clean) return { outcome: 'conflict', files: merged.files };
  if (merged.tree === ours) return { outcome: 'contained' };
  // Of a merge, who made what was merged: whoever pressed the button is not the author.
  const { author } = made;
  const picked = await commitTree(room, { tree: merged.tree, parents: [onto], message, at, author });
  return { outcome: 'picked', commit: picked };
}

interface ReadCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly at: string;
  readonly author: Author;
}

/** By id, in one call: a process for each question costs more than the question. One that is named twice is told once. */
async function read(room: Git, commits: readonly string[]): Promise<ReadonlyMap<string, ReadCommit>> {
  const args = ['show', '--no-patch', '--format=%H%n%T%n%P%n%cI%n%an%n%ae%x00', ...commits];
  const rows = (await room.git(args)).split('\0').slice(0, -1);
  return new Map(
    rows.map((row) => {
      const [id = '', tree = '', parents = '', at = '', name = '', email = ''] = row.trimStart().split('\n');
      return [id, { tree, parents: parents.split(' ').filter(Boolean), at, author: { name, email } }];
    }),
  );
}

function firstCommit(commit: string): Error {
  return permanent('RefusedByPolicy', {
    where: commit,
    what: 'it is the first commit of its history, so there is no change to be picked',
    remedy: 'Decline the backport, and make the change on the stable branch by hand',
  });
}
