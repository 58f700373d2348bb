import { trustedGit } from './trusted-git';

export interface GitObject {
  readonly id: string;
  readonly type: 'commit' | 'tag' | 'tree' | 'blob';
  readonly content: Buffer;
}

/** Hands over each object, in the order asked for. @throws when one is missing: git has promised what it does not have */
export async function readObjects(
  { directory, ids }: { readonly directory: string; readonly ids: readonly string[] },
  visit: (object: GitObject) => void,
): Promise<void> {
  if (ids.length === 0) return;
  let rest: Buffer = Buffer.alloc(0);
  let pending: Buffer[] = [];
  let wanted = 0;
  const input = `${ids.join('\n')}\n`;
  await trustedGit({ directory, args: ['cat-file', '--batch', '--buffer'], input }, (chunk) => {
    pending.push(chunk);
    wanted -= chunk.length;
    // A large object comes in many pieces, which are put together once.
    if (wanted > 0) return;
    rest = visitAll(Buffer.concat([rest, ...pending]), visit);
    pending = [];
    wanted = missingBytes(rest);
  });
}

const NEWLINE = 10;

function missingBytes(rest: Buffer): number {
  const end = rest.indexOf(NEWLINE);
  return end < 0 ? 0 : end + 2 + sizeIn(rest.toString('latin1', 0, end)) - rest.length;
}

/** @returns what is not complete yet */
function visitAll(bytes: Buffer, visit: (object: GitObject) => void): Buffer {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return bytes.subarray(start);
    const header = bytes.toString('latin1', start, end);
    const next = end + 1 + sizeIn(header) + 1;
    if (next > bytes.length) return bytes.subarray(start);
    const [id = '', type] = header.split(' ');
    visit({ id, type: type as GitObject['type'], content: bytes.subarray(end + 1, next - 1) });
    start = next;
  }
}

function sizeIn(header: string): number {
  const [id = '', , size] = header.split(' ');
  if (size === undefined) throw new Error(`the object ${id} is not in the clone`);
  return Number(size);
}

/** Types of what exists, by id, for full or abbreviated names. */
export async function objectsNamed(
  directory: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly type: string }>> {
  if (names.length === 0) return new Map();
  const chunks: Buffer[] = [];
  await trustedGit(
    {
      directory,
      args: ['cat-file', '--batch-check=%(objectname) %(objecttype)', '--buffer'],
      input: `${names.join('\n')}\n`,
    },
    (chunk) => chunks.push(chunk),
  );
  const found = new Map<string, { readonly id: string; readonly type: string }>();
  for (const [index, line] of Buffer.concat(chunks).toString().split('\n').entries()) {
    const [id = '', type = ''] = line.split(' ');
    const name = names[index];
    if (name !== undefined && /^(commit|tag|tree|blob)$/.test(type)) found.set(name, { id, type });
  }
  return found;
}

export interface Gitlink {
  readonly path: string;
  readonly commit: string;
}

const GITLINK = Buffer.from('160000 ');

/** Submodules that a tree names. */
export function gitlinksIn({ id, content }: GitObject): readonly Gitlink[] {
  if (!content.includes(GITLINK)) return [];
  const width = id.length / 2;
  const found: Gitlink[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(0, start);
    const entry = content.toString('utf8', start, end);
    const next = end + 1 + width;
    if (entry.startsWith('160000 '))
      found.push({ path: entry.slice('160000 '.length), commit: content.toString('hex', end + 1, next) });
    start = next;
  }
  return found;
}
