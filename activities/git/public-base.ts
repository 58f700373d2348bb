import type { Mirror } from './mirror';
import { isPublic } from './public-commit';
import { linesOf } from './run-git';

/**
 * The commit of canonical that a commit was composed on: the first one that is public, by first parents. As last fetched; undefined
 * where the clone has no such commit.
 */
export async function publicBaseOf(mirror: Mirror, commit: string): Promise<string | undefined> {
  if ((await mirror.resolve(commit)) === undefined) return undefined;
  if (await isPublic(mirror, commit)) return commit;
  const walk = ['rev-list', '--first-parent', commit, '--not', '--glob=refs/sides/canonical/*'];
  const secret = linesOf(await mirror.git(walk)).at(-1);
  return secret === undefined ? undefined : mirror.resolve(`${secret}^1`);
}
