import type { FreshObject } from './fresh-objects';
import { trustedGit } from './trusted-git';

export interface Writings {
  readonly directory: string;
  readonly from: readonly string[];
  /** Branches of canonical; one that it does not have leaves nothing out. */
  readonly beyond: readonly string[];
}

/**
 * Hands over the commits that are reachable from these and from none of the branches, and what each of them writes: files and
 * folders that none of its parents has at that place. Whatever such a commit holds and the branches do not, one of them wrote;
 * so nothing is left out, and no folder is read that nobody has changed, where {@link freshObjects} reads all that there are.
 * Tags are not among it. What `visit` throws ends the walk.
 * @returns how many there are
 */
export async function writtenObjects(
  { directory, from, beyond }: Writings,
  visit: (object: FreshObject) => void,
): Promise<number> {
  const seen = new Set<string>();
  const reader = new LogReader(({ id, isCommit, path }) => {
    if (seen.has(id)) return;
    seen.add(id);
    visit({ id, isCommit, path: () => path });
  });
  // As patterns, of which git does not complain where nothing is like them.
  const branches = beyond.map((branch) => `--glob=refs/sides/canonical/[h]eads/${branch}`);
  const args = ['log', '--stdin', ...CHANGES, '--format=commit %H %T', '--not', ...branches];
  await trustedGit({ directory, args, input: `${from.join('\n')}\n` }, (chunk) => reader.read(chunk));
  return seen.size;
}

/** Of a merge only what it has of neither side. */
const CHANGES: readonly string[] = ['-c', '--root', '--raw', '-r', '-t', '--no-renames', '--no-abbrev', '-z'];

interface Written {
  readonly id: string;
  readonly isCommit: boolean;
  readonly path?: string;
}

const NUL = 0;
const COMMIT = /^commit ([0-9a-f]+) ([0-9a-f]+)$/;
/** Modes and objects of each parent and of the commit; a merge has a colon more for each parent more. */
const CHANGE = /^\n?:+(?:\d{6} )+?(\d{6}) (?:[0-9a-f]{40,} )+?([0-9a-f]{40,}) [A-Z]+$/;
const GONE = '000000';
/** Its commit is another repository's. */
const SUBMODULE = '160000';

/** Fields end with a NUL: a commit and its root folder, or a change, whose path is the next. */
class LogReader {
  private rest: Buffer = Buffer.alloc(0);
  private change: { readonly id: string; readonly mode: string } | undefined;

  constructor(private readonly found: (written: Written) => void) {}

  read(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NUL); end >= 0; end = bytes.indexOf(NUL, start)) {
      this.field(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    this.rest = bytes.subarray(start);
  }

  private field(text: string): void {
    if (this.change !== undefined) {
      const { id, mode } = this.change;
      if (mode !== GONE && mode !== SUBMODULE) this.found({ id, isCommit: false, path: text });
      this.change = undefined;
    } else if (text !== '') this.commitOrChange(text);
  }

  private commitOrChange(text: string): void {
    const [, commit, root] = COMMIT.exec(text) ?? [];
    const [, mode, id] = CHANGE.exec(text) ?? [];
    if (commit !== undefined && root !== undefined) {
      this.found({ id: commit, isCommit: true });
      this.found({ id: root, isCommit: false, path: '' });
    } else if (mode !== undefined && id !== undefined) this.change = { id, mode };
    else throw new Error(`git log said what no commit and no change looks like: ${text.slice(0, 100)}`);
  }
}
