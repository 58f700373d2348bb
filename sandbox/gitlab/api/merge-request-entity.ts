import type { MergeRequest, Project } from '../entities';
import type { Instance } from '../instance';
import { presentUser } from './projects';

export function presentMergeRequest(instance: Instance, project: Project, row: MergeRequest): object {
  const { author_id, approved_by, ...fields } = row;
  return {
    ...fields,
    author: presentUser(instance, author_id),
    assignees: [],
    reviewers: [],
    source_project_id: project.id,
    target_project_id: project.id,
    draft: row.title.startsWith('Draft:'),
    merge_user: row.merged_at === null ? null : presentUser(instance, author_id),
    squash_commit_sha: null,
    milestone: null,
    user_notes_count: instance.tables.notes
      .all(project.id)
      .filter((note) => note.noteable_type === 'MergeRequest' && note.noteable_iid === row.iid).length,
    upvotes: approved_by.length,
    web_url: `${instance.url}/${project.path_with_namespace}/-/merge_requests/${row.iid}`,
    references: {
      short: `!${row.iid}`,
      relative: `!${row.iid}`,
      full: `${project.path_with_namespace}!${row.iid}`,
    },
  };
}
