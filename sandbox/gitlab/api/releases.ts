import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Project, Release } from '../entities';
import { hookProject } from '../hooks/payloads';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter } from '../parameters';
import { conflict, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentCommit } from './commit-entity';
import { presentUser } from './projects';

const link = z.object({ name: z.string(), url: z.string() });
const newRelease = z.object({
  tag_name: z.string().min(1),
  ref: z.string().optional(),
  name: z.string().optional(),
  description: z.string().default(''),
  released_at: z.string().optional(),
  assets: z.object({ links: z.array(link).default([]) }).optional(),
});
const change = z.object({ name: z.string().optional(), description: z.string().optional() });

export function releaseRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/releases';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const page = paginate(instance.tables.releases.all(project.id).toReversed(), { request, reply });
    return Promise.all(page.map((release) => presentRelease(instance, project, release)));
  });
  app.get(`${path}/:tag`, async (request) => {
    const { project, release } = find(instance, request);
    return presentRelease(instance, project, release);
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newRelease.parse(request.body);
    if (instance.tables.releases.get(project.id, wanted.tag_name) !== undefined)
      throw conflict('Release already exists');
    if ((await instance.repository(project).resolve(`refs/tags/${wanted.tag_name}`)) === undefined)
      throw new Refusal(422, { message: 'Ref is not specified' });
    const at = instant();
    const release: Release = {
      tag_name: wanted.tag_name,
      name: wanted.name ?? wanted.tag_name,
      description: wanted.description,
      links: (wanted.assets?.links ?? []).map((one) => ({ ...one, id: instance.store.next('release-link') })),
      created_at: at,
      released_at: wanted.released_at ?? at,
      author_id: user.id,
    };
    instance.tables.releases.put(project.id, release.tag_name, release);
    const body = {
      object_kind: 'release',
      action: 'create',
      tag: release.tag_name,
      name: release.name,
      description: release.description,
      project: hookProject(instance, project),
    };
    instance.happened({
      project_id: project.id,
      kind: 'call',
      payload: { event: 'Release Hook', trigger: 'releases_events', body },
    });
    return reply.status(201).send(await presentRelease(instance, project, release));
  });
  app.put(`${path}/:tag`, async (request) => {
    writeProject(instance, request);
    const { project, release } = find(instance, request);
    const told = Object.fromEntries(
      Object.entries(change.parse(request.body)).filter(([, value]) => value !== undefined),
    );
    const changed = instance.tables.releases.put(project.id, release.tag_name, { ...release, ...told });
    return presentRelease(instance, project, changed);
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; release: Release } {
  const { project } = readProject(instance, request);
  const release = instance.tables.releases.get(project.id, parameter(request, 'tag'));
  if (release === undefined) throw notFound('Release');
  return { project, release };
}

async function presentRelease(instance: Instance, project: Project, release: Release): Promise<object> {
  const { author_id, links, ...fields } = release;
  const sha = await instance.repository(project).resolve(`refs/tags/${release.tag_name}`);
  return {
    ...fields,
    author: presentUser(instance, author_id),
    commit: sha === undefined ? null : await presentCommit(instance, project, sha),
    upcoming_release: Date.parse(release.released_at) > Date.now(),
    assets: { count: links.length, sources: [], links: links.map((one) => ({ ...one, link_type: 'other' })) },
    _links: { self: `${instance.url}/${project.path_with_namespace}/-/releases/${release.tag_name}` },
  };
}
