import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maintainProject } from '../access';
import type { Project, RemoteMirror } from '../entities';
import type { Instance } from '../instance';
import { pushMirror } from '../mirrors';
import { paginate } from '../pagination';
import { numberIn, sent } from '../parameters';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';

const newMirror = z.object({
  url: z.string(),
  enabled: flag.default(false),
  only_protected_branches: flag.default(false),
  keep_divergent_refs: flag.default(false),
});
const change = z.object({
  enabled: flag.exactOptional(),
  only_protected_branches: flag.exactOptional(),
  keep_divergent_refs: flag.exactOptional(),
});

export function remoteMirrorRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/remote_mirrors';
  const { remoteMirrors } = instance.tables;
  app.get(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    return paginate(remoteMirrors.all(project.id).map(presentMirror), { request, reply });
  });
  app.get(`${path}/:mirror`, async (request) => presentMirror(find(instance, request).row));
  app.post(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const wanted = newMirror.parse(sent(request));
    if (!/^(https?|ssh|git):\/\/./.test(wanted.url))
      throw new Refusal(400, {
        message: { url: ['is blocked: Only allowed schemes are http, https, ssh, git'] },
      });
    const id = instance.store.next('remote_mirror');
    const row = remoteMirrors.put(project.id, id, {
      id,
      project_id: project.id,
      ...wanted,
      update_status: 'none',
      last_error: null,
      last_update_at: null,
    });
    return reply.status(201).send(presentMirror(row));
  });
  app.put(`${path}/:mirror`, async (request) => {
    const { project, row } = find(instance, request);
    const changed = { ...row, ...change.parse(sent(request)) };
    return presentMirror(remoteMirrors.put(project.id, row.id, changed));
  });
  app.delete(`${path}/:mirror`, async (request, reply) => {
    const { project, row } = find(instance, request);
    remoteMirrors.remove(project.id, row.id);
    return reply.status(204).send();
  });
  app.post(`${path}/:mirror/sync`, async (request, reply) => {
    const { project, row } = find(instance, request);
    if (!row.enabled) throw badRequest('Mirror is disabled');
    void instance.ongoing.track(pushMirror(instance, project, row));
    return reply.status(204).send();
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; row: RemoteMirror } {
  const { project } = maintainProject(instance, request);
  const row = instance.tables.remoteMirrors.get(project.id, numberIn(request, 'mirror'));
  if (row === undefined) throw notFound('Remote Mirror');
  return { project, row };
}

/** User and password are shown to nobody. */
function presentMirror({ project_id: _project, ...row }: RemoteMirror): Omit<RemoteMirror, 'project_id'> & {
  readonly [field: string]: unknown;
} {
  const hidden = row.url.replace(/^(\w+:\/\/)[^@/]+@/, '$1*****:*****@');
  return {
    ...row,
    url: hidden,
    last_successful_update_at: row.update_status === 'finished' ? row.last_update_at : null,
    last_update_started_at: row.last_update_at,
  };
}
