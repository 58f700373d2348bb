import { permanent } from '../errors';
import { gitDate, signature, type Author } from './compose-version';
import { inMergeRoom, mergeOf, type Git } from './merge-room';
import type { Mirror } from './mirror';
import type { PublicCommit } from './public-commit';
import { linesOf } from './run-git';

export interface Picking<Branch extends PickedOnto = PickedOnto> {
  /** By which the default branch got the change. */
  readonly commit: PublicCommit;
  /** The stable branches that are to get it, as far as they have come. */
  readonly branches: readonly Branch[];
}

export interface PickedOnto {
  readonly head: PublicCommit;
  readonly message: string;
}

export type PickedChange =
  | { readonly outcome: 'picked'; readonly commit: string }
  | { readonly outcome: 'conflict'; readonly files: readonly string[] }
  /** The branch has it, as the very commit, by a pick of it, or because nothing of it is new. */
  | { readonly outcome: 'contained' };

/**
 * The change on top of stable branches, as objects of the mirror, pushed nowhere. By the author of the change, dated by the
 * younger of the two commits: the same change on the same head is the same commit on every machine.
 * @returns each branch, and what became of it
 */
export async function composeBackports<Branch extends PickedOnto>(
  mirror: Mirror,
  { commit, branches }: Picking<Branch>,
): Promise<readonly (readonly [Branch, PickedChange])[]> {
  return inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) => {
      const heads = branches.map(({ head }) => head);
      const { lacking, commits } = await readUncontained(room, { commit, heads });
      const left = branches.filter(({ head }) => lacking.has(head));
      const contained = branches.filter(({ head }) => !lacking.has(head));
      return [
        ...contained.map((branch): [Branch, PickedChange] => [branch, { outcome: 'contained' }]),
        ...(left.length === 0 ? [] : await pickIn(room, { commit, branches: left, commits })),
      ];
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

/**
 * In one shell, which starts git in half the time that Node.js takes. First the branches that have neither the commit nor a pick
 * of it, which is asked of all together before it is asked of each; then what is to be known of all commits, where there are any.
 */
const READ = `commit=$1 pick=$2
shift 2
is_contained() {
  own=$(git -c core.commitGraph=true rev-list --max-count=1 "$commit" --not "$@") || exit 1
  [ -n "$own" ] || return 0
  found=$(git -c core.commitGraph=true log --max-count=1 --format=%H --fixed-strings --grep="$pick" \
    "$@" --not "$commit") || exit 1
  [ -n "$found" ]
}
lacking=$*
if is_contained "$@"; then
  lacking=
  for onto; do is_contained "$onto" || lacking="$lacking $onto"; done
fi
[ -n "$lacking" ] || exit 0
printf '%s\\0' "$lacking"
git show --no-patch --format=%H%n%T%n%P%n%cI%n%an%n%ae%x00 "$commit" $lacking "$commit^@"`;

/** @returns heads of the branches that lack the change; and by id these, the change and its parents */
async function readUncontained(
  room: Git,
  { commit, heads }: { readonly commit: string; readonly heads: readonly string[] },
): Promise<{ readonly lacking: ReadonlySet<string>; readonly commits: ReadCommits }> {
  const pick = `(cherry picked from commit ${commit})`;
  const told = await room.git(['-c', READ, 'sh', commit, pick, ...heads], { program: 'sh' });
  const [lacking = '', ...rows] = told.split('\0').slice(0, -1);
  return { lacking: new Set(lacking.split(' ')), commits: new Map(rows.map(readCommit)) };
}

function readCommit(row: string): [string, ReadCommit] {
  const [id = '', tree = '', parents = '', at = '', name = '', email = ''] = row.trimStart().split('\n');
  return [id, { tree, parents: parents.split(' ').filter(Boolean), at, author: { name, email } }];
}

/**
 * The picked changes. What a branch has and what the change made are merged as two commits on top of what was there before the
 * change: older versions of git cannot be told the base of a merge. A commit is made only where the merge is clean, and brings
 * something. Says a line for each branch.
 */
const PICKS = `before=$1 theirs=$2
shift 2
right=$(git commit-tree "$theirs" -p "$before" </dev/null) || exit 2
while [ $# -gt 0 ]; do
  ours=$1 onto=$2 message=$4
  export GIT_AUTHOR_DATE="$3" GIT_COMMITTER_DATE="$3"
  shift 4
  left=$(git commit-tree "$ours" -p "$before" </dev/null) || exit 2
  tree=$(git merge-tree --write-tree "$left" "$right")
  case $? in
  0) ;;
  1) echo "conflict $left $right" && continue ;;
  *) exit 2 ;;
  esac
  if [ "$tree" = "$ours" ]; then echo contained && continue; fi
  commit=$(printf '%s' "$message" | git commit-tree "$tree" -p "$onto") || exit 2
  echo "picked $commit"
done`;

async function pickIn<Branch extends PickedOnto>(
  room: Git,
  { commit, branches, commits }: Picking<Branch> & { readonly commits: ReadCommits },
): Promise<readonly (readonly [Branch, PickedChange])[]> {
  const change = commits.get(commit);
  const [before, second = commit] = change?.parents ?? [];
  const made = commits.get(second);
  if (!change || !made || before === undefined) throw firstCommit(commit);
  // Of a merge, who made what was merged: whoever pressed the button is not the author.
  const author = isNamed(made.author) ? made.author : undefined;
  const asked = branches.flatMap(({ head, message }) => {
    const { tree = '', at = '' } = commits.get(head) ?? {};
    return [tree, head, gitDate(Date.parse(change.at) > Date.parse(at) ? change.at : at), message];
  });
  const run = { program: 'sh', environment: signature(change.at, author) } as const;
  const told = linesOf(await room.git(['-c', PICKS, 'sh', before, change.tree, ...asked], run));
  return Promise.all(
    branches.map(async (branch, index) => [branch, await outcomeOf(room, told[index] ?? '')] as const),
  );
}

async function outcomeOf(room: Git, told: string): Promise<PickedChange> {
  const [outcome, first = '', second = ''] = told.split(' ');
  if (outcome === 'picked') return { outcome, commit: first };
  if (outcome === 'contained') return { outcome };
  const merge = await mergeOf(room, { onto: first, head: second });
  if (merge.clean) throw new Error(`${first} and ${second} merge at the second try alone`);
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
