import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { MergeRequest, Project, User } from '../entities';
import { lines } from '../git-repository';
import { mergeRequestPayload } from '../hooks/merge-request-payload';
import { instant, type Instance } from '../instance';
import { mergeBranches } from '../merging';
import { paginate } from '../pagination';
import { numberIn, queryOf, sent } from '../parameters';
import { noticePushes } from '../pushes';
import { conflict, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { labelList } from './label-list';
import { presentCommits } from './commit-entity';
import { presentMergeRequest } from './merge-request-entity';
import { presentUser } from './projects';

const newMergeRequest = z.object({
  source_branch: z.string(),
  target_branch: z.string(),
  title: z.string().min(1),
  description: z.string().default(''),
  labels: labelList.default([]),
});
const change = z.object({
  title: z.string().min(1).optional(),
  description: z.string().optional(),
  labels: labelList.optional(),
  add_labels: labelList.optional(),
  remove_labels: labelList.optional(),
  target_branch: z.string().optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
});
const mergeOptions = z.object({ sha: z.string().optional(), merge_commit_message: z.string().optional() });

export function mergeRequestRoutes(api: Api): void {
  const { app, instance } = api;
  const path = '/api/v4/projects/:id/merge_requests';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const found = instance.tables.mergeRequests
      .all(project.id)
      .filter((row) => isWanted(row, queryOf(request)));
    return paginate(
      found.toReversed().map((row) => presentMergeRequest(instance, project, row)),
      { request, reply },
    );
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const row = await open(instance, { project, user, wanted: newMergeRequest.parse(request.body) });
    return reply.status(201).send(presentMergeRequest(instance, project, row));
  });
  app.get(`${path}/:iid`, async (request) => {
    const { project, row } = find(instance, request);
    return {
      ...presentMergeRequest(instance, project, row),
      ...(await mergeability(instance, project, row)),
    };
  });
  app.put(`${path}/:iid`, async (request) => {
    const { project } = writeProject(instance, request);
    const { row } = find(instance, request);
    const changed = tell(instance, {
      project,
      before: row,
      after: { ...row, ...changeOf(row, change.parse(request.body)) },
    });
    return presentMergeRequest(instance, project, changed);
  });
  app.put(`${path}/:iid/merge`, async (request) => {
    const { project, user } = writeProject(instance, request);
    const { row } = find(instance, request);
    const options = mergeOptions.parse(request.body ?? {});
    return presentMergeRequest(instance, project, await merge(instance, { project, user, row, options }));
  });
  approvalRoutes(api, path);
  contentRoutes(api, path);
}

function approvalRoutes({ app, instance }: Api, path: string): void {
  app.post(`${path}/:iid/approve`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const { row } = find(instance, request);
    const { sha } = sent(request);
    if (sha !== undefined && sha !== row.sha) throw conflict('SHA does not match HEAD of source branch');
    if (row.approved_by.includes(user.id)) throw new Refusal(401, { message: '401 Unauthorized' });
    const after = instance.tables.mergeRequests.put(project.id, row.iid, {
      ...row,
      approved_by: [...row.approved_by, user.id],
    });
    instance.happened({
      project_id: project.id,
      kind: 'call',
      payload: mergeRequestPayload(instance, { project, mergeRequest: after, action: 'approved' }),
    });
    return reply.status(201).send(presentApprovals(instance, after));
  });
  app.get(`${path}/:iid/approvals`, async (request) =>
    presentApprovals(instance, find(instance, request).row),
  );
}

function presentApprovals(instance: Instance, row: MergeRequest): object {
  return {
    id: row.id,
    iid: row.iid,
    approved: row.approved_by.length > 0,
    approved_by: row.approved_by.map((id) => ({ user: presentUser(instance, id) })),
    approvals_required: 1,
    approvals_left: row.approved_by.length > 0 ? 0 : 1,
  };
}

function contentRoutes({ app, instance }: Api, path: string): void {
  app.get(`${path}/:iid/commits`, async (request, reply) => {
    const { project, row } = find(instance, request);
    const base = baseOf(row);
    const commits = await presentCommits(instance, { project, args: [row.sha, `^${base}`] });
    return paginate(commits, { request, reply });
  });
  for (const name of ['changes', 'diffs']) {
    app.get(`${path}/:iid/${name}`, async (request, reply) => {
      const { project, row } = find(instance, request);
      const text = await instance
        .repository(project)
        .git(['diff', '--name-only', `${baseOf(row)}...${row.sha}`]);
      const changes = lines(text).map((file) => ({
        old_path: file,
        new_path: file,
        new_file: false,
        renamed_file: false,
        deleted_file: false,
        diff: '',
      }));
      if (name === 'diffs') return paginate(changes, { request, reply });
      return {
        ...presentMergeRequest(instance, project, row),
        changes,
        changes_count: String(changes.length),
      };
    });
  }
}

/** Where the merge request begins: before its merge once merged. */
function baseOf(row: MergeRequest): string {
  return row.merge_commit_sha === null ? `refs/heads/${row.target_branch}` : `${row.merge_commit_sha}^1`;
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: MergeRequest } {
  const { project } = readProject(instance, request);
  const row = instance.tables.mergeRequests.get(project.id, numberIn(request, 'iid'));
  if (row === undefined) throw notFound('Merge Request');
  return { project, row };
}

