import { faultOf, partedTopics, topicMergeMessage, type Recipe, type Topic } from '../../domain/composition';
import type { CompositionConflict } from '../../domain/composition-conflict';
import { permanent } from '../errors';
import { inMergeRoom, type Git } from './merge-room';
import { mergeTopics, type MergedTopics } from './merge-topics';
import type { Mirror } from './mirror';
import { isPublic } from './public-commit';
import { linesOf } from './run-git';

export type ComposedTopics =
  | {
      readonly outcome: 'composed';
      /** The base itself where no topic is open. */
      readonly commit: string;
      /** Topics that the base has already: they have been disclosed. */
      readonly left: readonly Topic[];
    }
  | { readonly outcome: 'conflicts'; readonly conflicts: readonly CompositionConflict[] };

/**
 * The commit of canonical with every open topic merged, as objects of the mirror, pushed nowhere. Nothing in it comes from
 * the clock or the machine: the same recipe is the same commit.
 * @throws ApplicationFailure BugInUs for a wrong recipe, RefusedByPolicy where a commit is not where it should be
 */
export async function composeTopics(mirror: Mirror, recipe: Recipe): Promise<ComposedTopics> {
  const fault = faultOf(recipe);
  if (fault !== undefined) throw permanent('BugInUs', fault);
  await bringCommits(mirror, recipe);
  return inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) => {
      const { commit, conflicts, left } = await composeIn(room, recipe);
      return conflicts.length > 0
        ? { outcome: 'conflicts', conflicts }
        : { outcome: 'composed', commit, left };
    },
  });
}

/** As {@link composeTopics}, of commits that are known to be there, with objects made where the room keeps them. */
export async function composeIn(
  room: Git,
  recipe: Recipe,
): Promise<MergedTopics & { readonly left: readonly Topic[] }> {
  const { base } = recipe;
  const heads = recipe.topics.map(({ head }) => head);
  const [ahead, basedAt] = await Promise.all([
    room.git(['rev-list', ...heads, `^${base}`]),
    room.git(['show', '--no-patch', '--format=%cI', base]),
  ]);
  const { open, left } = partedTopics(recipe, { notInBase: new Set(linesOf(ahead)) });
  const merged = await mergeTopics(room, {
    base,
    topics: open,
    at: basedAt.trim(),
    messageOf: (topic) => topicMergeMessage(recipe, topic),
  });
  return { ...merged, left };
}

/** Fetches once where something is missing, and refuses what is missing then. */
async function bringCommits(mirror: Mirror, recipe: Recipe): Promise<void> {
  if ((await missingFrom(mirror, recipe)) === undefined) return;
  await Promise.all([mirror.fetch('canonical'), mirror.fetch('security')]);
  const missing = await missingFrom(mirror, recipe);
  if (missing === undefined) return;
  throw permanent('RefusedByPolicy', {
    where: `composition of ${recipe.project}`,
    what: missing,
    remedy:
      'A base is a commit of canonical, a head the newest commit of the branch of its topic; register it anew',
  });
}

async function missingFrom(mirror: Mirror, { base, topics }: Recipe): Promise<string | undefined> {
  const commits = await commitsAmong(mirror, [base, ...topics.map(({ head }) => head)]);
  const lost = topics.find(({ head }) => !commits.has(head));
  if (lost !== undefined) return `the head ${lost.head} of ${lost.embargo} is no commit on security`;
  if (await isPublic(mirror, base)) return undefined;
  return `its base ${base} is no commit of canonical`;
}

/** Of the ids given those that are commits. A tag that names a commit is none, or its topic would seem to have left. */
async function commitsAmong(mirror: Mirror, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const check = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
  const text = await mirror.git(check, { input: `${ids.join('\n')}\n` });
  const rows = linesOf(text).filter((row) => row.endsWith(' commit'));
  return new Set(rows.map((row) => row.slice(0, 40)));
}
