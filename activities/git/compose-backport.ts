import { permanent } from '../errors';
import { signature, type Author } from './compose-version';
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
  return inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) => {
      const found = await readUncontained(room, picking);
      return found === undefined ? { outcome: 'contained' } : pickIn(room, { ...picking, found });
    },
  });
}

/** Whether `git cherry-pick` has to be told which parent the change is counted from. */
export async function isMergeCommit(mirror: Git, commit: string): Promise<boolean> {
  return linesOf(await mirror.git(['rev-parse', `${commit}^@`])).length > 1;
}

interface ReadCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly at: string;
  readonly author: Author;
}

type ReadCommits = ReadonlyMap<string, ReadCommit>;

/** In one shell, which starts git in half the time that Node.js takes. Says nothing where the branch has the commit, or a pick of it. */
const READ = `commit=$1 onto=$2 pick=$3
git -c core.commitGraph=true merge-base --is-ancestor "$commit" "$onto"
case $? in 0) exit 0 ;; 1) ;; *) exit 1 ;; esac
found=$(git -c core.commitGraph=true log --max-count=1 --format=%H --fixed-strings --grep="$pick" \
  "$onto" "^$commit") || exit 1
[ -z "$found" ] || exit 0
git show --no-patch --format=%H%n%T%n%P%n%cI%n%an%n%ae%x00 "$commit" "$onto" "$commit^@"`;

/** By id, the change, its parents and the head of the branch; undefined where the branch has the change. */
async function readUncontained(room: Git, { commit, onto }: Picking): Promise<ReadCommits | undefined> {
  const pick = `(cherry picked from commit ${commit})`;
  const told = await room.git(['-c', READ, 'sh', commit, onto, pick], { program: 'sh' });
  if (told === '') return undefined;
  return new Map(
    told
      .split('\0')
      .slice(0, -1)
      .map((row) => {
        const [id = '', tree = '', parents = '', at = '', name = '', email = ''] = row
          .trimStart()
          .split('\n');
        return [id, { tree, parents: parents.split(' ').filter(Boolean), at, author: { name, email } }];
      }),
  );
}

/**
 * The picked change. What the branch has and what the change made are merged as two commits on top of what was there before the
 * change: older versions of git cannot be told the base of a merge. Says what it makes as far as it comes: the commit is made
 * only where the merge is clean, and brings something. Of a conflict git tells by the status 1.
 */
const PICK = `before=$1 ours=$2 theirs=$3 onto=$4
left=$(git commit-tree "$ours" -p "$before" </dev/null) || exit 2
right=$(git commit-tree "$theirs" -p "$before" </dev/null) || exit 2
echo "$left"
echo "$right"
tree=$(git merge-tree --write-tree "$left" "$right") || exit $(($? - 1))
echo "$tree"
[ "$tree" = "$ours" ] || git commit-tree "$tree" -p "$onto"`;

async function pickIn(
  room: Git,
  { commit, onto, message, found }: Picking & { readonly found: ReadCommits },
): Promise<PickedChange> {
  const [change, head] = [found.get(commit), found.get(onto)];
  const [before, second = commit] = change?.parents ?? [];
  const made = found.get(second);
  if (!change || !head || !made || before === undefined) throw firstCommit(commit);
  const at = Date.parse(change.at) > Date.parse(head.at) ? change.at : head.at;
  // Of a merge, who made what was merged: whoever pressed the button is not the author.
  const author = isNamed(made.author) ? made.author : undefined;
  const run = { program: 'sh', input: message, environment: signature(at, author) } as const;
  const told = await room.git(['-c', PICK, 'sh', before, head.tree, change.tree, onto], run);
  const [left = '', right = '', tree, picked] = linesOf(told);
  if (picked !== undefined) return { outcome: 'picked', commit: picked };
  if (tree !== undefined) return { outcome: 'contained' };
  const merge = await mergeOf(room, { onto: left, head: right });
  if (merge.clean) throw new Error(`${left} and ${right} merge at the second try alone`);
  return { outcome: 'conflict', files: merge.files };
}

/** Whether git makes a commit by them: of a name that has nothing but these it makes none, though old commits have such. */
function isNamed({ name }: Author): boolean {
  return /[^\s\p{Cc}.,:;<>"\\']/u.test(name);
}

function firstCommit(commit: string): Error {
  return permanent('RefusedByPolicy', {
    where: commit,
    what: 'it is the first commit of its history, so there is no change to be picked',
    remedy: 'Decline the backport, and make the change on the stable branch by hand',
  });
}
