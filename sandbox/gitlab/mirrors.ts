import type { Project, RemoteMirror } from './entities';
import { GitRefusal } from './git-repository';
import { instant, type Instance } from './instance';
import { protectionOf } from './protections';

/** Brings every push mirror of the project level; what goes wrong stands on the mirror, as with GitLab. */
export async function pushMirrors(instance: Instance, project: Project): Promise<void> {
  for (const mirror of instance.tables.remoteMirrors.all(project.id)) {
    if (mirror.enabled) await pushMirror(instance, project, mirror);
  }
}

/** One after the other for each mirror, so that an older state never overtakes a newer one. */
export function pushMirror(instance: Instance, project: Project, { id, url }: RemoteMirror): Promise<void> {
  return instance.turns.take(`mirror ${project.id} ${id}`, async () => {
    const mirror = keep(instance, project, { id, change: { update_status: 'started' } });
    if (mirror === undefined) return;
    const outcome = await instance
      .repository(project)
      .git(['push', '--porcelain', url, ...(await refspecsOf(instance, project, mirror))])
      .then(() => ({ update_status: 'finished' as const, last_error: null }))
      .catch((error: unknown) => ({
        update_status: 'failed' as const,
        last_error: error instanceof GitRefusal ? error.message : String(error),
      }));
    keep(instance, project, { id, change: { ...outcome, last_update_at: instant() } });
  });
}

/** A mirror that was removed or changed meanwhile stays so. */
function keep(
  { tables, store }: Instance,
  project: Project,
  { id, change }: { readonly id: number; readonly change: Partial<RemoteMirror> },
): RemoteMirror | undefined {
  return store.transaction(() => {
    const row = tables.remoteMirrors.get(project.id, id);
    return row === undefined ? undefined : tables.remoteMirrors.put(project.id, id, { ...row, ...change });
  });
}

async function refspecsOf(
  instance: Instance,
  project: Project,
  { keep_divergent_refs: keepsDivergent, only_protected_branches: onlyProtected }: RemoteMirror,
): Promise<readonly string[]> {
  const force = keepsDivergent ? '' : '+';
  if (!onlyProtected) return [`${force}refs/heads/*:refs/heads/*`, 'refs/tags/*:refs/tags/*'];
  const protections = instance.tables.protectedBranches.all(project.id);
  const branches = (await instance.repository(project).refs('refs/heads/')).filter(
    ({ name }) => protectionOf(protections, name.replace('refs/heads/', '')) !== undefined,
  );
  return [...branches.map(({ name }) => `${force}${name}:${name}`), 'refs/tags/*:refs/tags/*'];
}
