import type { Project } from '../project';
import { matcherOf } from './naming';

/** Minors that have a stable branch. @param lead the project whose branches tell */
export function branchedMinors(
  lead: Pick<Project, 'stableBranch'>,
  branches: readonly string[],
): readonly string[] {
  const pattern = matcherOf(lead.stableBranch);
  return branches.flatMap((branch) => {
    const groups = pattern.exec(branch)?.groups;
    return groups === undefined ? [] : [`${groups['major']}.${groups['minor']}`];
  });
}