interface Filter {
  readonly state?: string;
  readonly source_branch?: string;
  readonly target_branch?: string;
  readonly labels?: string;
  readonly search?: string;
  readonly updated_after?: string;
}

function isWanted(row: MergeRequest, filter: Filter): boolean {
  const { state = 'all', source_branch, target_branch, labels, search, updated_after } = filter;
  return (
    (state === 'all' || row.state === state) &&
    (source_branch === undefined || row.source_branch === source_branch) &&
    (target_branch === undefined || row.target_branch === target_branch) &&
    (labels === undefined || labels.split(',').every((label) => row.labels.includes(label))) &&
    (search === undefined || `${row.title}\n${row.description}`.includes(search)) &&
    (updated_after === undefined || row.updated_at > updated_after)
  );
}

async function open(
  instance: Instance,
  { project, user, wanted }: { project: Project; user: User; wanted: z.infer<typeof newMergeRequest> },
): Promise<MergeRequest> {
  const repository = instance.repository(project);
  const [source, target] = await Promise.all([
    repository.resolve(`refs/heads/${wanted.source_branch}`),
    repository.resolve(`refs/heads/${wanted.target_branch}`),
  ]);
  if (source === undefined) throw new Refusal(400, { message: { source_branch: ['does not exist'] } });
  if (target === undefined) throw new Refusal(400, { message: { target_branch: ['does not exist'] } });
  const twin = instance.tables.mergeRequests
    .all(project.id)
    .find(
      (row) =>
        row.state === 'opened' &&
        row.source_branch === wanted.source_branch &&
        row.target_branch === wanted.target_branch,
    );
  if (twin !== undefined)
    throw conflict([`Another open merge request already exists for this source branch: !${twin.iid}`]);
  const iid = instance.store.next(`merge-request-iid-${project.id}`);
  const at = instant();
  const row: MergeRequest = {
    ...wanted,
    id: instance.store.next('merge-request'),
    iid,
    project_id: project.id,
    state: 'opened',
    author_id: user.id,
    sha: source,
    merge_commit_sha: null,
    approved_by: [],
    created_at: at,
    updated_at: at,
    merged_at: null,
  };
  instance.happened({
    project_id: project.id,
    kind: 'call',
    payload: mergeRequestPayload(instance, { project, mergeRequest: row, action: 'open' }),
  });
  return instance.tables.mergeRequests.put(project.id, iid, row);
}

function changeOf(row: MergeRequest, wanted: z.infer<typeof change>): Partial<MergeRequest> {
  const { state_event: event, add_labels: add = [], remove_labels: remove = [], labels, ...fields } = wanted;
  const state = event === undefined ? row.state : event === 'close' ? 'closed' : 'opened';
  const kept = (labels ?? row.labels).filter((label) => !remove.includes(label));
  const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...told, state, labels: [...new Set([...kept, ...add])], updated_at: instant() };
}

function tell(
  instance: Instance,
  { project, before, after }: { project: Project; before: MergeRequest; after: MergeRequest },
): MergeRequest {
  const payload = mergeRequestPayload(instance, { project, mergeRequest: after, action: 'update', before });
  instance.happened({ project_id: project.id, kind: 'call', payload });
  return instance.tables.mergeRequests.put(project.id, after.iid, after);
}

async function mergeability(instance: Instance, project: Project, row: MergeRequest): Promise<object> {
  if (row.state !== 'opened') return { has_conflicts: false, detailed_merge_status: 'not_open' };
  const tried = await instance
    .repository(project)
    .git(['merge-tree', '--write-tree', `refs/heads/${row.target_branch}`, row.sha])
    .then(
      () => true,
      () => false,
    );
  return {
    has_conflicts: !tried,
    detailed_merge_status: tried ? 'mergeable' : 'conflict',
    merge_status: tried ? 'can_be_merged' : 'cannot_be_merged',
  };
}

async function merge(
  instance: Instance,
  {
    project,
    user,
    row,
    options,
  }: { project: Project; user: User; row: MergeRequest; options: z.infer<typeof mergeOptions> },
): Promise<MergeRequest> {
  if (row.state !== 'opened') throw new Refusal(405, { message: '405 Method Not Allowed' });
  if (options.sha !== undefined && options.sha !== row.sha)
    throw conflict('SHA does not match HEAD of source branch');
  const message =
    options.merge_commit_message ??
    `Merge branch '${row.source_branch}' into '${row.target_branch}'\n\n${row.title}\n\nSee merge request ${project.path_with_namespace}!${row.iid}`;
  const merged = await mergeBranches(instance.repository(project), {
    target: row.target_branch,
    source: row.sha,
    message,
    user,
  });
  if (merged === undefined) throw new Refusal(422, { message: 'Branch cannot be merged' });
  const at = instant();
  const after: MergeRequest = {
    ...row,
    state: 'merged',
    merge_commit_sha: merged,
    merged_at: at,
    updated_at: at,
  };
  instance.happened({
    project_id: project.id,
    kind: 'call',
    payload: mergeRequestPayload(instance, { project, mergeRequest: after, action: 'merge', before: row }),
  });
  instance.tables.mergeRequests.put(project.id, row.iid, after);
  await noticePushes(instance, { project, userId: user.id });
  return after;
}
