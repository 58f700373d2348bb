import { commitsBySha } from '../api/commit-entity';
import type { Project } from '../entities';
import { ZERO_SHA } from '../git-repository';
import type { HookCall, PushedRef } from '../happenings';
import type { Instance } from '../instance';
import { protectionOf } from '../protections';
import { described, hookProject } from './payload-parts';

/** Only so many commits are listed; `total_commits_count` has the true number. */
const LISTED = 20;

export async function pushPayload(
  instance: Instance,
  {
    project,
    pushed,
    userId,
  }: { readonly project: Project; readonly pushed: PushedRef; readonly userId: number },
): Promise<HookCall> {
  const isTag = pushed.ref.startsWith('refs/tags/');
  const kind = isTag ? 'tag_push' : 'push';
  const shas = await newCommits(instance, { project, pushed });
  const listed = shas.slice(-LISTED);
  const commitOf = await commitsBySha(instance, { project, shas: listed });
  const sha = await instance.repository(project).resolve(pushed.after);
  const user = instance.tables.users.get(0, userId);
  const body = {
    object_kind: kind,
    event_name: kind,
    before: pushed.before,
    after: pushed.after,
    ref: pushed.ref,
    ref_protected: isProtected(instance, project, pushed.ref),
    checkout_sha: pushed.after === ZERO_SHA ? null : (sha ?? null),
    user_id: userId,
    user_name: user?.name ?? 'Ghost User',
    user_avatar: null,
    project_id: project.id,
    project: hookProject(instance, project),
    commits: listed.map((id) => described(commitOf(id))),
    total_commits_count: shas.length,
  };
  return isTag
    ? { event: 'Tag Push Hook', trigger: 'tag_push_events', body }
    : { event: 'Push Hook', trigger: 'push_events', body };
}

function isProtected({ tables }: Instance, { id }: Project, ref: string): boolean {
  const table = ref.startsWith('refs/tags/') ? tables.protectedTags : tables.protectedBranches;
  return protectionOf(table.all(id), ref.replace(/^refs\/(heads|tags)\//, '')) !== undefined;
}

async function newCommits(
  instance: Instance,
  { project, pushed }: { readonly project: Project; readonly pushed: PushedRef },
): Promise<readonly string[]> {
  if (pushed.before === ZERO_SHA || pushed.after === ZERO_SHA) return [];
  const text = await instance
    .repository(project)
    .git(['rev-list', '--reverse', pushed.after, `^${pushed.before}`])
    .catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
