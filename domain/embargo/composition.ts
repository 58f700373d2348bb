import type { Explanation } from '../explained-error';
import { effectKey } from '../version/naming';

/** A topic as a composition needs it: of one project and one line, so that an embargo has one. */
export interface RecipeTopic {
  /** `embargo:7h2k9x0q4d`: opaque, so that it may stand in commits that are never public. */
  readonly embargo: string;
  /** Place in the registry: what was registered earlier is merged earlier. */
  readonly ordinal: number;
  /** Commit of the topic's branch, in full. */
  readonly head: string;
}

/** What a composition is made of. The same recipe makes the same commit, whenever and wherever. */
export interface Recipe {
  readonly project: string;
  /** Commit of canonical. */
  readonly base: string;
  /** In registry order. */
  readonly topics: readonly RecipeTopic[];
}

/** Stands in keys where other effects have their release: a composition belongs to none, all share it. */
const COMPOSITION = 'composition';
const EMBARGO = /^embargo:[0-9a-z]{10}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** The recipe with its topics in registry order, in whatever order they were found. */
export function inRegistryOrder(recipe: Recipe): Recipe {
  return { ...recipe, topics: recipe.topics.toSorted((left, right) => left.ordinal - right.ordinal) };
}

/** What is wrong with a recipe; undefined where nothing is. A wrong one is never repaired in passing: it would be another recipe. */
export function faultOf({ project, base, topics }: Recipe): Explanation | undefined {
  const fault = (what: string, remedy: string): Explanation => ({
    where: `composition of ${project}`,
    what,
    remedy,
  });
  const wholeCommit = 'Give commits by their 40 digits; what a shorter name means depends on the clone';
  if (!COMMIT.test(base)) return fault(`its base ${base} is no commit id`, wholeCommit);
  const seen = new Set<string>();
  let before: RecipeTopic | undefined;
  for (const topic of topics) {
    const { embargo, ordinal, head } = topic;
    if (!EMBARGO.test(embargo))
      return fault(`${embargo} is no id of an embargo`, 'Take the id from the registry');
    if (!COMMIT.test(head)) return fault(`the head ${head} of ${embargo} is no commit id`, wholeCommit);
    if (seen.has(embargo))
      return fault(`${embargo} is in it twice`, 'A line of a project has one topic for each embargo');
    if (before !== undefined && ordinal <= before.ordinal) {
      const what = `${embargo} stands behind ${before.embargo}, and was not registered after it`;
      return fault(what, 'Give topics in registry order: another order is another commit');
    }
    seen.add(embargo);
    before = topic;
  }
  return undefined;
}

/** Topics by whether their head is part of the base: one that is has been disclosed and is no longer composed. */
export function partedTopics(
  { topics }: Recipe,
  { notInBase }: { readonly notInBase: ReadonlySet<string> },
): { readonly open: readonly RecipeTopic[]; readonly left: readonly RecipeTopic[] } {
  return {
    open: topics.filter(({ head }) => notInBase.has(head)),
    left: topics.filter(({ head }) => !notInBase.has(head)),
  };
}

/** Commit that merges one topic: its words, with nothing in them that is not in the recipe. */
export function topicMergeMessage({ project, base }: Recipe, { embargo, head }: RecipeTopic): string {
  const key = effectKey({
    release: COMPOSITION,
    step: project,
    target: `${base}/${embargo}/${head}`,
  });
  return [
    `Merge the topic of ${embargo} into the composition of ${project}`,
    '',
    'Made by the engine, not to be developed on: a conflict is solved in the topic.',
    '',
    `Signalbox-Key: ${key}`,
    '',
  ].join('\n');
}
