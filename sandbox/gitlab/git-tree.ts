import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitRepository } from './git-repository';

export interface TreeEntry {
  readonly mode: string;
  readonly object: string;
}

/** Every file of a commit, by its path. */
export type Tree = Map<string, TreeEntry>;

export async function readTree(repository: GitRepository, commit: string): Promise<Tree> {
  const text = await repository.git(['ls-tree', '-r', '-z', commit]);
  return new Map(
    text
      .split('\0')
      .filter(Boolean)
      .map((row): [string, TreeEntry] => {
        const [, mode = '', object = '', path = ''] = /^(\d+) \w+ (\w+)\t([^]+)$/.exec(row) ?? [];
        return [path, { mode, object }];
      }),
  );
}

/** @returns the SHA of the tree */
export async function writeTree(repository: GitRepository, tree: Tree): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    const rows = [...tree].map(([path, { mode, object }]) => `${mode} ${object}\t${path}\0`);
    await repository.gitWithInput(['update-index', '-z', '--index-info'], rows.join(''), env);
    return (await repository.git(['write-tree'], env)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
