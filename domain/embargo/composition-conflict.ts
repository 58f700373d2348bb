import type { RecipeTopic } from './composition';
import { topicBranchOf, type TopicLine } from './embargo';
import type { Project } from '../project';

/** A topic that does not merge as it is. */
export interface CompositionConflict {
  readonly topic: RecipeTopic;
  readonly against: Opponent;
  readonly files: readonly string[];
}

export type Opponent =
  | { readonly kind: 'base'; readonly base: string }
  /** A public merge request that is not merged yet. */
  | { readonly kind: 'public-change'; readonly mergeRequest: number }
  /** Topics that were registered earlier; several where none of them alone is in the way. */
  | { readonly kind: 'topics'; readonly embargoes: readonly string[] };

/** Where the topic goes on. */
export interface TopicPlace {
  readonly project: Project;
  readonly line: TopicLine;
  /** Branch of canonical that the line follows. */
  readonly branch: string;
  readonly canonicalUrl: string;
}

export interface Reader {
  readonly id: string;
  /** Embargoes whose audience the reader belongs to. */
  readonly clearedFor: readonly string[];
}

export interface ConflictNotice {
  readonly sentence: string;
  /** Who has to do something, by id or role. */
  readonly whoActs: string;
  /** What the owner runs in a clone of the security repository. */
  readonly command?: string;
}

const FILES_TOLD = 5;

/**
 * What a reader is told of a conflict. Undefined, as where there is none, for whoever is not cleared for every embargo in it:
 * the author of the public change learns nothing, nor does the owner of one fix learn that there is another.
 */
export function conflictNotice({
  conflict,
  owner,
  place,
  reader,
}: {
  readonly conflict: CompositionConflict;
  /** Owner of the topic's embargo. */
  readonly owner: Reader;
  readonly place: TopicPlace;
  readonly reader: Reader;
}): ConflictNotice | undefined {
  if (!isCleared(reader, conflict)) return undefined;
  // Nobody can be asked to mend what they may not know.
  const whoActs = isCleared(owner, conflict) ? owner.id : 'AppSec';
  return { whoActs, ...conflictWords(conflict, place) };
}

function isCleared({ clearedFor }: Reader, { topic, against }: CompositionConflict): boolean {
  const named = against.kind === 'topics' ? [topic.embargo, ...against.embargoes] : [topic.embargo];
  return named.every((embargo) => clearedFor.includes(embargo));
}

/** Without asking who reads it. */
export function conflictWords(
  conflict: CompositionConflict,
  place: TopicPlace,
): Omit<ConflictNotice, 'whoActs'> {
  const { topic, against } = conflict;
  const { project, line, branch, canonicalUrl } = place;
  const fix = `The fix of ${topic.embargo} in ${project.name} (${line})`;
  const files = filesTold(conflict.files);
  // Git's own words would name the topic, and become public with it.
  const mergeOf = (commit: string): string =>
    `git switch ${topicBranchOf(topic.embargo, line)} && git fetch ${canonicalUrl} ${branch} && git merge -m 'Merge ${branch}' ${commit}`;
  if (against.kind === 'base')
    return {
      sentence: `${fix} contradicts ${branch} at ${against.base.slice(0, 12)} in ${files}. It is in no composition until canonical is merged into the topic.`,
      command: mergeOf(against.base),
    };
  if (against.kind === 'public-change')
    return {
      sentence: `${fix} will contradict !${against.mergeRequest} in ${files} once that is merged into ${branch}. Then canonical has to be merged into the topic.`,
      command: mergeOf('FETCH_HEAD'),
    };
  return {
    sentence: `${fix} contradicts ${against.embargoes.join(' and ')}, registered before it, in ${files}. Change it so that both merge, or build it on that topic; then they are disclosed together.`,
  };
}

function filesTold(files: readonly string[]): string {
  const told = files.slice(0, FILES_TOLD).join(', ');
  const more = files.length - FILES_TOLD;
  return more > 0 ? `${told} and ${more} more` : told;
}
