import type { Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { registerTopics } from './register-topics';

/**
 * The registry, level with the topics of these projects as they are now: a fix that was reworked a moment ago is judged as it is.
 * The same is asked of git where nothing is under embargo, so that a failure tells nothing. A clone that cannot be trusted registers nothing; nor is anything
 * pushed from it.
 */
export async function levelRegistry(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  projects: readonly Project[],
): Promise<readonly Embargo[]> {
  await Promise.all(
    projects.map(async (project) => {
      const clone = await mirrorOf(project).freshClone();
      if (clone.doubts.length === 0) await registerTopics(records, { project, ...clone });
    }),
  );
  return askRecords(() => records.embargoes.all());
}
