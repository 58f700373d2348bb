import type { Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { levelClone } from './level-clone';

/**
 * The registry, level with the topics of these projects as they are now: a fix that was reworked a moment ago is judged as it is.
 * The same is asked of git where nothing is under embargo, so that a failure tells nothing.
 */
export async function levelRegistry(
  outside: Pick<Outside, 'records' | 'mirrorOf'>,
  projects: readonly Project[],
): Promise<readonly Embargo[]> {
  await Promise.all(projects.map((project) => levelClone(outside, project)));
  return askRecords(() => outside.records.embargoes.all());
}
