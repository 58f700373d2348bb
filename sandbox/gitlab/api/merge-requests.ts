import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { MergeRequest, Project, User } from '../entities';
import { instant, type Instance } from '../instance';
import { inMergeRequestTurn, keepMergeRequest } from '../merge-requests';
import { mergedTree } from '../merging';
import { paginate } from '../pagination';
import { listIn, queryOf, sent } from '../parameters';
import { conflict, Refusal } from '../refusal';
import type { Api } from '../server';
import { labelList } from './fields';
import { ensureLabels } from './labels';
import { findMergeRequest, presentMergeRequest } from './merge-request-entity';

const newMergeRequest = z.object({
  source_branch: z.string(),
  target_branch: z.string(),
  title: z.string().min(1),
  description: z.string().default(''),
  labels: labelList.default([]),
});
const change = z.object({
  title: z.string().min(1).exactOptional(),
  description: z.string().exactOptional(),
  labels: labelList.exactOptional(),
  add_labels: labelList.exactOptional(),
  remove_labels: labelList.exactOptional(),
  target_branch: z.string().exactOptional(),
  state_event: z.enum(['close', 'reopen']).exactOptional(),
});

export function mergeRequestRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/merge_requests';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const iids = listIn(request, 'iids').map(Number);
    const found = instance.tables.mergeRequests
      .all(project.id)
      .filter((row) => isWanted(row, queryOf(request)) && (iids.length === 0 || iids.includes(row.iid)));
    return paginate(
      found.toReversed().map((row) => presentMergeRequest(instance, project, row)),
      { request, reply },
    );
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newMergeRequest.parse(sent(request));
    // Two requests for the same branches at once must not open two.
    const row = await inMergeRequestTurn(instance, project, () => open(instance, { project, user, wanted }));
    return reply.status(201).send(presentMergeRequest(instance, project, row));
  });
  app.get(`${path}/:iid`, async (request) => {
    const { project, row } = findMergeRequest(instance, request);
    return {
      ...presentMergeRequest(instance, project, row),
      ...(await mergeability(instance, project, row)),
    };
  });
  app.put(`${path}/:iid`, async (request) => {
    const { project, user } = writeProject(instance, request);
    const wanted = change.parse(sent(request));
    return inMergeRequestTurn(instance, project, async () => {
      const { row: before } = findMergeRequest(instance, request);
      const mergeRequest = changedBy(before, wanted);
      ensureLabels(instance, project, mergeRequest.labels);
      const action = actionOf(before, mergeRequest);
      await keepMergeRequest(instance, { project, mergeRequest, action, before, userId: user.id });
      return presentMergeRequest(instance, project, mergeRequest);
    });
  });
}

function isWanted(row: MergeRequest, filter: Readonly<Record<string, string>>): boolean {
  const { state = 'all', source_branch, target_branch, labels, search, updated_after } = filter;
  return (
    (state === 'all' || row.state === state) &&
    (source_branch === undefined || row.source_branch === source_branch) &&
    (target_branch === undefined || row.target_branch === target_branch) &&
    (labels === undefined || labels.split(',').every((label) => row.labels.includes(label))) &&
    (search === undefined || `${row.title}\n${row.description}`.includes(search)) &&
    (updated_after === undefined || Date.parse(row.updated_at) > Date.parse(updated_after))
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
  ensureLabels(instance, project, wanted.labels);
  const at = instant();
  const row: MergeRequest = {
    ...wanted,
    id: instance.store.next('merge-request'),
    iid: instance.store.next(`merge-request-iid-${project.id}`),
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
  await keepMergeRequest(instance, { project, mergeRequest: row, action: 'open', userId: user.id });
  return row;
}

function changedBy(row: MergeRequest, wanted: z.infer<typeof change>): MergeRequest {
  const { state_event: event, add_labels: add = [], remove_labels: remove = [], labels, ...fields } = wanted;
  const kept = (labels ?? row.labels).filter((label) => !remove.includes(label));
  return {
    ...row,
    ...fields,
    state: stateAfter(row.state, event),
    labels: [...new Set([...kept, ...add])],
    updated_at: instant(),
  };
}

function actionOf(before: MergeRequest, after: MergeRequest): 'update' | 'close' | 'reopen' {
  if (before.state === after.state) return 'update';
  return after.state === 'closed' ? 'close' : 'reopen';
}

/** What is merged stays merged. */
function stateAfter(
  state: MergeRequest['state'],
  event: 'close' | 'reopen' | undefined,
): MergeRequest['state'] {
  if (state === 'opened' && event === 'close') return 'closed';
  return state === 'closed' && event === 'reopen' ? 'opened' : state;
}

async function mergeability(instance: Instance, project: Project, row: MergeRequest): Promise<object> {
  if (row.state !== 'opened') return { has_conflicts: false, detailed_merge_status: 'not_open' };
  const repository = instance.repository(project);
  const target = await repository.resolve(`refs/heads/${row.target_branch}`);
  const tree = target === undefined ? undefined : await mergedTree(repository, target, row.sha);
  const isDraft = row.title.startsWith('Draft:');
  return {
    has_conflicts: tree === undefined,
    detailed_merge_status: tree === undefined ? 'conflict' : isDraft ? 'draft_status' : 'mergeable',
    merge_status: tree === undefined ? 'cannot_be_merged' : 'can_be_merged',
  };
}
