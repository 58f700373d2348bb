import { isUndisclosed, type Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { freshClone } from './fresh-clone';
import { registerTopics } from './register-topics';

/**
 * The registry, level with the topics of these projects as they are now: a fix that was reworked a moment ago is judged as it is.
 * Where nothing is under embargo nothing is asked of git. A clone that cannot be trusted registers nothing; nor is anything
 * pushed from it.
 */
export async function levelRegistry(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  projects: readonly Project[],
): Promise<readonly Embargo[]> {
  const known = await askRecords(() => records.embargoes.all());
  if (!known.some(isUndisclosed)) return known;
  await Promise.all(
    projects.map(async (project) => {
      const { directory, store, doubts } = await freshClone(mirrorOf(project));
      if (doubts.length === 0) await registerTopics(records, { project, directory, store });
    }),
  );
  return askRecords(() => records.embargoes.all());
}
