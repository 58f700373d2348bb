import type { Inclusion } from '../../records/inclusions';
import type { Records } from '../../records/records';
import type { ProjectPlan } from '../effects';

/** What a version carries of a project, as the list was frozen. Most projects of a patch carry nothing, which their plan says. */
export async function includedChanges(
  { records }: { readonly records: Pick<Records, 'inclusions'> },
  { version, plan }: { readonly version: string; readonly plan: Pick<ProjectPlan, 'project' | 'changes'> },
): Promise<readonly Inclusion[]> {
  if (plan.changes === 0) return [];
  return records.inclusions.ofVersion({ version, project: plan.project });
}
