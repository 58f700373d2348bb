import type { ReleaseSettings } from '../../domain/release/release';
import { askRecords } from '../records/ask-records';
import type { Outside } from '../outside';

interface Unit {
  readonly release: string;
  readonly settings: ReleaseSettings;
  /** Product versions. */
  readonly versions: readonly string[];
}

/**
 * Versions of which a tag stands on canonical, as it was fetched last, that is not what the release has made: somebody has
 * taken the name by hand. It cannot be taken back from whoever has fetched it, so the version gets another number.
 */
export async function takenByHand(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  { release, settings, versions }: Unit,
): Promise<readonly string[]> {
  const { tags } = await askRecords(() => records.artifacts.ofRelease(release));
  const taken = await Promise.all(
    settings.projects.map(async (project) => {
      const mirror = mirrorOf(project);
      const there = new Set(await mirror.names('canonical', 'tags'));
      const ours = tags.filter((tag) => tag.project === project.name && there.has(tag.name));
      const found = await Promise.all(
        ours.map(async ({ name, sha, productVersion }) => {
          const commit = await mirror.resolve(`refs/sides/canonical/tags/${name}`);
          return commit === sha ? [] : [productVersion];
        }),
      );
      return found.flat();
    }),
  );
  const numbers = new Set(taken.flat());
  return versions.filter((version) => numbers.has(version));
}
