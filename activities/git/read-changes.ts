import type { Project } from '../../domain/project';
import type { Git } from './merge-room';
import type { PublicCommit } from './public-commit';
import { linesOf } from './run-git';
import { undoneCommits } from './undone-commits';

/** A merge request as its merge commit tells it. */
export interface MergedChange {
  readonly mergeRequest: number;
  readonly sha: string;
  readonly title: string;
  readonly author: string;
}

const FORMAT = '%H%x1f%P%x1f%an%x1f%B%x1e';

interface Between {
  readonly project: Project;
  /** What has none of them: one commit or several. */
  readonly since?: string | readonly string[];
}

/**
 * Merge requests that `head` has and `since` has not, by the line `See merge request group/project!7` that GitLab writes
 * into a merge commit. Found in the tree's own history, so the list is exact and nobody is asked. What was taken back
 * meanwhile is not in it.
 * The list is public, so what it is computed from has to be.
 */
export async function changesBetween(
  mirror: Git,
  { head, ...between }: Between & { readonly head: PublicCommit },
): Promise<readonly MergedChange[]> {
  return heldChanges(mirror, { ...between, head, tree: head });
}

/** As {@link changesBetween}, of a commit that need not be public: to be compared with what is listed, and told to nobody. */
export async function heldChanges(
  mirror: Git,
  {
    project,
    since,
    head,
    tree,
  }: Between & {
    readonly head: string;
    /** Commit in whose tree a change has to be left. */
    readonly tree: string;
  },
): Promise<readonly MergedChange[]> {
  const range = [head, ...[since ?? []].flat().map((commit) => `^${commit}`)];
  const text = await mirror.git(['log', '--merges', '--first-parent', `--format=${FORMAT}`, ...range, '--']);
  const paths = new Set(Object.values(project.repositories));
  const found = text.split('\x1e\n').flatMap((row) => changeOf(row, paths) ?? []);
  const commits = found.map(({ change: { sha }, parent }) => ({ sha, parent }));
  const undone = await undoneCommits(mirror, { commits, head: tree });
  const changes = new Map<number, MergedChange>();
  for (const { change } of found) if (!undone.has(change.sha)) changes.set(change.mergeRequest, change);
  return [...changes.values()].toSorted((left, right) => left.mergeRequest - right.mergeRequest);
}

function changeOf(
  row: string,
  paths: ReadonlySet<string>,
): { readonly change: MergedChange; readonly parent: string } | undefined {
  const [sha = '', parents = '', author = '', message = ''] = row.split('\x1f');
  const [, path = '', number] = /^See merge request (\S+)!(\d+)\s*$/m.exec(message) ?? [];
  if (number === undefined || !paths.has(path)) return undefined;
  const [subject = '', title] = linesOf(message);
  const change = {
    mergeRequest: Number(number),
    sha,
    author,
    title: title?.startsWith('See merge') === false ? title : subject,
  };
  return { change, parent: parents.split(' ')[0] ?? '' };
}
