import type { User } from './entities';
import { GitRefusal, type GitRepository } from './git-repository';
import { conflict } from './refusal';

/** Someone else may push to the branch at the same time, but not for ever. */
const ATTEMPTS = 5;

/** Who a commit made by the server is by. */
export function identityOf(user: User): Readonly<Record<string, string>> {
  const email = `${user.username}@example.com`;
  return {
    GIT_AUTHOR_NAME: user.name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: user.name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/**
 * Makes a commit for the head of a branch and moves the branch to it; made anew when the branch has moved meanwhile.
 * @returns the commit; undefined where `make` answers none
 * @throws Refusal 409 when the branch keeps moving
 */
export async function advanceBranch(
  repository: GitRepository,
  branch: string,
  make: (head: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await repository.resolve(ref);
    const commit = head === undefined ? undefined : await make(head);
    if (head === undefined || commit === undefined) return undefined;
    if (await repository.tryUpdateRef(ref, commit, head)) return commit;
  }
  throw conflict(`${branch} was changed by others at the same time`);
}

/** Merges without a work tree and moves the branch. @returns the merge commit; undefined for a conflict */
export async function mergeBranches(
  repository: GitRepository,
  merge: { readonly target: string; readonly source: string; readonly message: string; readonly user: User },
): Promise<string | undefined> {
  return advanceBranch(repository, merge.target, async (head) => {
    const tree = await mergedTree(repository, head, merge.source);
    if (tree === undefined) return undefined;
    return commitTree(repository, {
      tree,
      parents: [head, merge.source],
      message: merge.message,
      identity: identityOf(merge.user),
    });
  });
}

/** @returns the tree of both; undefined for a conflict, and for histories that have nothing in common */
export async function mergedTree(
  repository: GitRepository,
  ours: string,
  theirs: string,
): Promise<string | undefined> {
  try {
    return (await repository.git(['merge-tree', '--write-tree', ours, theirs])).trim();
  } catch (error) {
    if (error instanceof GitRefusal && (error.code === 1 || error.message.includes('unrelated')))
      return undefined;
    throw error;
  }
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Variables that git takes author and committer from. */
  readonly identity: Readonly<Record<string, string>>;
}

export async function commitTree(
  repository: GitRepository,
  { tree, parents, message, identity }: NewCommit,
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  return (await repository.gitWithInput(args, message, identity)).trim();
}
