import { owingMinors } from '../domain/embargo/obligation';
import { bornMinors } from '../domain/version/born-minors';
import { maintainedMinors } from '../domain/version/maintenance';
import { lineOf } from '../domain/version/naming';
import { managedProject, publishedVersions, type PlanDeps } from './plan';

/** The minors that owe fixes, as canonical has them now. @throws GitLabUnavailable, GitLabRefused */
export async function owingMinorsNow(
  deps: Pick<PlanDeps, 'settings' | 'gitlab'>,
  now: string,
): Promise<readonly string[]> {
  const lead = managedProject(deps.settings);
  const [versions, branches] = await Promise.all([
    publishedVersions(deps),
    deps.gitlab.branches(lead.repositories.canonical),
  ]);
  const published = [...new Set(versions.toReversed().map(lineOf))];
  const maintained = maintainedMinors(
    {
      published: published.map((minor) => ({ minor, publishedAt: now })),
      policies: deps.settings.maintenance,
      exceptions: [],
    },
    now,
  );
  return owingMinors({ maintained, unreleased: bornMinors({ lead, branches, newest: published[0] }) });
}
