import { ZERO_SHA, type GitRef } from './git-repository';
import type { Project } from './entities';
import type { PushedRef, PushEvent } from './happenings';
import type { Instance } from './instance';

export interface Noticing {
  readonly project: Project;
  readonly userId: number;
  /** The refs that were pushed, so that what others push at the same time is told as theirs; all of them by default. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Compares the repository with what was last seen of it and notes the difference, in one transaction with the new sight.
 * Asked after every push and once at start, so a push whose server died before telling anybody is told of all the same.
 */
export async function noticePushes(instance: Instance, { project, userId, only }: Noticing): Promise<void> {
  // Of two that compare at once, the one with the older sight would tell of the other's news backwards.
  await instance.turns.take(`notice ${project.id}`, async () => {
    const refs = (await instance.repository(project).refs()).filter(isTold);
    instance.store.transaction(() => {
      noteDifference(instance, { project, userId, only, refs });
    });
  });
}

function noteDifference(
  instance: Instance,
  { project, userId, only, refs }: Noticing & { readonly refs: readonly GitRef[] },
): void {
  const isAsked = (ref: string) => only === undefined || only.includes(ref);
  const rows = instance.tables.seenRefs.all(project.id).filter(({ ref }) => isAsked(ref));
  const seen = new Map(rows.map(({ ref, sha }) => [ref, sha]));
  const changed: PushedRef[] = [];
  for (const { name, object } of refs.filter((one) => isAsked(one.name))) {
    const before = seen.get(name) ?? ZERO_SHA;
    seen.delete(name);
    if (before === object) continue;
    instance.tables.seenRefs.put(project.id, name, { ref: name, sha: object });
    changed.push({ ref: name, before, after: object });
  }
  for (const [ref, before] of seen) {
    instance.tables.seenRefs.remove(project.id, ref);
    changed.push({ ref, before, after: ZERO_SHA });
  }
  if (changed.length === 0) return;
  const payload: PushEvent = { userId, refs: changed };
  instance.happened({ project_id: project.id, kind: 'push', payload });
}

/** Takes the refs as they are for old news: nobody is told of them. */
export async function forgetNews(instance: Instance, project: Project): Promise<void> {
  const refs = await instance.repository(project).refs();
  instance.store.transaction(() => {
    for (const { name, object } of refs.filter(isTold))
      instance.tables.seenRefs.put(project.id, name, { ref: name, sha: object });
  });
}

function isTold({ name }: GitRef): boolean {
  return /^refs\/(heads|tags)\//.test(name);
}
