import { inRegistryOrder, type Recipe, type RecipeTopic } from '../../domain/embargo/composition';
import type { CompositionConflict, TopicPlace } from '../../domain/embargo/composition-conflict';
import { isUndisclosed, type Embargo, type TopicLine } from '../../domain/embargo/embargo';
import {
  foretoldTask,
  keysOfChange,
  topicPrefix,
  type ForetoldTask,
} from '../../domain/embargo/foretold-conflict';
import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { composeTopics } from './compose-topics';
import { forecastConflicts, type Update } from './forecast-conflicts';
import { inMergeRoom } from './merge-room';
import type { Mirror } from './mirror';
import { levelRegistry } from './level-registry';
import { branchNameOf } from './survey-line';
import { requireHeads, rootlessTopics } from './topic-heads';

type PublicChange = Extract<Update, { readonly kind: 'public-change' }>;
type Watching = Pick<Outside, 'records' | 'mirrorOf' | 'gitlab'>;

export interface Foretold {
  readonly tasks: readonly ForetoldTask[];
  /** Keys of tasks of which it is not known whether they are solved: what they are about could not be tried. */
  readonly untried: readonly string[];
  /** As above, by the first part of the keys of all tasks of a topic. */
  readonly untriedTopics: readonly string[];
}

const NOTHING: Foretold = { tasks: [], untried: [], untriedTopics: [] };

/** What every open merge request, and canonical itself, does to the fixes of a project that are under embargo. */
export async function foretellConflicts(outside: Watching, project: Project): Promise<Foretold> {
  const embargoes = (await levelRegistry(outside, [project])).filter(isUndisclosed);
  const lines = new Set(
    embargoes.flatMap(({ topics }) =>
      topics.filter((topic) => topic.project === project.name).map(({ line }) => line),
    ),
  );
  const found: Foretold[] = [];
  for (const line of lines) found.push(await onLine(outside, { project, line, embargoes }));
  return {
    tasks: found.flatMap(({ tasks }) => tasks),
    untried: found.flatMap(({ untried }) => untried),
    untriedTopics: found.flatMap(({ untriedTopics }) => untriedTopics),
  };
}

interface Line {
  readonly project: Project;
  readonly line: TopicLine;
  readonly embargoes: readonly Embargo[];
}

async function onLine(outside: Watching, { project, line, embargoes }: Line): Promise<Foretold> {
  const mirror = outside.mirrorOf(project);
  const branch = await branchNameOf(mirror, { project, line });
  const base = branch && (await mirror.resolve(`refs/sides/canonical/heads/${branch}`));
  if (branch === undefined || base === undefined) return NOTHING;
  const registered = topicsOf(embargoes, { project, line });
  await requireHeads(mirror, { project: project.name, topics: registered });
  const rootless = await inMergeRoom(mirror, {
    objects: 'forgotten',
    work: (room) => rootlessTopics(room, { of: base, topics: registered }),
  });
  // Its owner is told by the board; it keeps nobody else from being told.
  const topics = registered.filter((topic) => !rootless.includes(topic));
  const recipe = inRegistryOrder({ project: project.name, base, topics });
  const changes = await openChanges(outside, { project, branch });
  const { conflicts, untried } = await triedOn(mirror, { recipe, changes });
  const place: TopicPlace = { project, line, branch, canonicalUrl: mirror.urlOf('canonical') };
  const ids = topics.map(({ embargo }) => embargo);
  return {
    tasks: conflicts.flatMap((conflict) => {
      const embargo = embargoes.find(({ id }) => id === conflict.topic.embargo);
      return embargo === undefined ? [] : [foretoldTask({ line, conflict }, { embargo, place })];
    }),
    untried: untried.flatMap(({ mergeRequest }) =>
      keysOfChange({ project: project.name, line, embargoes: ids, mergeRequest }),
    ),
    untriedTopics: rootless.map(({ embargo }) => topicPrefix({ project: project.name, embargo, line })),
  };
}

interface Tried {
  readonly conflicts: readonly CompositionConflict[];
  readonly untried: readonly PublicChange[];
}

/** While the topics themselves do not go together, no change is tried with them. */
async function triedOn(
  mirror: Mirror,
  { recipe, changes }: { readonly recipe: Recipe; readonly changes: readonly PublicChange[] },
): Promise<Tried> {
  const composed = await composeTopics(mirror, recipe);
  if (composed.outcome === 'conflicts') return { conflicts: composed.conflicts, untried: changes };
  const asked = { recipe, composition: composed.commit, updates: changes, owners: {} };
  const { conflicts, untried } = await forecastConflicts(mirror, asked);
  return {
    conflicts: conflicts.map(({ conflict }) => conflict),
    untried: changes.filter((change) => untried.includes(change)),
  };
}

function topicsOf(
  embargoes: readonly Embargo[],
  { project, line }: Pick<Line, 'project' | 'line'>,
): readonly RecipeTopic[] {
  return embargoes.flatMap(({ id, ordinal, topics }) =>
    topics
      .filter((topic) => topic.project === project.name && topic.line === line)
      .map(({ head }) => ({ embargo: id, ordinal, head })),
  );
}

async function openChanges(
  { gitlab }: Watching,
  { project, branch }: { readonly project: Project; readonly branch: string },
): Promise<readonly PublicChange[]> {
  const asked = { project: project.repositories.canonical, target: branch };
  const open = await gitlab.mergeRequests.openOnto(asked);
  return open
    .filter(({ sha }) => sha !== '')
    .map(({ iid, sha }) => ({ kind: 'public-change', mergeRequest: iid, head: sha }));
}
