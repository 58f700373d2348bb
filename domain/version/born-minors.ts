import type { Project } from '../project';
import { firstOf, matcherOf } from './naming';
import { compareNumbers } from './number';

/** Minors that have a stable branch and are newer than all that are out. */
export function bornMinors({
  lead,
  branches,
  newest,
}: {
  /** The project whose branches tell. */
  readonly lead: Pick<Project, 'stableBranch'>;
  readonly branches: readonly string[];
  /** The newest minor that is out; absent before the first. */
  readonly newest: string | undefined;
}): readonly string[] {
  const pattern = matcherOf(lead.stableBranch);
  return branches.flatMap((branch) => {
    const groups = pattern.exec(branch)?.groups;
    if (groups === undefined) return [];
    const minor = `${groups['major']}.${groups['minor']}`;
    return newest === undefined || isNewer(minor, newest) ? [minor] : [];
  });
}

function isNewer(left: string, right: string): boolean {
  return compareNumbers(firstOf(left), firstOf(right)) > 0;
}
