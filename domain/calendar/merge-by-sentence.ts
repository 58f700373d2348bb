import { countsItself, type Project } from '../project';
import type { CandidatePolicy } from '../release/release';
import { firstOf, stableBranchOf } from '../version/naming';
import type { Boarding } from './merge-by';
import { toldInstant } from './told-instant';

export interface Carrying {
  readonly project: Project;
  /** All of the product. */
  readonly projects: readonly Project[];
  readonly candidate: CandidatePolicy;
}

/** What a change on the default branch has to have come to. */
export function nextSentence(next: Boarding | undefined, { project, candidate }: Carrying): string {
  if (next === undefined) return 'No monthly release is to come in the published calendar.';
  const there = `merged to ${project.defaultBranch} ${conditionOf(candidate)}`;
  return `A change that is ${there} before ${toldInstant(next.by)} is in ${next.line}, to be published ${toldInstant(next.publishedAt)}.`;
}

function conditionOf(candidate: CandidatePolicy): string {
  if (candidate.from === 'default-branch') return 'and has passed its pipeline';
  const run = `and run by ${candidate.environment}`;
  return candidate.migrations === undefined ? run : `${run}, its migrations by ${candidate.migrations},`;
}

/** What a fix for a line has to have come to. */
export function backportSentence(
  { line, boarding }: { readonly line: string; readonly boarding?: Boarding },
  { project, projects }: Carrying,
): string {
  if (boarding === undefined) return `No patch of ${line} is to come in the published calendar.`;
  const branch = countsItself(project, projects)
    ? `its stable branch for ${line}`
    : stableBranchOf(project, firstOf(line));
  const { release, by, publishedAt } = boarding;
  return `A fix that is merged to ${branch} before ${toldInstant(by)} is in the next patch of ${line} (${release}), to be published ${toldInstant(publishedAt)}.`;
}
