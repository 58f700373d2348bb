import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Deployment, Project } from '../entities';
import { addEnvironment, environmentNamed, slugOf } from '../environments';
import { deploymentPayload } from '../hooks/deployment-payload';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf, sent } from '../parameters';
import { notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';
import { presentUser } from './projects';

const status = z.enum(['created', 'running', 'success', 'failed', 'canceled']);
const newDeployment = z.object({
  environment: z.string().min(1),
  sha: z.string(),
  ref: z.string(),
  tag: flag,
  status,
});

export function deploymentRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/deployments';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const found = instance.tables.deployments
      .all(project.id)
      .filter((row) => isWanted(row, queryOf(request)));
    const ordered = ordering(found, queryOf(request));
    return paginate(
      ordered.map((row) => presentDeployment(instance, project, row)),
      { request, reply },
    );
  });
  app.get(`${path}/:deployment`, async (request) => {
    const { project, row } = find(instance, request);
    return presentDeployment(instance, project, row);
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newDeployment.parse(sent(request));
    const sha = await instance.repository(project).resolve(wanted.sha);
    if (sha === undefined) throw new Refusal(400, { message: { sha: ['does not exist'] } });
    if (environmentNamed(instance, project, wanted.environment) === undefined)
      addEnvironment(instance, project, { name: wanted.environment });
    const at = instant();
    const row: Deployment = {
      ...wanted,
      sha,
      id: instance.store.next('deployment'),
      iid: instance.store.next(`deployment-iid-${project.id}`),
      project_id: project.id,
      user_id: user.id,
      created_at: at,
      updated_at: at,
    };
    await keep(instance, project, row);
    return reply.status(201).send(presentDeployment(instance, project, row));
  });
  app.put(`${path}/:deployment`, async (request) => {
    writeProject(instance, request);
    const { project, row } = find(instance, request);
    const { status: next } = z.object({ status }).parse(sent(request));
    const changed = { ...row, status: next, updated_at: instant() };
    if (next !== row.status) await keep(instance, project, changed);
    return presentDeployment(instance, project, changed);
  });
}

function isWanted(row: Deployment, filter: Readonly<Record<string, string>>): boolean {
  const { environment, status: wanted, updated_after: after, updated_before: before } = filter;
  return (
    (environment === undefined || row.environment === environment) &&
    (wanted === undefined || row.status === wanted) &&
    (after === undefined || Date.parse(row.updated_at) >= Date.parse(after)) &&
    (before === undefined || Date.parse(row.updated_at) <= Date.parse(before))
  );
}

function ordering(
  rows: readonly Deployment[],
  { sort, order_by: by = 'id' }: Readonly<Record<string, string>>,
): readonly Deployment[] {
  const key = (row: Deployment) => (by === 'updated_at' ? Date.parse(row.updated_at) : row.id);
  const ordered = rows.toSorted((a, b) => key(a) - key(b));
  return sort === 'desc' ? ordered.toReversed() : ordered;
}

/** One that has been created and not begun is nobody's news. */
async function keep(instance: Instance, project: Project, row: Deployment): Promise<void> {
  const environment = environmentNamed(instance, project, row.environment);
  const payload = await deploymentPayload(instance, { project, deployment: row, environment });
  instance.store.transaction(() => {
    instance.tables.deployments.put(project.id, row.id, row);
    if (row.status !== 'created') instance.happened({ project_id: project.id, kind: 'call', payload });
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: Deployment } {
  const { project } = readProject(instance, request);
  const row = instance.tables.deployments.get(project.id, numberIn(request, 'deployment'));
  if (row === undefined) throw notFound('Deployment');
  return { project, row };
}

function presentDeployment(
  instance: Instance,
  project: Project,
  { user_id, environment: name, tag: _tag, project_id: _project, ...row }: Deployment,
): object {
  const environment = environmentNamed(instance, project, name);
  return {
    ...row,
    environment: {
      id: environment?.id ?? null,
      name,
      slug: slugOf(name),
      external_url: environment?.external_url ?? null,
    },
    user: presentUser(instance, user_id),
    deployable: null,
  };
}
