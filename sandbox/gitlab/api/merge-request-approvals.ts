import { writeProject } from '../access';
import type { MergeRequest } from '../entities';
import type { Instance } from '../instance';
import { inMergeRequestTurn, keepMergeRequest } from '../merge-requests';
import { sent } from '../parameters';
import { conflict, notFound, unauthorized } from '../refusal';
import type { Api } from '../server';
import { findMergeRequest } from './merge-request-entity';
import { presentUser } from './projects';

export function mergeRequestApprovalRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/merge_requests/:iid';
  app.post(`${path}/approve`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const approved = await inMergeRequestTurn(instance, project, async () => {
      const { row } = findMergeRequest(instance, request);
      const { sha } = sent(request);
      if (sha !== undefined && sha !== row.sha) throw conflict('SHA does not match HEAD of source branch');
      if (row.approved_by.includes(user.id)) throw unauthorized();
      const mergeRequest = { ...row, approved_by: [...row.approved_by, user.id] };
      await keepMergeRequest(instance, { project, mergeRequest, action: 'approved', userId: user.id });
      return mergeRequest;
    });
    return reply.status(201).send(presentApprovals(instance, approved));
  });
  app.post(`${path}/unapprove`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const approved = await inMergeRequestTurn(instance, project, async () => {
      const { row } = findMergeRequest(instance, request);
      if (!row.approved_by.includes(user.id)) throw notFound();
      const mergeRequest = { ...row, approved_by: row.approved_by.filter((id) => id !== user.id) };
      await keepMergeRequest(instance, { project, mergeRequest, action: 'unapproved', userId: user.id });
      return mergeRequest;
    });
    return reply.status(201).send(presentApprovals(instance, approved));
  });
  app.get(`${path}/approvals`, async (request) =>
    presentApprovals(instance, findMergeRequest(instance, request).row),
  );
}

function presentApprovals(instance: Instance, row: MergeRequest): object {
  const isApproved = row.approved_by.length > 0;
  return {
    id: row.id,
    iid: row.iid,
    project_id: row.project_id,
    title: row.title,
    description: row.description,
    state: row.state,
    created_at: row.created_at,
    updated_at: row.updated_at,
    approved: isApproved,
    approved_by: row.approved_by.map((id) => ({ user: presentUser(instance, id) })),
    approvals_required: 1,
    approvals_left: isApproved ? 0 : 1,
  };
}
