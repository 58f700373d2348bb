import type { BuiltPackages, ClosedRelease, ClosedVersion, ProjectPlan, TaggedProject } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from './ask-records';

type Recording = Pick<Outside, 'records'>;

/** Everything that a release was closed on, also what was cut again since, oldest first. */
export async function closedVersions(
  { records }: Recording,
  release: string,
): Promise<readonly ClosedVersion[]> {
  const closed = await ofStep<ClosedRelease>(records, { release, step: 'close' });
  return closed.flatMap(({ versions, at }) => versions.map((plan) => ({ plan, closedAt: at })));
}

/** What it has tagged, oldest first. */
export function taggedProjects({ records }: Recording, release: string): Promise<readonly TaggedProject[]> {
  return ofStep<TaggedProject>(records, { release, step: 'tag' });
}

/** What it has built, oldest first. */
export function builtPackages({ records }: Recording, release: string): Promise<readonly BuiltPackages[]> {
  return ofStep<BuiltPackages>(records, { release, step: 'build' });
}

/** The packages of a project's version among what was built; undefined for one that ships none. */
export function packagesOf(
  built: readonly BuiltPackages[],
  { project, version }: Pick<ProjectPlan, 'project' | 'version'>,
): BuiltPackages | undefined {
  return built.find((one) => one.project === project && one.files.some((file) => file.version === version));
}

async function ofStep<T extends { readonly at: string }>(
  records: Outside['records'],
  asked: { readonly release: string; readonly step: string },
): Promise<readonly T[]> {
  const rows = await askRecords(() => records.effects.ofStep(asked));
  return rows.map(({ result, at }) => ({ ...result, at }) as T);
}
