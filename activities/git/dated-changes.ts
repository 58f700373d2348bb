import type { ProductionChange } from '../../domain/planning/time-to-production';
import type { Project } from '../../domain/project';
import type { Git } from './merge-room';
import type { MergedChange } from './read-changes';
import { linesOf } from './run-git';

type DatedChange = Omit<ProductionChange, 'deployedAt'>;

/** Changes with the instants at which they were merged, by the committers' clocks, which for a merge request is GitLab's. */
export async function datedChanges(
  mirror: Git,
  { project, merged }: { readonly project: Project; readonly merged: readonly MergedChange[] },
): Promise<readonly DatedChange[]> {
  const mergedAt = await committedAt(
    mirror,
    merged.map(({ sha }) => sha),
  );
  return merged.flatMap(({ mergeRequest, sha }) => {
    const at = mergedAt.get(sha);
    return at === undefined ? [] : [{ project: project.name, mergeRequest, mergedAt: at }];
  });
}

/** ISO 8601, UTC, by the commit. */
async function committedAt(mirror: Git, commits: readonly string[]): Promise<ReadonlyMap<string, string>> {
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
