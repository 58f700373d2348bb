import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permanent } from '../errors';
import type { ClearedPush } from './leak-gate';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';
import { trustedShell } from './trusted-git';

/** Nothing is pushed that is not named: no tags that come along, no submodules, no mirror of everything. */
const CONFIGURATION = `[core]
	repositoryformatversion = 0
	bare = true
[push]
	default = nothing
	followTags = false
	recurseSubmodules = no
[gc]
	auto = 0
`;

/**
 * Runs `work` in a repository that holds the cleared objects and, of the others, only what is public already. Whatever is
 * pushed from it, by whatever mistake, there is nothing secret in it to be pushed.
 * @throws ApplicationFailure BugInUs when it holds more or less than was cleared
 */
export async function inCleanRoom<T>(
  mirror: Mirror,
  { cleared, work }: { readonly cleared: ClearedPush; readonly work: (room: string) => Promise<T> },
): Promise<T> {
  const room = await mkdtemp(join(tmpdir(), 'signalbox-clean-room-'));
  try {
    await mkdir(join(room, 'objects', 'info'), { recursive: true });
    await mkdir(join(room, 'refs'));
    await writeFile(join(room, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(room, 'config'), CONFIGURATION);
    const there = await bring(mirror, { room, objects: cleared.objects });
    refuseOtherCount(there, cleared);
    await writeFile(
      join(room, 'objects', 'info', 'alternates'),
      `${join(cleared.store.directory, 'objects')}\n`,
    );
    return await work(room);
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

/** By their names alone: git looks for no others along the way. Says what the room holds then. */
const BRING = `git pack-objects --stdout --quiet | git --git-dir="$1" index-pack --stdin >/dev/null || exit 1
git --git-dir="$1" cat-file --batch-all-objects --batch-check="%(objectname)"`;

/** @returns all that is in the room */
async function bring(
  { directory }: Mirror,
  { room, objects }: { readonly room: string; readonly objects: readonly string[] },
): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const input = `${objects.join('\n')}\n`;
  return linesOf(await trustedShell({ directory, args: [room], input }, BRING));
}

function refuseOtherCount(there: readonly string[], { objects, push }: ClearedPush): void {
  const wanted = new Set(objects);
  if (there.length === wanted.size && there.every((id) => wanted.has(id))) return;
  throw permanent('BugInUs', {
    where: push.project.repositories.canonical,
    what: `${wanted.size} objects were cleared, and ${there.length} are about to be pushed`,
    remedy: 'Report it; nothing has been pushed',
  });
}
