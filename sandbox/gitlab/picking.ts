import type { User } from './entities';
import type { GitRepository } from './git-repository';
import { commitTree, identityOf, mergedTree } from './merging';

/** Why a change cannot be carried over. */
export type PickProblem = 'conflict' | 'empty';

interface Change {
  /** Where the change begins. */
  readonly from: string;
  /** Where it ends. */
  readonly to: string;
  /** What it is made to. */
  readonly onto: string;
}

const MACHINE = {
  GIT_AUTHOR_NAME: 'sandbox',
  GIT_AUTHOR_EMAIL: 'sandbox@example.com',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'sandbox',
  GIT_COMMITTER_EMAIL: 'sandbox@example.com',
  GIT_COMMITTER_DATE: '@0 +0000',
};

/**
 * The tree of `onto` with a change made to it. Git before 2.40 cannot be told the merge base, so the three trees get
 * commits of their own, with a history in which it is the base.
 */
export async function pickedTree(
  repository: GitRepository,
  { from, to, onto }: Change,
): Promise<{ readonly tree: string } | { readonly problem: PickProblem }> {
  const [base, theirs, ours] = await Promise.all(
    [from, to, onto].map((commit) => treeOf(repository, commit)),
  );
  if (base === undefined || theirs === undefined || ours === undefined) throw new Error('commits have trees');
  const plain = { message: '', identity: MACHINE };
  const root = await commitTree(repository, { ...plain, tree: base, parents: [] });
  const [left, right] = await Promise.all(
    [ours, theirs].map((tree) => commitTree(repository, { ...plain, tree, parents: [root] })),
  );
  const tree = await mergedTree(repository, left ?? '', right ?? '');
  if (tree === undefined) return { problem: 'conflict' };
  return tree === ours ? { problem: 'empty' } : { tree };
}

async function treeOf(repository: GitRepository, commit: string): Promise<string> {
  return (await repository.git(['rev-parse', '--verify', `${commit}^{tree}`])).trim();
}

/** The author that the commit has, with `user` as committer: whoever carries a change over does not become its author. */
export async function identityKept(
  repository: GitRepository,
  commit: string,
  user: User,
): Promise<Readonly<Record<string, string>>> {
  const text = await repository.git(['log', '-1', '--format=%an%x00%ae%x00%aI', commit]);
  const [name = '', email = '', date = ''] = text.trim().split('\0');
  return {
    ...identityOf(user),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
  };
}

/** Carries the commits of `source` that `target` lacks over to the head of `target`, one by one. */
export async function rebased(
  repository: GitRepository,
  { source, target, user }: { readonly source: string; readonly target: string; readonly user: User },
): Promise<{ readonly head: string } | { readonly problem: PickProblem }> {
  const list = await repository.git(['rev-list', '--reverse', '--no-merges', `${target}..${source}`]);
  let head = target;
  for (const commit of list.split('\n').filter(Boolean)) {
    const picked = await pickedTree(repository, { from: `${commit}^`, to: commit, onto: head });
    if ('problem' in picked && picked.problem === 'empty') continue;
    if ('problem' in picked) return picked;
    const message = await repository.git(['log', '-1', '--format=%B', commit]);
    const identity = await identityKept(repository, commit, user);
    head = await commitTree(repository, { tree: picked.tree, parents: [head], message, identity });
  }
  return { head };
}
