import { minorsAt, type MinorsNow } from '../domain/embargo/owing-at';
import { branchedMinors } from '../domain/version/branched-minors';
import { lineOf } from '../domain/version/naming';
import { managedProject, publishedVersions, type PlanDeps } from './plan';

/**
 * The minors that owe fixes, and those of them of which nothing is out, as canonical has them now.
 * @throws GitLabUnavailable, GitLabRefused
 */
export async function owingMinorsNow(
  deps: Pick<PlanDeps, 'settings' | 'gitlab'>,
  now: string,
): Promise<Pick<MinorsNow, 'owing' | 'born'>> {
  const lead = managedProject(deps.settings);
  const [versions, branches] = await Promise.all([
    publishedVersions(deps),
    deps.gitlab.branches(lead.repositories.canonical),
  ]);
  const out = [...new Set(versions.toReversed().map(lineOf))];
  const known = { out, branched: branchedMinors(lead, branches), atOpening: [] };
  return minorsAt(known, { claimed: [], policies: deps.settings.maintenance, at: now });
}
