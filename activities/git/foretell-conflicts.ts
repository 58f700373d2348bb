import { inRegistryOrder, type RecipeTopic } from '../../domain/embargo/composition';
import type { TopicPlace } from '../../domain/embargo/composition-conflict';
import type { Embargo, TopicLine } from '../../domain/embargo/embargo';
import { foretoldTask, type ForetoldTask } from '../../domain/embargo/foretold-conflict';
import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { composeTopics } from './compose-topics';
import { forecastConflicts, type Update } from './forecast-conflicts';
import { branchNameOf } from './survey-line';
import { requireHeads } from './topic-heads';

type Watching = Pick<Outside, 'records' | 'mirrorOf' | 'gitlab'>;

/** Fixes that a release may still take. */
const COMING: readonly Embargo['state'][] = ['opened', 'fixed_on_managed_systems', 'sealed', 'compromised'];

/** What every open merge request, and canonical itself, does to the fixes of a project that are under embargo. */
export async function foretellConflicts(
  outside: Watching,
  project: Project,
): Promise<readonly ForetoldTask[]> {
  const embargoes = (await outside.records.embargoes.all()).filter(({ state }) => COMING.includes(state));
  const lines = new Set(
    embargoes.flatMap(({ topics }) =>
      topics.filter((topic) => topic.project === project.name).map(({ line }) => line),
    ),
  );
  const tasks: ForetoldTask[] = [];
  for (const line of lines) tasks.push(...(await onLine(outside, { project, line, embargoes })));
  return tasks;
}

interface Line {
  readonly project: Project;
  readonly line: TopicLine;
  readonly embargoes: readonly Embargo[];
}

async function onLine(
  outside: Watching,
  { project, line, embargoes }: Line,
): Promise<readonly ForetoldTask[]> {
  const mirror = outside.mirrorOf(project);
  await mirror.fetch('canonical');
  const branch = await branchNameOf(mirror, { project, line });
  const base = branch && (await mirror.resolve(`refs/sides/canonical/heads/${branch}`));
  if (branch === undefined || base === undefined) return [];
  const topics = topicsOf(embargoes, { project, line });
  await requireHeads(mirror, { project: project.name, topics });
  const recipe = inRegistryOrder({ project: project.name, base, topics });
  const composed = await composeTopics(mirror, recipe);
  const conflicts =
    composed.outcome === 'conflicts'
      ? composed.conflicts
      : (
          await forecastConflicts(mirror, {
            recipe,
            composition: composed.commit,
            updates: await openChanges(outside, { project, branch }),
            owners: {},
          })
        ).conflicts.map(({ conflict }) => conflict);
  const place: TopicPlace = { project, line, branch, canonicalUrl: mirror.urlOf('canonical') };
  return conflicts.flatMap((conflict) => {
    const embargo = embargoes.find(({ id }) => id === conflict.topic.embargo);
    return embargo === undefined ? [] : [foretoldTask({ line, conflict }, { embargo, place })];
  });
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
): Promise<readonly Update[]> {
  const asked = { project: project.repositories.canonical, target: branch };
  const open = await gitlab.mergeRequests.openOnto(asked);
  return open
    .filter(({ sha }) => sha !== '')
    .map(({ iid, sha }) => ({ kind: 'public-change', mergeRequest: iid, head: sha }));
}
