import type { Git } from './merge-room';

/** A commit and what it is compared with. */
export interface ComparedCommit {
  readonly sha: string;
  readonly parent: string;
}

interface ChangedFile {
  readonly path: string;
  /** Mode and blob before the commit, `100644 <blob>`; undefined where the commit adds the file. */
  readonly before: string | undefined;
  /** As that, after the commit; undefined where it takes the file away. */
  readonly after: string | undefined;
}

interface Comparison {
  readonly commits: readonly ComparedCommit[];
  readonly head: string;
}

/**
 * What a tree has left of a commit, by the files that it touched: all are there as they were before it, or one as it left it; or
 * they were changed since, and whole files cannot tell.
 */
export type LeftOfCommit = 'nothing' | 'something' | 'changed since';

/**
 * Commits of which a tree has nothing left: every file that they touched is there as it was before them. A revert that is only
 * part of what came later is not seen.
 */
export async function undoneCommits(room: Git, comparison: Comparison): Promise<ReadonlySet<string>> {
  const left = [...(await leftOfCommits(room, comparison))];
  return new Set(left.flatMap(([sha, what]) => (what === 'nothing' ? [sha] : [])));
}

export async function leftOfCommits(
  room: Git,
  { commits, head }: Comparison,
): Promise<ReadonlyMap<string, LeftOfCommit>> {
  const touched = await filesTouched(room, commits);
  const paths = new Set([...touched.values()].flat().map(({ path }) => path));
  const now = await filesNow(room, { head, paths });
  return new Map([...touched].map(([sha, files]) => [sha, leftOf(files, now)]));
}

function leftOf(files: readonly ChangedFile[], now: ReadonlyMap<string, string>): LeftOfCommit {
  if (files.some(({ path, after }) => now.get(path) === after)) return 'something';
  if (files.length > 0 && files.every(({ path, before }) => now.get(path) === before)) return 'nothing';
  return files.length === 0 ? 'something' : 'changed since';
}

async function filesTouched(
  room: Git,
  commits: readonly ComparedCommit[],
): Promise<ReadonlyMap<string, readonly ChangedFile[]>> {
  const touched = new Map<string, ChangedFile[]>();
  if (commits.length === 0) return touched;
  const input = commits.map(({ sha, parent }) => `${sha} ${parent}\n`).join('');
  const told = (
    await room.git(['diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames'], { input })
  ).split('\0');
  let files: ChangedFile[] = [];
  for (let at = 0; at < told.length; at++) {
    const word = told[at]?.trim() ?? '';
    if (/^[0-9a-f]{40,64}$/.test(word)) touched.set(word, (files = []));
    if (!word.startsWith(':')) continue;
    const [mode = '', modeAfter = '', blob = '', blobAfter = ''] = word.slice(1).split(' ');
    files.push({
      path: told[++at] ?? '',
      before: fileOf(mode, blob),
      after: fileOf(modeAfter, blobAfter),
    });
  }
  return touched;
}

function fileOf(mode: string, blob: string): string | undefined {
  return /^0+$/.test(blob) ? undefined : `${mode} ${blob}`;
}

/** Mode and blob by path, of the files that are there. The whole tree is read: paths as arguments have no bound. */
async function filesNow(
  room: Git,
  { head, paths }: { readonly head: string; readonly paths: ReadonlySet<string> },
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (paths.size === 0) return found;
  for (const row of (await room.git(['ls-tree', '-r', '-z', '--full-tree', head])).split('\0')) {
    const tab = row.indexOf('\t');
    const path = row.slice(tab + 1);
    if (!paths.has(path)) continue;
    const [mode, , blob] = row.slice(0, tab).split(' ');
    found.set(path, `${mode} ${blob}`);
  }
  return found;
}
