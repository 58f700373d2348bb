import { faultOf, topicMergeMessage, type Recipe, type RecipeTopic } from '../../domain/embargo/composition';
import type { CompositionConflict } from '../../domain/embargo/composition-conflict';
import { permanent } from '../errors';
import { inMergeRoom, type Git } from './merge-room';
import { mergeTopics, type MergedTopics } from './merge-topics';
import type { Mirror } from './mirror';
import { isPublic } from './public-commit';
import { requireHeads, topicsAhead } from './topic-heads';

export type ComposedTopics =
  | {
      readonly outcome: 'composed';
      /** The base itself where no topic is open. */
      readonly commit: string;
      /** Topics that the base has already: they have been disclosed. */
      readonly left: readonly RecipeTopic[];
    }
  | { readonly outcome: 'conflicts'; readonly conflicts: readonly CompositionConflict[] };

/**
 * The commit of canonical with every open topic merged, as objects of the mirror, pushed nowhere. Nothing in it comes from
 * the clock or the machine: the same recipe is the same commit.
 * @throws ApplicationFailure BugInUs for a wrong recipe, RefusedByPolicy where a commit is not where it should be
 */
export async function composeTopics(mirror: Mirror, recipe: Recipe): Promise<ComposedTopics> {
  await requireSound(mirror, recipe);
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

/** As {@link composeTopics}, of a sound recipe, with objects made where the room keeps them. */
export async function composeIn(
  room: Git,
  recipe: Recipe,
): Promise<MergedTopics & { readonly left: readonly RecipeTopic[] }> {
  const { base, topics } = recipe;
  const [open, basedAt] = await Promise.all([
    topicsAhead(room, { of: base, topics }),
    room.git(['show', '--no-patch', '--format=%cI', base]),
  ]);
  const merged = await mergeTopics(room, {
    base,
    topics: open,
    at: basedAt.trim(),
    messageOf: (topic) => topicMergeMessage(recipe, topic),
  });
  return { ...merged, left: topics.filter((topic) => !open.includes(topic)) };
}

/** @throws ApplicationFailure BugInUs for a wrong recipe, RefusedByPolicy where a commit is not where it should be */
export async function requireSound(mirror: Mirror, recipe: Recipe): Promise<void> {
  const fault = faultOf(recipe);
  if (fault !== undefined) throw permanent('BugInUs', fault);
  await Promise.all([requireHeads(mirror, recipe), requirePublicBase(mirror, recipe)]);
}

async function requirePublicBase(mirror: Mirror, { project, base }: Recipe): Promise<void> {
  if (await isPublic(mirror, base)) return;
  await mirror.fetch('canonical');
  if (await isPublic(mirror, base)) return;
  throw permanent('RefusedByPolicy', {
    where: `composition of ${project}`,
    what: `its base ${base} is no commit of canonical`,
    remedy: 'Compose on a commit that a branch or tag of canonical holds',
  });
}
