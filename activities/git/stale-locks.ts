import { rmSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';

/** Older than any command holds one: refs are written after everything was transferred. */
const STALE_MS = 10 * 60_000;
const LOCKED = /Unable to create '([^']+\.lock)': File exists/;

/**
 * A git that is killed leaves its locks behind, which git itself asks people to remove. One that nobody can be holding any more
 * is removed, and the command run again; a younger one may be another process's, and is waited for by whoever tries again.
 * @param repositories ours: a lock that is told from anywhere else is none of our business
 */
export async function pastStaleLocks<T>(repositories: readonly string[], work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const lock = resolve(LOCKED.exec(error instanceof Error ? error.message : '')?.[1] ?? sep);
      const isOurs = repositories.some((repository) => lock.startsWith(resolve(repository) + sep));
      if (!isOurs || !removedStale(lock)) throw error;
    }
  }
}

/** At once: between a look and a removal that wait for each other, another command could have removed it and taken a new one. */
function removedStale(lock: string): boolean {
  const found = statSync(lock, { throwIfNoEntry: false });
  if (found === undefined || Date.now() - found.mtimeMs <= STALE_MS) return false;
  rmSync(lock, { force: true });
  return true;
}
