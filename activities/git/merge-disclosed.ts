import type { RecipeTopic } from '../../domain/embargo/composition';
import { effectKey } from '../../domain/version/naming';
import type { Git } from './merge-room';
import { mergeTopics, type MergedTopics } from './merge-topics';
import { linesOf } from './run-git';

/** Subject of a merge that makes a fix public, where nobody has given it a better one: the texts of an embargo stay secret for longer than its code. */
export const PUBLIC_SUBJECT = 'Merge a security fix';

export interface DisclosedMerge<T extends RecipeTopic> {
  /** The release that discloses. */
  readonly release: string;
  readonly project: string;
  /** Branch of canonical that is to get the commits. */
  readonly branch: string;
  readonly from: string;
  /** In registry order. */
  readonly topics: readonly T[];
  /** ISO 8601; author and committer date of every merge. */
  readonly at: string;
  readonly titleOf?: (topic: T) => string;
}

/** Topics merged in words that are fit for the public: what it is for, and a key that names the fix by the commit that is public with it. */
export async function mergeDisclosed<T extends RecipeTopic>(
  room: Git,
  { release, project, branch, from, topics, at, titleOf = () => PUBLIC_SUBJECT }: DisclosedMerge<T>,
): Promise<MergedTopics> {
  const titles = new Map(topics.map((topic) => [topic.embargo, titleOf(topic)]));
  return mergeTopics(room, {
    base: from,
    topics,
    at,
    messageOf: ({ embargo, head }) => {
      const target = `${project}/${branch}/${head}`;
      const key = effectKey({ release, step: 'disclose', target });
      return `${titles.get(embargo) ?? PUBLIC_SUBJECT}\n\nSignalbox-Key: ${key}\n`;
    },
  });
}

/** The merges that {@link mergeDisclosed} made, without the commits of the topics. */
export async function mergeCommitsBetween(
  mirror: Git,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  return linesOf(await mirror.git(['rev-list', '--first-parent', `${from}..${to}`]));
}
