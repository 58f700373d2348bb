import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Deployment, Project } from '../entities';
import { hookProject, hookUser } from '../hooks/payloads';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf } from '../parameters';
import { notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentUser } from './projects';

const status = z.enum(['created', 'running', 'success', 'failed', 'canceled']);
const newDeployment = z.object({
  environment: z.string(),
  sha: z.string(),
  ref: z.string(),
  tag: z.boolean(),
  status,
});

export function deploymentRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/deployments';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { environment, status: wanted, sort } = queryOf(request);
    const found = instance.tables.deployments
      .all(project.id)
      .filter(
        (row) =>
          (environment === undefined || row.environment === environment) &&
          (wanted === undefined || row.status === wanted),
      );
    const ordered = sort === 'desc' ? found.toReversed() : found;
    return paginate(
      ordered.map((row) => presentDeployment(instance, row)),
      { request, reply },
    );
  });
  app.get(`${path}/:deployment`, async (request) => presentDeployment(instance, find(instance, request).row));
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newDeployment.parse(request.body);
    const sha = await instance.repository(project).resolve(wanted.sha);
    if (sha === undefined) throw new Refusal(400, { message: { sha: ['does not exist'] } });
    const at = instant();
    const id = instance.store.next('deployment');
    const row: Deployment = {
      ...wanted,
      sha,
      id,
      iid: instance.store.next(`deployment-iid-${project.id}`),
      project_id: project.id,
      user_id: user.id,
      created_at: at,
      updated_at: at,
    };
    return reply.status(201).send(presentDeployment(instance, keep(instance, project, row)));
  });
  app.put(`${path}/:deployment`, async (request) => {
    writeProject(instance, request);
    const { project, row } = find(instance, request);
    const { status: next } = z.object({ status }).parse(request.body);
    return presentDeployment(
      instance,
      keep(instance, project, { ...row, status: next, updated_at: instant() }),
    );
  });
}

function keep(instance: Instance, project: Project, row: Deployment): Deployment {
  const body = {
    object_kind: 'deployment',
    status: row.status,
    deployment_id: row.id,
    environment: row.environment,
    short_sha: row.sha.slice(0, 8),
    ref: row.ref,
    deployable_url: null,
    commit_url: `${instance.url}/${project.path_with_namespace}/-/commit/${row.sha}`,
    user: hookUser(instance, row.user_id),
    project: hookProject(instance, project),
  };
  instance.happened({
    project_id: project.id,
    kind: 'call',
    payload: { event: 'Deployment Hook', trigger: 'deployment_events', body },
  });
  return instance.tables.deployments.put(project.id, row.id, row);
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: Deployment } {
  const { project } = readProject(instance, request);
  const row = instance.tables.deployments.get(project.id, numberIn(request, 'deployment'));
  if (row === undefined) throw notFound('Deployment');
  return { project, row };
}

function presentDeployment(
  instance: Instance,
  { user_id, environment, tag: _tag, ...row }: Deployment,
): object {
  return {
    ...row,
    environment: { name: environment },
    user: presentUser(instance, user_id),
    deployable: null,
  };
}
