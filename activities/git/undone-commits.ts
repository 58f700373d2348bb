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
}

/**
 * Commits of which a tree has nothing left: every file that they touched is there as it was before them. A revert that is only
 * part of what came later is not seen.
 */
export async function undoneCommits(
  room: Git,
  { commits, head }: { readonly commits: readonly ComparedCommit[]; readonly head: string },
): Promise<ReadonlySet<string>> {
  const touched = await filesTouched(room, commits);
  const paths = new Set([...touched.values()].flat().map(({ path }) => path));
  const now = await filesNow(room, { head, paths });
  const undone = [...touched].filter(
    ([, files]) => files.length > 0 && files.every(({ path, before }) => now.get(path) === before),
  );
  return new Set(undone.map(([sha]) => sha));
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
    const [mode = '', , blob = ''] = word.slice(1).split(' ');
    files.push({ path: told[++at] ?? '', before: /^0+$/.test(blob) ? undefined : `${mode} ${blob}` });
  }
  return touched;
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
