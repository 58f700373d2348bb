import { OutputSplitter } from './split-output';
import { trustedGit } from './trusted-git';

export interface FreshObject {
  readonly id: string;
  readonly isCommit: boolean;
  /** One path of a file or folder; undefined for a commit. */
  readonly path: () => string | undefined;
}

const NEWLINE = 10;
const SPACE = 32;

/**
 * Hands over every object that is reachable from these and from nothing of canonical. What `visit` throws ends the walk.
 * @returns how many there are
 */
export async function freshObjects(
  { directory, from }: { readonly directory: string; readonly from: readonly string[] },
  visit: (object: FreshObject) => void,
): Promise<number> {
  let count = 0;
  const lines = new OutputSplitter(NEWLINE, (bytes, start, end) => {
    visit(objectIn(bytes, start, end));
    count += 1;
  });
  const args = ['rev-list', '--objects', '--stdin', '--not', '--glob=refs/sides/canonical/*'];
  await trustedGit({ directory, args, input: `${from.join('\n')}\n` }, lines.read);
  lines.end();
  return count;
}

/** A commit stands alone; behind everything else stand a space and a name, which may be empty. */
function objectIn(bytes: Buffer, start: number, end: number): FreshObject {
  const sha1 = start + 40;
  const idEnd = sha1 >= end || bytes[sha1] === SPACE ? Math.min(sha1, end) : start + 64;
  return {
    id: bytes.toString('latin1', start, idEnd),
    isCommit: idEnd === end,
    path: () => (idEnd === end ? undefined : bytes.toString('utf8', idEnd + 1, end)),
  };
}
