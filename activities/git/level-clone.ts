import type { Project } from '../../domain/project';
import { RecordsConflict } from '../../records/database';
import type { Outside } from '../outside';
import type { FreshClone } from './fresh-clone';
import { registerTopics, seeRegistry } from './register-topics';

/** As often as others may register something else meanwhile before the attempt is given up. */
const LOOKS = 5;

/**
 * A clone that is level with both sides, and the registry with it. The registry is read before git, so that what others have
 * registered by then is never taken for gone; what they register later is not overwritten by what was seen earlier, but looked
 * at again. A clone that cannot be trusted registers nothing.
 */
export async function levelClone(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  project: Project,
): Promise<FreshClone> {
  for (let look = 1; ; look++) {
    const registry = await seeRegistry(records);
    const clone = await mirrorOf(project).freshClone();
    if (clone.doubts.length > 0) return clone;
    try {
      await registerTopics(records, { project, registry, ...clone });
      return clone;
    } catch (error) {
      if (!(error instanceof RecordsConflict) || look === LOOKS) throw error;
    }
  }
}
