import { permanent } from '../errors';
import type { Git } from './merge-room';
import { GitRefusal } from './run-git';

declare const reachable: unique symbol;

/** A commit that canonical's branches or tags reach: the only kind that a public text may be computed from. */
export type PublicCommit = string & { readonly [reachable]: 'canonical' };

/** Asks the refs as last fetched. What the clone does not know is not public. */
export async function isPublic(mirror: Git, commit: string): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', commit, '--not', '--glob=refs/sides/canonical/*'];
  try {
    return (await mirror.git(args)) === '';
  } catch (error) {
    if (error instanceof GitRefusal) return false;
    throw error;
  }
}

/**
 * The commit, if it is public. A composition never is: changes, diffs and backports computed from one would tell the fixes in it.
 * @throws ApplicationFailure RefusedByPolicy
 */
export async function publicCommit(mirror: Git, commit: string): Promise<PublicCommit> {
  if (await isPublic(mirror, commit)) return commit as PublicCommit;
  throw permanent('RefusedByPolicy', {
    where: commit,
    what: 'no branch and no tag of canonical holds it, so that nothing public may be made of it',
    remedy: 'Take the commit of canonical that it was composed on',
  });
}
