import type { Outside } from '../outside';
import { markerOf, noteOnce } from './keyed-notes';

export interface KeyedTask {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

export interface TasksWanted {
  /** Path of the project whose issues they are. */
  readonly project: string;
  /** What the key of each of them begins with, and of no others. */
  readonly prefix: string;
  readonly tasks: readonly KeyedTask[];
  /** Keys, or what they begin with, of tasks that stay open where there are any. */
  readonly kept?: { readonly keys: readonly string[]; readonly prefixes: readonly string[] };
  /** Said before one closes. */
  readonly over: string;
}

/** A confidential issue for each task, opened once, and closed once nothing is to be done any more. */
export async function keepTasks(outside: Outside, wanted: TasksWanted): Promise<void> {
  const { project, prefix, tasks, kept, over } = wanted;
  const open = await outside.gitlab.openTasks({ project, marker: markerStart(prefix) });
  for (const task of tasks) {
    const marker = markerOf(task.key);
    if (open.some(({ text }) => text.includes(marker))) continue;
    await outside.records.turns.take(task.key, () => openOnce(outside, { project, marker, task }));
  }
  const standing = [
    ...[...tasks.map(({ key }) => key), ...(kept?.keys ?? [])].map(markerOf),
    ...(kept?.prefixes ?? []).map(markerStart),
  ];
  for (const { issue, text } of open) {
    if (standing.some((marker) => text.includes(marker))) continue;
    const at = { project, on: 'issue', iid: issue } as const;
    await noteOnce(outside, { at, key: `${prefix}${issue}/solved`, text: over });
    await outside.gitlab.closeIssue({ project, issue });
  }
}

interface Opening {
  readonly project: string;
  readonly marker: string;
  readonly task: KeyedTask;
}

/** Another attempt may have been quicker. */
async function openOnce({ gitlab }: Outside, { project, marker, task }: Opening): Promise<void> {
  if ((await gitlab.openTasks({ project, marker })).length > 0) return;
  await gitlab.openIssue({
    project,
    title: task.title,
    text: `${task.text}\n\n${marker}`,
    isConfidential: true,
  });
}

/** What the marker of every task begins with whose key begins so. */
function markerStart(prefix: string): string {
  return markerOf(prefix).replace(' -->', '');
}
