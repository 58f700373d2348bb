import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maintainProject } from '../access';
import type { DeployKey, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, sent } from '../parameters';
import { notFound } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';

const newKey = z.object({
  title: z.string().min(1),
  key: z.string().regex(/^[\w-]+ [A-Za-z0-9+/=]+/),
  can_push: flag.default(false),
  expires_at: z.iso.datetime().nullable().default(null),
});

export function deployKeyRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/deploy_keys';
  const { deployKeys } = instance.tables;
  app.get(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    return paginate(deployKeys.all(project.id).map(presentKey), { request, reply });
  });
  app.get(`${path}/:key`, async (request) => presentKey(find(instance, request).row));
  app.post(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const wanted = newKey.parse(sent(request));
    const id = instance.store.next('deploy_key');
    const row = deployKeys.put(project.id, id, { id, ...wanted, created_at: instant() });
    return reply.status(201).send(presentKey(row));
  });
  app.delete(`${path}/:key`, async (request, reply) => {
    const { project, row } = find(instance, request);
    deployKeys.remove(project.id, row.id);
    return reply.status(204).send();
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: DeployKey } {
  const { project } = maintainProject(instance, request);
  const row = instance.tables.deployKeys.get(project.id, numberIn(request, 'key'));
  if (row === undefined) throw notFound('Deploy Key');
  return { project, row };
}

function presentKey(row: DeployKey): object {
  const bytes = Buffer.from(row.key.split(' ')[1] ?? '', 'base64');
  const md5 = createHash('md5').update(bytes).digest('hex');
  const sha256 = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  return {
    ...row,
    fingerprint: md5.match(/../g)?.join(':') ?? '',
    fingerprint_sha256: `SHA256:${sha256}`,
    usage_type: 'auth_and_signing',
    last_used_at: null,
  };
}
