import type { Git } from './merge-room';
import { linesOf } from './run-git';

/** When commits were made, by their committers' clocks, which for a merge request is GitLab's. ISO 8601, UTC */
export async function mergedInstants(
  mirror: Git,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (commits.length === 0) return new Map();
  const text = await mirror.git(
    ['rev-list', '--no-walk', '--format=%H %cI', '--no-commit-header', '--stdin'],
    {
      input: commits.map((commit) => `${commit}\n`).join(''),
    },
  );
  return new Map(
    linesOf(text).map((line) => {
      const [commit = '', at = ''] = line.split(' ');
      return [commit, new Date(at).toISOString()];
    }),
  );
}
