import type { GitRepository } from '../git-repository';

export interface Diff {
  readonly diff: string;
  readonly new_path: string;
  readonly old_path: string;
  readonly a_mode: string;
  readonly b_mode: string;
  readonly new_file: boolean;
  readonly renamed_file: boolean;
  readonly deleted_file: boolean;
}

const RAW = /^:(\d+) (\d+) \w+ \w+ ([A-Z])\d*\0([^\0]+)\0(?:([^\0]+)\0)?$/;

/** What changed between two commits, file by file, as GitLab presents it. */
export async function presentDiffs(repository: GitRepository, range: string): Promise<readonly Diff[]> {
  const options = ['-M', '--no-color', '--no-ext-diff'];
  const [raw, patch] = await Promise.all([
    repository.git(['diff', ...options, '--raw', '-z', range, '--']),
    repository.git(['diff', ...options, range, '--']),
  ]);
  const patches = patch.split(/^diff --git .*\n/m).slice(1);
  return rowsOf(raw).map((row, index) => presentDiff(row, patches[index] ?? ''));
}

function rowsOf(raw: string): readonly string[] {
  return raw.split(/(?=^:|(?<=\0):)/).filter(Boolean);
}

function presentDiff(row: string, patch: string): Diff {
  const [, before = '', after = '', status = '', old = '', renamed] = RAW.exec(row) ?? [];
  return {
    // GitLab leaves git's own header out.
    diff: patch.includes('@@') ? patch.slice(patch.indexOf('@@')) : '',
    new_path: renamed ?? old,
    old_path: old,
    a_mode: before,
    b_mode: after,
    new_file: status === 'A',
    renamed_file: status === 'R',
    deleted_file: status === 'D',
  };
}
