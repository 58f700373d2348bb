import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mirror } from './mirror';

/** Git on the objects of a mirror. */
export type Git = Pick<Mirror, 'git'>;

/**
 * All the configuration that a merge sees. What is not named has git's own default; named is what some version of git or
 * somebody's taste decides otherwise. Attributes of the tree are not read, so `merge=` in them has no effect: they name
 * drivers that one machine has and another has not. Walks without a commit-graph visit commits in the same order everywhere.
 */
const CONFIGURATION = `[core]
	repositoryformatversion = 0
	bare = true
	attributesFile = /dev/null
	commitGraph = false
[merge]
	renames = true
	renameLimit = 7000
	directoryRenames = conflict
	conflictStyle = merge
	renormalize = false
	default = text
[diff]
	renames = true
	renameLimit = 7000
	algorithm = histogram
[i18n]
	commitEncoding = UTF-8
`;

/** What a machine may have in its environment for git, but where git itself is installed. */
const OF_THE_MACHINE = /^GIT_(?!EXEC_PATH$|TRACE)/;
/** Newer versions read attributes of a tree also in a bare repository, unless told of another one. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * Git in a directory of its own, which has the objects of a mirror and nothing else: no configuration, attributes, refs,
 * replacements, grafts or shallow borders but these. So the same commits merge to the same tree on every machine.
 */
export async function inMergeRoom<T>(
  mirror: Git,
  {
    objects,
    work,
  }: {
    /** Whether what is made stays in the mirror; a trial leaves nothing behind. */
    readonly objects: 'kept' | 'forgotten';
    readonly work: (room: Git) => Promise<T>;
  },
): Promise<T> {
  const room = await mkdtemp(join(tmpdir(), 'signalbox-merge-'));
  try {
    await mkdir(join(room, 'refs'));
    await mkdir(join(room, 'objects'));
    await writeFile(join(room, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(room, 'config'), CONFIGURATION);
    const environment = { ...environmentOf(room), ...objectsOf(room, objects) };
    return await work({
      git: (args, more) =>
        mirror.git(args, { ...more, environment: { ...environment, ...more?.environment } }),
    });
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

function environmentOf(room: string): Readonly<Record<string, string | undefined>> {
  const inherited = Object.keys(process.env).filter((name) => OF_THE_MACHINE.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    GIT_DIR: room,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ATTR_SOURCE: EMPTY_TREE,
  };
}

/** Git runs in the mirror's own directory, so `objects` are the mirror's. */
function objectsOf(room: string, objects: 'kept' | 'forgotten'): Readonly<Record<string, string>> {
  if (objects === 'kept') return { GIT_OBJECT_DIRECTORY: 'objects' };
  return {
    GIT_OBJECT_DIRECTORY: join(room, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: 'objects',
  };
}

export type Merge =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly files: readonly string[] };

/** Merges two commits to a tree. @throws GitRefusal when they have no common ancestor, or one is missing */
export async function mergeOf(
  room: Git,
  { onto, head }: { readonly onto: string; readonly head: string },
): Promise<Merge> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', onto, head];
  const [tree = '', ...told] = (await room.git(args, { answers: [1] })).split('\0');
  if (told.join('') === '') return { clean: true, tree };
  const end = told.indexOf('');
  const files = told.slice(0, end);
  return { clean: false, files: files.length > 0 ? files : contradicted(told.slice(end + 1)) };
}

/** Paths of the messages about conflicts, each `<count> <path>… <kind> <words>`: a conflict of folders has no file of its own. */
function contradicted(told: readonly string[]): readonly string[] {
  const paths = new Set<string>();
  for (let at = 0; at + 2 < told.length;) {
    const count = Number(told[at]);
    const kind = told[at + 1 + count] ?? '';
    if (kind.startsWith('CONFLICT')) for (const path of told.slice(at + 1, at + 1 + count)) paths.add(path);
    at += count + 3;
  }
  return [...paths];
}
