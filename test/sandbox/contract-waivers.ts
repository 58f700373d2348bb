import type { JsonType, WrongTypes } from '../support/contracts';

/** What GitLab's own descriptions get wrong or leave out, each by name: one that is no longer needed fails the tests. */

const MERGE_REQUEST = {
  assignees: 'array',
  downvotes: 'integer',
  draft: 'boolean',
  labels: 'array',
  merge_when_pipeline_succeeds: 'boolean',
  reviewers: 'array',
  source_project_id: 'integer',
  squash: 'boolean',
  target_project_id: 'integer',
  upvotes: 'integer',
  user_notes_count: 'integer',
  work_in_progress: 'boolean',
} as const;

/** Definitions type most fields as strings, and lists of things as one, whatever they are. */
export const WRONG_TYPES: WrongTypes = {
  ...fieldsOf('API_Entities_Member', { access_level: 'integer' }),
  ...fieldsOf('API_Entities_Issue', { assignees: 'array' }),
  ...fieldsOf('API_Entities_IssueBasic', { assignees: 'array' }),
  ...fieldsOf('API_Entities_RelatedIssue', { assignees: 'array', issue_link_id: 'integer' }),
  ...fieldsOf('API_Entities_MergeRequestBasic', MERGE_REQUEST),
  ...fieldsOf('API_Entities_MergeRequest', { ...MERGE_REQUEST, has_conflicts: 'boolean' }),
  ...fieldsOf('API_Entities_MergeRequestChanges', {
    ...MERGE_REQUEST,
    changes: 'array',
    overflow: 'boolean',
  }),
  ...fieldsOf('API_Entities_Package', { tags: 'array' }),
  ...fieldsOf('API_Entities_ProjectHook', { id: 'integer', project_id: 'integer' }),
  ...fieldsOf('API_Entities_ProtectedTag', { create_access_levels: 'array' }),
  ...fieldsOf('API_Entities_Release', {
    'assets.links': 'array',
    'assets.sources': 'array',
    evidences: 'array',
  }),
};

function fieldsOf(definition: string, fields: Readonly<Record<string, JsonType>>): WrongTypes {
  return Object.fromEntries(Object.entries(fields).map(([field, type]) => [`${definition}.${field}`, type]));
}

/** Where another entity is answered than the description says. */
export const OTHER_SHAPES: Readonly<Record<string, string>> = {
  'POST /projects/:id/jobs/:job/play': 'API_Entities_Ci_Job',
  'GET /projects/:id/merge_requests/:iid/approvals': 'EE_API_Entities_ApprovalState',
  'POST /projects/:id/merge_requests/:iid/approve': 'EE_API_Entities_ApprovalState',
  'POST /projects/:id/merge_requests/:iid/unapprove': 'EE_API_Entities_ApprovalState',
};

export const LISTS_DECLARED_AS_ONE = [
  'GET /projects/:id/issues',
  'GET /projects/:id/merge_requests',
  'GET /projects/:id/merge_requests/:iid/commits',
  'GET /projects/:id/merge_requests/:iid/diffs',
  'GET /projects/:id/repository/tree',
];

/** Left out of the reduced description. */
export const NOT_DESCRIBED = [
  'DELETE /projects/:id/issues/:iid/notes/:note',
  'DELETE /projects/:id/labels/:label',
  'DELETE /projects/:id/merge_requests/:iid/notes/:note',
  'GET /projects',
  'GET /projects/:id/issues/:iid/notes/:note',
  'GET /projects/:id/labels',
  'GET /projects/:id/labels/:label',
  'GET /projects/:id/merge_requests/:iid/notes/:note',
  'GET /user',
  'GET /users',
  'POST /projects',
  'POST /projects/:id/labels',
  'PUT /projects/:id/labels/:label',
];

/** Described without what is answered; the trace of a job is described as a job. */
export const ANSWER_NOT_DESCRIBED = [
  'GET /projects/:id/hooks/:hook/events',
  'GET /projects/:id/jobs/:job/trace',
  'GET /projects/:id/packages/generic/:name/:version/:file',
  'GET /projects/:id/repository/files/:file',
  'GET /projects/:id/repository/files/:file/raw',
  'POST /projects/:id/hooks/:hook/events/:event/resend',
  'POST /projects/:id/hooks/:hook/test/:trigger',
  'PUT /projects/:id/merge_requests/:iid/rebase',
  'PUT /projects/:id/packages/generic/:name/:version/:file',
];

/** Fields of webhooks that GitLab sends and the documented examples lack. */
export const PAYLOAD_FIELDS = [
  'build.project.ci_config_path',
  'build.user.username',
  'merge_request.changes.description',
  'merge_request.changes.state_id',
  'pipeline.commit.title',
  'pipeline.project.ci_config_path',
  'tag_push.project.ci_config_path',
];

export const HOOK_EVENTS = [
  'tag_push_events',
  'merge_requests_events',
  'pipeline_events',
  'job_events',
  'deployment_events',
  'releases_events',
];
