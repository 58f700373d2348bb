import type { Git } from './merge-room';

/** A commit and what it is compared with. */
export interface ComparedCommit {
  readonly sha: string;
  readonly parent: string;
}

interface ChangedFile {
  readonly path: string;
  /** Blob before the commit; undefined where the commit adds the file. */
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
  const now = await blobsNow(room, { head, paths: [...touched.values()].flat().map(({ path }) => path) });
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
    const before = word.split(' ')[2] ?? '';
    files.push({ path: told[++at] ?? '', before: /^0+$/.test(before) ? undefined : before });
  }
  return touched;
}

/** Blob by path, of the files that are there. */
async function blobsNow(
  room: Git,
  { head, paths }: { readonly head: string; readonly paths: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(paths)].filter((path) => !path.includes('\n'));
  if (asked.length === 0) return new Map();
  const input = asked.map((path) => `${head}:${path}\n`).join('');
  const told = (await room.git(['cat-file', '--batch-check=%(objectname)'], { input })).split('\n');
  return new Map(
    asked.flatMap((path, at) => {
      const blob = told[at] ?? '';
      return /^[0-9a-f]{40,64}$/.test(blob) ? [[path, blob] as const] : [];
    }),
  );
}
