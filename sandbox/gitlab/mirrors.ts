import type { Project } from './entities';
import { GitRefusal } from './git-repository';
import { instant, type Instance } from './instance';

/** Brings every push mirror of the project level; what goes wrong stands on the mirror, as with GitLab. */
export async function pushMirrors(instance: Instance, project: Project): Promise<void> {
  for (const mirror of instance.tables.remoteMirrors.all(project.id)) {
    if (!mirror.enabled) continue;
    const refs = mirror.keep_divergent_refs
      ? ['refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*']
      : ['+refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*'];
    const outcome = await instance
      .repository(project)
      .git(['push', '--porcelain', mirror.url, ...refs])
      .then(() => ({ update_status: 'finished' as const, last_error: null }))
      .catch((error: unknown) => ({
        update_status: 'failed' as const,
        last_error: error instanceof GitRefusal ? error.message : String(error),
      }));
    instance.tables.remoteMirrors.put(project.id, mirror.id, {
      ...mirror,
      ...outcome,
      last_update_at: instant(),
    });
  }
}
