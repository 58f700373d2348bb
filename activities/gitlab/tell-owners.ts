import { FORETOLD_SOLVED, foretoldPrefix } from '../../domain/embargo/foretold-conflict';
import { foretellConflicts } from '../git/foretell-conflicts';
import type { MirrorEffects } from '../mirror-effects';
import type { Outside } from '../outside';
import { markerOf, noteOnce } from './keyed-notes';

type Input = Parameters<MirrorEffects['tellOwners']>[0];

/**
 * One confidential issue on the security side for each conflict that is coming, to whoever owns the fix; it closes once it
 * was tried and there is none. Whoever made the public change hears nothing. A project with one repository has no fix under embargo.
 */
export async function tellOwners(
  outside: Outside,
  { project }: Input,
): ReturnType<MirrorEffects['tellOwners']> {
  const { security, canonical } = project.repositories;
  if (security === canonical) return { at: new Date().toISOString() };
  const { tasks: wanted, untried, untriedTopics } = await foretellConflicts(outside, project);
  const open = await outside.gitlab.openTasks({
    project: security,
    marker: markerStart(foretoldPrefix(project.name)),
  });
  for (const task of wanted) {
    const marker = markerOf(task.key);
    if (open.some(({ text }) => text.includes(marker))) continue;
    await outside.records.turns.take(task.key, () => openOnce(outside, { security, marker, task }));
  }
  const standing = [
    ...[...wanted.map(({ key }) => key), ...untried].map(markerOf),
    ...untriedTopics.map(markerStart),
  ];
  for (const { issue, text } of open) {
    if (standing.some((marker) => text.includes(marker))) continue;
    const at = { project: security, on: 'issue', iid: issue } as const;
    await noteOnce(outside, {
      at,
      key: `${foretoldPrefix(project.name)}${issue}/solved`,
      text: FORETOLD_SOLVED,
    });
    await outside.gitlab.closeIssue({ project: security, issue });
  }
  return { at: new Date().toISOString() };
}

interface Opening {
  readonly security: string;
  readonly marker: string;
  readonly task: { readonly title: string; readonly text: string };
}

/** Another attempt may have been quicker. */
async function openOnce({ gitlab }: Outside, { security, marker, task }: Opening): Promise<void> {
  if ((await gitlab.openTasks({ project: security, marker })).length > 0) return;
  await gitlab.openIssue({
    project: security,
    title: task.title,
    text: `${task.text}\n\n${marker}`,
    isConfidential: true,
  });
}

/** What the marker of every task begins with whose key begins so. */
function markerStart(prefix: string): string {
  return markerOf(prefix).replace(' -->', '');
}
