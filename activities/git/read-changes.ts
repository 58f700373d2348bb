import type { Project } from '../../domain/project';
import type { Mirror } from './mirror';
import type { PublicCommit } from './public-commit';
import { linesOf } from './run-git';

/** A merge request as its merge commit tells it. */
export interface MergedChange {
  readonly mergeRequest: number;
  readonly sha: string;
  readonly title: string;
  readonly author: string;
}

const FORMAT = '%H%x1f%an%x1f%B%x1e';

/**
 * Merge requests that `head` has and `since` has not, by the line `See merge request group/project!7` that GitLab writes
 * into a merge commit. Found in the tree's own history, so the list is exact and nobody is asked.
 * The list is public, so what it is computed from has to be.
 */
export async function changesBetween(
  mirror: Mirror,
  {
    project,
    since,
    head,
  }: { readonly project: Project; readonly since?: string; readonly head: PublicCommit },
): Promise<readonly MergedChange[]> {
  const range = since === undefined ? [head] : [head, `^${since}`];
  const text = await mirror.git(['log', '--merges', '--first-parent', `--format=${FORMAT}`, ...range, '--']);
  const paths = new Set(Object.values(project.repositories));
  const changes = new Map<number, MergedChange>();
  for (const row of text.split('\x1e\n')) {
    const change = changeOf(row, paths);
    if (change !== undefined) changes.set(change.mergeRequest, change);
  }
  return [...changes.values()].toSorted((left, right) => left.mergeRequest - right.mergeRequest);
}

function changeOf(row: string, paths: ReadonlySet<string>): MergedChange | undefined {
  const [sha = '', author = '', message = ''] = row.split('\x1f');
  const [, path = '', number] = /^See merge request (\S+)!(\d+)\s*$/m.exec(message) ?? [];
  if (number === undefined || !paths.has(path)) return undefined;
  const [subject = '', title] = linesOf(message);
  return {
    mergeRequest: Number(number),
    sha,
    author,
    title: title?.startsWith('See merge') === false ? title : subject,
  };
}
