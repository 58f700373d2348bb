import type { RecipeTopic } from '../../domain/embargo/composition';
import { permanent } from '../errors';
import type { Git } from './merge-room';
import type { Mirror } from './mirror';
import { GitRefusal, linesOf } from './run-git';

export interface TopicsOfProject {
  readonly project: string;
  readonly topics: readonly RecipeTopic[];
}

/**
 * Fetches once where a head is missing, and refuses what is missing then. Everybody may read what a step waits for, so the
 * refusal names no fix and nothing of one: in these words it could be about what is public just as well.
 * @throws ApplicationFailure RefusedByPolicy
 */
export async function requireHeads(mirror: Mirror, { project, topics }: TopicsOfProject): Promise<void> {
  if ((await lostTopic(mirror, topics)) === undefined) return;
  await mirror.fetch('security');
  const lost = await lostTopic(mirror, topics);
  if (lost === undefined) return;
  throw permanent('RefusedByPolicy', {
    where: `composition of ${project}`,
    what: 'a commit that goes into it is no commit on security',
    remedy: 'Push the branch that it was the head of, or register the commit that the branch is at',
  });
}

/** A tag that names a commit is none: nothing contains it, so its topic would be taken for one that has left. */
async function lostTopic(mirror: Git, topics: readonly RecipeTopic[]): Promise<RecipeTopic | undefined> {
  if (topics.length === 0) return undefined;
  const check = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
  const input = topics.map(({ head }) => `${head}\n`).join('');
  const rows = new Set(linesOf(await mirror.git(check, { input })));
  return topics.find(({ head }) => !rows.has(`${head} commit`));
}

/** Topics whose head a commit does not contain. */
export async function topicsAhead<T extends { readonly head: string }>(
  room: Git,
  { of, topics }: { readonly of: string; readonly topics: readonly T[] },
): Promise<readonly T[]> {
  if (topics.length === 0) return [];
  const text = await room.git(['rev-list', ...topics.map(({ head }) => head), `^${of}`]);
  const ahead = new Set(linesOf(text));
  return topics.filter(({ head }) => ahead.has(head));
}

/** Topics that have no commit in common with what they are to go into, so that nothing merges them. */
export async function rootlessTopics<T extends RecipeTopic>(
  room: Git,
  { of, topics }: { readonly of: string; readonly topics: readonly T[] },
): Promise<readonly T[]> {
  const rooted = await Promise.all(topics.map(({ head }) => haveBase(room, [of, head])));
  return topics.filter((_, place) => rooted[place] === false);
}

async function haveBase(room: Git, commits: readonly [string, string]): Promise<boolean> {
  try {
    await room.git(['merge-base', ...commits]);
    return true;
  } catch (error) {
    // Git says no by its status alone, and why it cannot say so in words.
    if (error instanceof GitRefusal && !/^(?:fatal|error):/m.test(error.message)) return false;
    throw error;
  }
}
