import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecipeTopic } from '../../domain/embargo/composition';
import { signature } from './compose-version';
import type { Git } from './merge-room';
import { linesOf } from './run-git';

export interface TopicsMerge {
  readonly base: string;
  readonly topics: readonly RecipeTopic[];
  /** ISO 8601; author and committer date of every merge. */
  readonly at: string;
  readonly messageOf: (topic: RecipeTopic) => string;
}

/** `git merge-tree --stdin` cannot do it: it holds answers back, and every merge is made on the one before. */
const MERGES = `onto=$1 messages=$2 number=0
shift 2
for topic; do
  tree=$(git merge-tree --write-tree "$onto" "$topic" 2>/dev/null) || exit 0
  onto=$(git commit-tree "$tree" -p "$onto" -p "$topic" <"$messages/$number") || exit 1
  number=$((number + 1))
  echo "$onto"
done`;

/**
 * Merges topics in order, up to the first that does not merge for whatever reason. A shell starts git in half the time that
 * Node.js takes, and these are most of what a composition costs.
 * @returns the commit of each merge
 */
export async function mergeWhileClean(
  room: Git,
  { base, topics, at, messageOf }: TopicsMerge,
): Promise<readonly string[]> {
  const messages = await mkdtemp(join(tmpdir(), 'signalbox-messages-'));
  try {
    await Promise.all(
      topics.map((topic, number) => writeFile(join(messages, String(number)), messageOf(topic))),
    );
    const args = ['-c', MERGES, 'sh', base, messages, ...topics.map(({ head }) => head)];
    return linesOf(await room.git(args, { program: 'sh', environment: signature(at) }));
  } finally {
    await rm(messages, { recursive: true, force: true });
  }
}
