import type { MergeRequest, Project } from '../entities';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookProject, hookUser } from './payloads';

/** What became of a merge request; `before` is what `changes` is computed from. */
export function mergeRequestPayload(
  instance: Instance,
  {
    project,
    mergeRequest,
    action,
    before,
  }: {
    readonly project: Project;
    readonly mergeRequest: MergeRequest;
    readonly action: string;
    readonly before?: MergeRequest;
  },
): HookCall {
  const { author_id, approved_by: _approvedBy, sha, ...row } = mergeRequest;
  const oldrev = before !== undefined && before.sha !== sha ? { oldrev: before.sha } : {};
  const body = {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: hookUser(instance, author_id),
    project: hookProject(instance, project),
    object_attributes: {
      ...row,
      author_id,
      action,
      ...oldrev,
      source_project_id: project.id,
      target_project_id: project.id,
      last_commit: { id: sha },
      url: `${instance.url}/${project.path_with_namespace}/-/merge_requests/${row.iid}`,
    },
    labels: row.labels.map((title) => ({ title })),
    changes: before === undefined ? {} : changesBetween(before, mergeRequest),
  };
  return { event: 'Merge Request Hook', trigger: 'merge_requests_events', body };
}

const TOLD = ['title', 'description', 'state', 'labels', 'updated_at'] as const;

function changesBetween(previous: MergeRequest, current: MergeRequest): object {
  const changed = TOLD.filter((field) => JSON.stringify(previous[field]) !== JSON.stringify(current[field]));
  return Object.fromEntries(
    changed.map((field) => [field, { previous: previous[field], current: current[field] }]),
  );
}
