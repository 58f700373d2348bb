import type { FreshObject } from './fresh-objects';
import { OutputSplitter } from './split-output';
import { trustedGit } from './trusted-git';

export interface Writings {
  readonly directory: string;
  readonly from: readonly string[];
  /** Branches of canonical, by patterns; one that is like none of its branches leaves nothing out. */
  readonly beyond: readonly string[];
}

/**
 * Hands over the commits that are reachable from these and from none of the branches, and what each of them writes: its root, and
 * the files and folders that none of its parents has at that place. Whatever such a commit holds and the branches do not, one of
 * them wrote; so nothing is left out, and no folder is read that nobody has changed, where {@link freshObjects} reads all that
 * there are. Tags are not among it. What `visit` throws ends the walk.
 */
export async function writtenObjects(
  { directory, from, beyond }: Writings,
  visit: (object: FreshObject) => void,
): Promise<void> {
  const seen = new Set<string>();
  const log = new LogFields(({ id, isCommit, path }) => {
    // A tree may say of a commit that it is a file.
    const once = isCommit ? `commit ${id}` : id;
    if (seen.has(once)) return;
    seen.add(once);
    visit({ id, isCommit, path: () => path });
  });
  const fields = new OutputSplitter(NUL, (bytes, start, end) => log.read(bytes.toString('utf8', start, end)));
  // A name that canonical does not have would be an error; a pattern is none. What is in brackets makes it one.
  const branches = beyond.map((branch) => `--glob=refs/sides/canonical/[h]eads/${branch}`);
  const args = ['log', '--stdin', ...CHANGES, '--format=commit %H %T', '--not', ...branches];
  await trustedGit({ directory, args, input: `${from.join('\n')}\n` }, fields.read);
  fields.end();
}

/** Of a merge only what it has of neither side; and nothing that a configuration adds. */
const CHANGES: readonly string[] =
  '-c --root --raw -r -t --no-renames --no-abbrev --no-show-signature --encoding=UTF-8 -z'.split(' ');

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

/** A commit and its root, or a change, whose path is the next field. */
class LogFields {
  private change: { readonly id: string; readonly mode: string } | undefined;

  constructor(private readonly found: (written: Written) => void) {}

  read(field: string): void {
    if (this.change !== undefined) {
      const { id, mode } = this.change;
      if (mode !== GONE && mode !== SUBMODULE) this.found({ id, isCommit: false, path: field });
      this.change = undefined;
    } else if (field !== '') this.commitOrChange(field);
  }

  private commitOrChange(field: string): void {
    const [, commit, root] = COMMIT.exec(field) ?? [];
    const [, mode, id] = CHANGE.exec(field) ?? [];
    if (commit !== undefined && root !== undefined) {
      this.found({ id: commit, isCommit: true });
      this.found({ id: root, isCommit: false, path: '' });
    } else if (mode !== undefined && id !== undefined) this.change = { id, mode };
    else throw new Error('git log said what neither a commit nor a change looks like');
  }
}
