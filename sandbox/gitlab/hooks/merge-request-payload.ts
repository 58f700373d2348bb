import type { MergeRequest, Project } from '../entities';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookCommit, hookProject, hookUser, hookTime } from './payload-parts';
import { hookLabels } from './labels';

const STATE_IDS = { opened: 1, closed: 2, merged: 3 } as const;

/** `approval` and `unapproval` are one user's; `approved` and `unapproved` the merge request's. */
export type MergeRequestAction = 'open' | 'close' | 'reopen' | 'update' | 'approved' | 'unapproved' | 'merge';

export interface MergeRequestNews {
  readonly project: Project;
  readonly mergeRequest: MergeRequest;
  readonly action: MergeRequestAction;
  /** Who did it; the author where nobody is known. */
  readonly userId?: number;
  /** What `changes` is computed from. */
  readonly before?: MergeRequest;
}

export async function mergeRequestPayload(
  instance: Instance,
  { project, mergeRequest: row, action, before, userId = row.author_id }: MergeRequestNews,
): Promise<HookCall> {
  const oldrev = before !== undefined && before.sha !== row.sha ? { oldrev: before.sha } : {};
  const labels = hookLabels(instance, project, row.labels);
  const isDraft = row.title.startsWith('Draft:');
  const { id, iid, target_branch, source_branch, author_id, title, description, state } = row;
  const body = {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: hookUser(instance, userId),
    project: hookProject(instance, project),
    object_attributes: {
      id,
      iid,
      target_branch,
      source_branch,
      author_id,
      title,
      description,
      state,
      state_id: STATE_IDS[state],
      source_project_id: project.id,
      target_project_id: project.id,
      created_at: row.created_at,
      updated_at: row.updated_at,
      merge_commit_sha: row.merge_commit_sha,
      draft: isDraft,
      work_in_progress: isDraft,
      last_commit: await hookCommit(instance, project, row.sha),
      labels,
      url: `${instance.url}/${project.path_with_namespace}/-/merge_requests/${iid}`,
      action,
      ...oldrev,
    },
    labels,
    changes: before === undefined ? {} : changesBetween(instance, { project, before, after: row }),
    assignees: [],
    reviewers: [],
  };
  return { event: 'Merge Request Hook', trigger: 'merge_requests_events', body };
}

function changesBetween(
  instance: Instance,
  {
    project,
    before,
    after,
  }: { readonly project: Project; readonly before: MergeRequest; readonly after: MergeRequest },
): object {
  const told = (row: MergeRequest) => ({
    title: row.title,
    description: row.description,
    target_branch: row.target_branch,
    state_id: STATE_IDS[row.state],
    draft: row.title.startsWith('Draft:'),
    labels: hookLabels(instance, project, row.labels),
    updated_at: hookTime(row.updated_at),
  });
  const [previous, current] = [Object.entries(told(before)), Object.values(told(after))];
  const changed = previous
    .map(([name, value], index) => [name, { previous: value, current: current[index] }] as const)
    .filter(([, values]) => JSON.stringify(values.previous) !== JSON.stringify(values.current));
  return Object.fromEntries(changed);
}
