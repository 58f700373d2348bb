import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Environment, Project } from '../entities';
import { addEnvironment, environmentNamed, slugOf } from '../environments';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf, sent } from '../parameters';
import { forbidden, notFound, Refusal } from '../refusal';
import type { Api } from '../server';

const fields = {
  tier: z.enum(['production', 'staging', 'testing', 'development', 'other']).exactOptional(),
  external_url: z.string().nullable().exactOptional(),
};
const newEnvironment = z.object({ name: z.string().min(1), ...fields });
const change = z.object(fields);

export function environmentRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/environments';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { name, search = '', states } = queryOf(request);
    const found = instance.tables.environments
      .all(project.id)
      .filter(
        (one) =>
          (name === undefined || one.name === name) &&
          one.name.includes(search) &&
          (states === undefined || one.state === states),
      );
    return paginate(found.map(presentEnvironment), { request, reply });
  });
  app.get(`${path}/:environment`, async (request) => presentEnvironment(find(instance, request).row));
  app.post(path, async (request, reply) => {
    const { project } = writeProject(instance, request);
    const wanted = newEnvironment.parse(sent(request));
    if (environmentNamed(instance, project, wanted.name) !== undefined)
      throw new Refusal(400, { message: { name: ['has already been taken'] } });
    return reply.status(201).send(presentEnvironment(addEnvironment(instance, project, wanted)));
  });
  app.put(`${path}/:environment`, async (request) => {
    writeProject(instance, request);
    const { project, row } = find(instance, request);
    const changed = { ...row, ...change.parse(sent(request)), updated_at: instant() };
    return presentEnvironment(instance.tables.environments.put(project.id, row.id, changed));
  });
  app.post(`${path}/:environment/stop`, async (request) => {
    writeProject(instance, request);
    const { project, row } = find(instance, request);
    const stopped: Environment = { ...row, state: 'stopped', updated_at: instant() };
    return presentEnvironment(instance.tables.environments.put(project.id, row.id, stopped));
  });
  app.delete(`${path}/:environment`, async (request, reply) => {
    writeProject(instance, request);
    const { project, row } = find(instance, request);
    if (row.state !== 'stopped') throw forbidden();
    instance.tables.environments.remove(project.id, row.id);
    return reply.status(204).send();
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: Environment } {
  const { project } = readProject(instance, request);
  const row = instance.tables.environments.get(project.id, numberIn(request, 'environment'));
  if (row === undefined) throw notFound('Environment');
  return { project, row };
}

function presentEnvironment(row: Environment): Environment & { readonly [field: string]: unknown } {
  return { ...row, slug: slugOf(row.name) };
}
