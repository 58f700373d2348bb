import type { FastifyRequest } from 'fastify';
import { readProject } from '../access';
import type { MergeRequest, Project } from '../entities';
import type { Instance } from '../instance';
import { numberIn } from '../parameters';
import { notFound } from '../refusal';
import { presentUser } from './projects';

/** @throws Refusal 404 */
export function findMergeRequest(
  instance: Instance,
  request: FastifyRequest,
): { readonly project: Project; readonly row: MergeRequest } {
  const { project } = readProject(instance, request);
  const row = instance.tables.mergeRequests.get(project.id, numberIn(request, 'iid'));
  if (row === undefined) throw notFound('Merge Request');
  return { project, row };
}

export function presentMergeRequest(instance: Instance, project: Project, row: MergeRequest): object {
  const { author_id, approved_by, ...fields } = row;
  const isDraft = row.title.startsWith('Draft:');
  const merged = row.merged_at === null ? null : presentUser(instance, author_id);
  return {
    ...fields,
    author: presentUser(instance, author_id),
    assignees: [],
    assignee: null,
    reviewers: [],
    source_project_id: project.id,
    target_project_id: project.id,
    draft: isDraft,
    work_in_progress: isDraft,
    merge_user: merged,
    merged_by: merged,
    closed_at: row.state === 'closed' ? row.updated_at : null,
    closed_by: null,
    squash: false,
    squash_commit_sha: null,
    merge_when_pipeline_succeeds: false,
    milestone: null,
    user_notes_count: instance.tables.notes
      .all(project.id)
      .filter((note) => note.noteable_type === 'MergeRequest' && note.noteable_iid === row.iid).length,
    upvotes: approved_by.length,
    downvotes: 0,
    web_url: `${instance.url}/${project.path_with_namespace}/-/merge_requests/${row.iid}`,
    references: {
      short: `!${row.iid}`,
      relative: `!${row.iid}`,
      full: `${project.path_with_namespace}!${row.iid}`,
    },
  };
}
