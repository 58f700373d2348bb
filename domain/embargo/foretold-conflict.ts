import { conflictWords, type CompositionConflict, type TopicPlace } from './composition-conflict';
import { type Embargo, type TopicLine } from './embargo';

/** A conflict that will come, or has come, and whom it concerns. */
export interface ForetoldConflict {
  readonly line: TopicLine;
  readonly conflict: CompositionConflict;
}

/** What the task says to whom, on the most private repository of the project. */
export interface ForetoldTask {
  /** The same conflict has the same key, whatever files it is in today. */
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** First part of the key of every such task of a project. */
export function foretoldPrefix(project: string): string {
  return `forecast/${project}/`;
}

/** First part of the key of every such task of one topic. */
export function topicPrefix({
  project,
  embargo,
  line,
}: {
  readonly project: string;
  readonly embargo: string;
  readonly line: TopicLine;
}): string {
  return `${foretoldPrefix(project)}${codeOf(embargo)}/${line}/`;
}

/** `forecast/gitlab/k3v9x0q2ab/18.6/!412` */
function keyOf({ line, conflict: { topic, against } }: ForetoldConflict, project: string): string {
  const other = {
    base: () => 'canonical',
    'public-change': () => `!${against.kind === 'public-change' ? against.mergeRequest : ''}`,
    topics: () => (against.kind === 'topics' ? against.embargoes.map(codeOf).join('+') : ''),
  }[against.kind]();
  return `${topicPrefix({ project, embargo: topic.embargo, line })}${other}`;
}

/** Keys of the tasks that there may be of a public change, by what may contradict it: one for each topic of the line. */
export function keysOfChange({
  project,
  line,
  embargoes,
  mergeRequest,
}: {
  readonly project: string;
  readonly line: TopicLine;
  readonly embargoes: readonly string[];
  readonly mergeRequest: number;
}): readonly string[] {
  return embargoes.map((embargo) => `${topicPrefix({ project, embargo, line })}!${mergeRequest}`);
}

function codeOf(embargo: string): string {
  return embargo.slice('embargo:'.length);
}

/**
 * The task for the owner of the fix, days before the conflict would stop a release. Where two fixes are in each other's way it
 * is AppSec's, and names none of the others: who owns one need not know that there is another.
 */
export function foretoldTask(
  foretold: ForetoldConflict,
  { embargo, place }: { readonly embargo: Pick<Embargo, 'owner'>; readonly place: TopicPlace },
): ForetoldTask {
  const { conflict, line } = foretold;
  const key = keyOf(foretold, place.project.name);
  if (conflict.against.kind === 'topics') {
    const text = `AppSec: the topic of this fix on ${line} contradicts another one. \`signalbox embargo list\` tells both to those who may know of both.`;
    return { key, title: titleOf(line, place), text };
  }
  const { sentence, command } = conflictWords(conflict, place);
  const how = command === undefined ? [] : ['', '```sh', command, '```'];
  const end = ['', 'When it merges again, this issue closes by itself.'];
  return {
    key,
    title: titleOf(line, place),
    text: [`@${embargo.owner}: ${sentence}`, ...how, ...end].join('\n'),
  };
}

function titleOf(line: TopicLine, { project }: TopicPlace): string {
  return `A fix in ${project.name} (${line}) needs its owner`;
}

/** Said before such a task closes. */
export const FORETOLD_SOLVED = 'It merges again, or is over: nothing has to be done any more.';
