import type { RecipeTopic } from '../../domain/embargo/composition';
import type { CompositionConflict, Opponent } from '../../domain/embargo/composition-conflict';
import { permanent } from '../errors';
import { commitTree } from './compose-version';
import { mergeWhileClean, type TopicsMerge } from './merge-while-clean';
import { mergeOf, type Git, type Merge } from './merge-room';
import { GitRefusal } from './run-git';

export interface MergedTopics {
  /** The base with every topic merged that merges; complete only where there is no conflict. */
  readonly commit: string;
  readonly conflicts: readonly CompositionConflict[];
}

/** One merge for each topic, in order. A topic that does not merge is left out, so that one look finds all that do not. */
export async function mergeTopics(room: Git, merge: TopicsMerge): Promise<MergedTopics> {
  const conflicts: CompositionConflict[] = [];
  const merged: RecipeTopic[] = [];
  let commit = merge.base;
  let left = merge.topics;
  while (left.length > 0) {
    const commits = await mergeWhileClean(room, { ...merge, base: commit, topics: left });
    commit = commits.at(-1) ?? commit;
    merged.push(...left.slice(0, commits.length));
    const [topic, ...others] = left.slice(commits.length);
    if (topic === undefined) break;
    left = others;
    const result = await rootedMerge(room, { onto: commit, topic });
    if (result.clean) {
      commit = await committed(room, { merge, topic, onto: commit, tree: result.tree });
      merged.push(topic);
      continue;
    }
    const against = await opponentOf(room, { merge, topic, merged });
    conflicts.push({ topic, against, files: result.files });
  }
  return { commit, conflicts };
}

async function committed(
  room: Git,
  {
    merge: { at, messageOf },
    topic,
    onto,
    tree,
  }: {
    readonly merge: TopicsMerge;
    readonly topic: RecipeTopic;
    readonly onto: string;
    readonly tree: string;
  },
): Promise<string> {
  return commitTree(room, { tree, parents: [onto, topic.head], message: messageOf(topic), at });
}

/** What a topic contradicts: the base where that alone is enough, else the topics with which it does not go together. */
async function opponentOf(
  room: Git,
  {
    merge,
    topic,
    merged,
  }: { readonly merge: TopicsMerge; readonly topic: RecipeTopic; readonly merged: readonly RecipeTopic[] },
): Promise<Opponent> {
  const { base } = merge;
  const alone = await rootedMerge(room, { onto: base, topic });
  if (!alone.clean) return { kind: 'base', base };
  const rivals: string[] = [];
  for (const other of merged) {
    const result = await rootedMerge(room, { onto: base, topic: other });
    // It merges only behind a topic that it is built on, and was tried with that one.
    if (!result.clean) continue;
    const onto = await committed(room, { merge, topic: other, onto: base, tree: result.tree });
    if (!(await rootedMerge(room, { onto, topic })).clean) rivals.push(other.embargo);
  }
  return { kind: 'topics', embargoes: rivals.length > 0 ? rivals : merged.map(({ embargo }) => embargo) };
}

async function rootedMerge(
  room: Git,
  { onto, topic }: { readonly onto: string; readonly topic: RecipeTopic },
): Promise<Merge> {
  try {
    return await mergeOf(room, { onto, head: topic.head });
  } catch (error) {
    if (!(error instanceof GitRefusal) || !error.message.includes('unrelated histories')) throw error;
    // Everybody may read what a step waits for, so it names no fix and nothing of one.
    throw permanent('RefusedByPolicy', {
      where: 'composition',
      what: 'a branch that goes into it has no commit in common with it',
      remedy: 'Root the branch at a public commit of the project and register its new head',
    });
  }
}
