import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { mergeCommitsBetween } from './merge-disclosed';
import type { Mirror } from './mirror';
import { pushPublicly } from './push-publicly';
import type { WantedRef } from './push-refs';

/** Pushes that lose against somebody else's are composed again, this often. */
const TRIES = 5;

export interface MergesWanted {
  readonly release: string;
  readonly project: Project;
  /** Branches of canonical as they are to be, from what it has at that moment. */
  readonly compose: () => Promise<readonly WantedRef[]>;
}

/**
 * Pushes merges of fixes to canonical, all of them or none; made again where a branch has moved meanwhile.
 * @returns what was pushed
 */
export async function pushMerges(
  outside: Outside,
  { release, project, compose }: MergesWanted,
): Promise<readonly WantedRef[]> {
  const mirror = outside.mirrorOf(project);
  for (let attempt = 1; ; attempt++) {
    const refs = await compose();
    if (refs.length === 0) return [];
    try {
      await pushPublicly(outside, { release, project, refs, made: await mergesIn(mirror, refs) });
      return refs;
    } catch (error) {
      await mirror.fetch('canonical');
      if (attempt === TRIES || !(await haveMoved(mirror, refs))) throw error;
    }
  }
}

/** The merges that were made for these, without the commits of the fixes. */
export async function mergesIn(mirror: Mirror, refs: readonly WantedRef[]): Promise<readonly string[]> {
  const made = refs.map(({ from, object }) => mergeCommitsBetween(mirror, { from: from ?? '', to: object }));
  return (await Promise.all(made)).flat();
}

async function haveMoved(mirror: Mirror, refs: readonly WantedRef[]): Promise<boolean> {
  for (const { ref, from } of refs) {
    const head = await mirror.resolve(ref.replace('refs/heads/', 'refs/sides/canonical/heads/'));
    if (head !== from) return true;
  }
  return false;
}
