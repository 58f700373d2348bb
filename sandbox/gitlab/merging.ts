import type { User } from './entities';
import { GitRefusal, type GitRepository } from './git-repository';

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

/** Merges without a work tree and moves the branch. @returns the merge commit; undefined for a conflict */
export async function mergeBranches(
  repository: GitRepository,
  merge: { readonly target: string; readonly source: string; readonly message: string; readonly user: User },
): Promise<string | undefined> {
  const ref = `refs/heads/${merge.target}`;
  const head = await repository.resolve(ref);
  if (head === undefined) return undefined;
  const tree = await repository
    .git(['merge-tree', '--write-tree', head, merge.source])
    .catch((error: unknown) => {
      if (error instanceof GitRefusal) return undefined;
      throw error;
    });
  if (tree === undefined) return undefined;
  const args = ['commit-tree', tree.trim(), '-p', head, '-p', merge.source, '-m', merge.message];
  const commit = (await repository.git(args, identityOf(merge.user))).trim();
  await repository.updateRef(ref, commit, head);
  return commit;
}
