import { permanent } from '../errors';
import type { Git } from './merge-room';
import type { Mirror } from './mirror';
import { GitRefusal, linesOf } from './run-git';

declare const reachable: unique symbol;

/** A commit that canonical's branches or tags reach: the only kind that a public text may be computed from. */
export type PublicCommit = string & { readonly [reachable]: 'canonical' };

/** Head of a branch of canonical as last fetched, public by being that; undefined where there is no such branch. */
export async function publicHead(
  mirror: Pick<Mirror, 'resolve'>,
  branch: string,
): Promise<PublicCommit | undefined> {
  return (await mirror.resolve(`refs/sides/canonical/heads/${branch}`)) as PublicCommit | undefined;
}

/** Heads of several branches as {@link publicHead} has them; a branch that is not there is not among them. */
export async function publicHeads(
  mirror: Git,
  branches: readonly string[],
): Promise<ReadonlyMap<string, PublicCommit>> {
  const prefix = 'refs/sides/canonical/heads/';
  const refs = branches.map((branch) => prefix + branch);
  const text = await mirror.git(['for-each-ref', '--format=%(objectname) %(refname)', ...refs]);
  const heads = linesOf(text).map((line): [string, PublicCommit] => {
    const [object = '', ref = ''] = line.split(' ');
    return [ref.slice(prefix.length), object as PublicCommit];
  });
  return new Map(heads);
}

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

/** The commit, where it is public as {@link isPublic} has it. */
export async function ifPublic(mirror: Git, commit: string): Promise<PublicCommit | undefined> {
  return (await isPublic(mirror, commit)) ? (commit as PublicCommit) : undefined;
}

/**
 * The commit, if it is public. A composition never is: changes, diffs and backports computed from one would tell the fixes in it.
 * @throws ApplicationFailure RefusedByPolicy
 */
export async function publicCommit(mirror: Git, commit: string): Promise<PublicCommit> {
  const found = await ifPublic(mirror, commit);
  if (found !== undefined) return found;
  throw permanent('RefusedByPolicy', {
    where: commit,
    what: 'no branch and no tag of canonical holds it, so that nothing public may be made of it',
    remedy: 'Take the commit of canonical that it was composed on',
  });
}
