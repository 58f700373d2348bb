import { inRegistryOrder, type Recipe, type RecipeTopic } from '../../domain/embargo/composition';
import type { CompositionConflict } from '../../domain/embargo/composition-conflict';
import { permanent } from '../errors';
import { commitTree } from './compose-version';
import { composeIn, composeTopics } from './compose-topics';
import { inMergeRoom, mergeOf, type Git, type Merge } from './merge-room';
import type { Mirror } from './mirror';
import { GitRefusal, linesOf } from './run-git';
import { requireHeads } from './topic-heads';

/** Something that was updated and may sooner or later be in a composition. */
export type Update =
  | { readonly kind: 'public-change'; readonly mergeRequest: number; readonly head: string }
  | { readonly kind: 'topic'; readonly topic: RecipeTopic };

export interface Forecasting {
  readonly recipe: Recipe;
  /** What the recipe made; it is made again where this clone does not have it. */
  readonly composition: string;
  readonly updates: readonly Update[];
  /** Embargo → owner. */
  readonly owners: Readonly<Record<string, string>>;
}

export interface ForecastConflict {
  /** Whose fix has to change; nobody else is told, least of all who made the public change. */
  readonly owner: string;
  readonly conflict: CompositionConflict;
}

export interface Forecast {
  readonly conflicts: readonly ForecastConflict[];
  /** Updates of which nothing is known: canonical does not have them any more, or contradicts them itself. */
  readonly untried: readonly Update[];
}

/**
 * Conflicts that the updates would bring, days before they do. An update that merges into the composition costs one merge;
 * for one that does not, what will happen is tried in full. Leaves nothing in the mirror.
 */
export async function forecastConflicts(mirror: Mirror, forecasting: Forecasting): Promise<Forecast> {
  const { updates, owners } = forecasting;
  const missing = await missingOf(mirror, forecasting);
  const untried = new Set(await bringHeads(mirror, { ...forecasting, missing }));
  const conflicts = [...(await bringComposition(mirror, { ...forecasting, missing }))];
  const isComposed = conflicts.length === 0;
  if (isComposed)
    await inMergeRoom(mirror, {
      objects: 'forgotten',
      work: async (room) => {
        for (const update of updates.filter((one) => !untried.has(one))) {
          const found = await conflictsOf(room, { ...forecasting, update });
          if (found === undefined) untried.add(update);
          else conflicts.push(...found);
        }
      },
    });
  const told = conflicts.map((conflict) => ({ owner: owners[conflict.topic.embargo] ?? 'AppSec', conflict }));
  return { conflicts: told, untried: isComposed ? [...untried] : updates };
}

/** Undefined where it cannot be tried. */
function conflictsOf(
  room: Git,
  { recipe, composition, update }: Forecasting & { readonly update: Update },
): Promise<readonly CompositionConflict[] | undefined> {
  if (update.kind === 'topic') return conflictsOfTopic(room, { recipe, topic: update.topic });
  return conflictsOfChange(room, { recipe, composition, ...update });
}

/** What happens when the topic is composed as it is now. */
async function conflictsOfTopic(
  room: Git,
  { recipe, topic }: { readonly recipe: Recipe; readonly topic: RecipeTopic },
): Promise<readonly CompositionConflict[]> {
  const others = recipe.topics.filter(({ embargo }) => embargo !== topic.embargo);
  const updated = inRegistryOrder({ ...recipe, topics: [...others, topic] });
  return (await composeIn(room, updated)).conflicts;
}

interface ChangeTried {
  readonly recipe: Recipe;
  readonly composition: string;
  readonly mergeRequest: number;
  readonly head: string;
}

/** What happens to the topics once the change is merged. One that canonical itself contradicts is its author's to mend first. */
async function conflictsOfChange(
  room: Git,
  { recipe, composition, mergeRequest, head }: ChangeTried,
): Promise<readonly CompositionConflict[] | undefined> {
  if ((await triedMerge(room, { onto: composition, head }))?.clean === true) return [];
  const merged = await triedMerge(room, { onto: recipe.base, head });
  if (merged === undefined) return [];
  if (!merged.clean) return undefined;
  const base = await commitTree(room, {
    tree: merged.tree,
    parents: [recipe.base, head],
    message: `Try !${mergeRequest}\n`,
    at: new Date(0).toISOString(),
  });
  const { conflicts } = await composeIn(room, { ...recipe, base });
  // Without the change all of them go together, so whatever they contradict now is its doing.
  return conflicts.map((conflict) => ({ ...conflict, against: { kind: 'public-change', mergeRequest } }));
}

/** Undefined for a change that has nothing in common with the project: it will not be merged. */
async function triedMerge(
  room: Git,
  merge: { readonly onto: string; readonly head: string },
): Promise<Merge | undefined> {
  try {
    return await mergeOf(room, merge);
  } catch (error) {
    if (error instanceof GitRefusal && error.message.includes('unrelated histories')) return undefined;
    throw error;
  }
}

type Missing = Forecasting & { readonly missing: ReadonlySet<string> };

/** Of the commits that an update is tried with, those that this clone does not have. */
async function missingOf(
  mirror: Mirror,
  { composition, updates }: Forecasting,
): Promise<ReadonlySet<string>> {
  const heads = updates.flatMap((update) => (update.kind === 'public-change' ? [update.head] : []));
  const input = [composition, ...heads].map((commit) => `${commit}\n`).join('');
  const rows = linesOf(await mirror.git(['cat-file', '--batch-check'], { input }));
  return new Set(rows.filter((row) => row.endsWith(' missing')).map((row) => row.slice(0, 40)));
}

/** @returns updates whose head is nowhere */
async function bringHeads(mirror: Mirror, { recipe, updates, missing }: Missing): Promise<readonly Update[]> {
  const topics = updates.flatMap((update) => (update.kind === 'topic' ? [update.topic] : []));
  await requireHeads(mirror, { project: recipe.project, topics });
  const gone: Update[] = [];
  for (const update of updates) {
    if (update.kind === 'topic' || !missing.has(update.head)) continue;
    if (!(await fetched(mirror, update.head))) gone.push(update);
  }
  return gone;
}

/** By its id, from canonical, which has every head that a merge request of it ever had. */
async function fetched(mirror: Mirror, head: string): Promise<boolean> {
  try {
    await mirror.fetchCommit('canonical', head);
    return true;
  } catch (error) {
    if (error instanceof GitRefusal) return false;
    throw error;
  }
}

/** @returns conflicts where the recipe itself makes no composition */
async function bringComposition(
  mirror: Mirror,
  { recipe, composition, missing }: Missing,
): Promise<readonly CompositionConflict[]> {
  if (!missing.has(composition)) return [];
  const made = await composeTopics(mirror, recipe);
  if (made.outcome === 'conflicts') return made.conflicts;
  if (made.commit === composition) return [];
  throw permanent('BugInUs', {
    where: `composition of ${recipe.project}`,
    what: `its recipe makes ${made.commit}, and ${composition} was given for it`,
    remedy: 'Report it; nothing was changed',
  });
}
