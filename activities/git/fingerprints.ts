import { createHash } from 'node:crypto';
import { trustedGit, trustedLines } from './trusted-git';

/**
 * How fingerprints are made. Those that were made otherwise are never compared, so whoever changes anything here, or in the
 * configuration that is pinned for git, counts this up; topics get new ones when they are next seen.
 */
export const FINGERPRINT_MAKING = 'u0-1';

export interface Fingerprints {
  /** Of what the change does. */
  readonly forward: readonly string[];
  /** Of its undoing. */
  readonly reversed: readonly string[];
}

const DIFF: readonly string[] = [
  '--unified=0',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--text',
  '--no-color',
  '--diff-algorithm=myers',
];

/** What commits change, file by file and place by place, without paths, line numbers and context: these differ between branches. */
export async function fingerprintsOf(directory: string, commits: readonly string[]): Promise<Fingerprints> {
  if (commits.length === 0) return { forward: [], reversed: [] };
  const reader = new DiffReader();
  // Of a merge only what neither side has is its own.
  const args = ['log', '--no-walk=unsorted', '--stdin', '--remerge-diff', '--format=', '--patch', ...DIFF];
  await trustedGit({ directory, args, input: `${commits.join('\n')}\n` }, (chunk) => reader.read(chunk));
  return reader.end();
}

/** As {@link fingerprintsOf}, of everything between two commits at once: what a squash would look like. */
export async function fingerprintsBetween(
  directory: string,
  { since, head }: { readonly since: string; readonly head: string },
): Promise<Fingerprints> {
  const reader = new DiffReader();
  await trustedGit({ directory, args: ['diff-tree', '--patch', '-r', ...DIFF, since, head] }, (chunk) =>
    reader.read(chunk),
  );
  return reader.end();
}

/** The newest public commit that it is built on; undefined where there is none. */
export async function forkPoint(directory: string, commit: string): Promise<string | undefined> {
  const args = ['rev-list', '--boundary', commit, '--not', '--glob=refs/sides/canonical/*'];
  const lines = await trustedLines({ directory, args });
  const boundary = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
  if (boundary.length < 2) return boundary[0];
  return (await trustedLines({ directory, args: ['merge-base', '--independent', ...boundary] }))[0];
}

/** Fewer letters and digits tell nothing: a closing brace is added every day. */
const TELLING_CHARACTERS = 16;

class DiffReader {
  private rest = '';
  private isInPlace = false;
  private removed: string[] = [];
  private added: string[] = [];
  private readonly file = { removed: [] as string[], added: [] as string[], places: 0 };
  private readonly forward = new Set<string>();
  private readonly reversed = new Set<string>();

  read(chunk: Buffer): void {
    const lines = (this.rest + chunk.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  end(): Fingerprints {
    if (this.rest !== '') this.line(this.rest);
    this.endFile();
    return { forward: [...this.forward], reversed: [...this.reversed] };
  }

  private line(line: string): void {
    if (line.startsWith('diff ')) this.endFile();
    else if (line.startsWith('@@')) {
      this.endPlace();
      this.isInPlace = true;
    } else if (this.isInPlace && line.startsWith('-')) this.removed.push(normal(line));
    else if (this.isInPlace && line.startsWith('+')) this.added.push(normal(line));
  }

  private endPlace(): void {
    if (this.removed.length + this.added.length === 0) return;
    this.take(this.removed, this.added);
    this.file.removed.push(...this.removed);
    this.file.added.push(...this.added);
    this.file.places += 1;
    this.removed = [];
    this.added = [];
  }

  private endFile(): void {
    this.endPlace();
    this.isInPlace = false;
    if (this.file.places > 1) this.take(this.file.removed, this.file.added);
    this.file.removed.length = 0;
    this.file.added.length = 0;
    this.file.places = 0;
  }

  private take(removed: readonly string[], added: readonly string[]): void {
    const telling = [...removed, ...added].join('').replaceAll(/[^a-z0-9]/gi, '');
    if (telling.length < TELLING_CHARACTERS) return;
    this.forward.add(digest(removed, added));
    this.reversed.add(digest(added, removed));
  }
}

function normal(line: string): string {
  return line.slice(1).trim().replaceAll(/\s+/g, ' ');
}

function digest(removed: readonly string[], added: readonly string[]): string {
  const text = `${removed.join('\n')}\n\0\n${added.join('\n')}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
