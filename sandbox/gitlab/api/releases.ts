import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Project, Release, User } from '../entities';
import { ZERO_SHA } from '../git-repository';
import { releasePayload } from '../hooks/release-payload';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { mayPush } from '../protections';
import { noticePushes } from '../pushes';
import { conflict, forbidden, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentCommit } from './commit-entity';
import { presentUser } from './projects';

const link = z.object({ name: z.string(), url: z.string() });
const newRelease = z.object({
  tag_name: z.string().min(1),
  ref: z.string().exactOptional(),
  name: z.string().exactOptional(),
  description: z.string().default(''),
  released_at: z.string().exactOptional(),
  assets: z.object({ links: z.array(link).default([]) }).exactOptional(),
});
const change = z.object({
  name: z.string().exactOptional(),
  description: z.string().exactOptional(),
  released_at: z.string().exactOptional(),
});

export function releaseRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/releases';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { sort } = queryOf(request);
    const oldestFirst = instance.tables.releases
      .all(project.id)
      .toSorted((a, b) => Date.parse(a.released_at) - Date.parse(b.released_at) || a.id - b.id);
    const page = paginate(sort === 'asc' ? oldestFirst : oldestFirst.toReversed(), { request, reply });
    return Promise.all(page.map((release) => presentRelease(instance, project, release)));
  });
  app.get(`${path}/:tag`, async (request) => {
    const { project, release } = find(instance, request);
    return presentRelease(instance, project, release);
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const wanted = newRelease.parse(sent(request));
    // Two who make the same release at once: the second is told that it is there.
    const release = await instance.turns.take(`releases ${project.id}`, () =>
      create(instance, { project, user, wanted }),
    );
    return reply.status(201).send(await presentRelease(instance, project, release));
  });
  app.put(`${path}/:tag`, async (request) => {
    writeProject(instance, request);
    const { project, release } = find(instance, request);
    const changed = { ...release, ...change.parse(sent(request)) };
    await keep(instance, { project, release: changed, action: 'update' });
    return presentRelease(instance, project, changed);
  });
  app.delete(`${path}/:tag`, async (request) => {
    writeProject(instance, request);
    const { project, release } = find(instance, request);
    await keep(instance, { project, release, action: 'delete' });
    return presentRelease(instance, project, release);
  });
}

interface Creating {
  readonly project: Project;
  readonly user: User;
  readonly wanted: z.infer<typeof newRelease>;
}

async function create(instance: Instance, { project, user, wanted }: Creating): Promise<Release> {
  if (instance.tables.releases.get(project.id, wanted.tag_name) !== undefined)
    throw conflict('Release already exists');
  await ensureTag(instance, { project, user, wanted });
  const at = instant();
  const release: Release = {
    id: instance.store.next('release'),
    tag_name: wanted.tag_name,
    name: wanted.name ?? wanted.tag_name,
    description: wanted.description,
    links: (wanted.assets?.links ?? []).map((one) => ({ id: instance.store.next('release-link'), ...one })),
    created_at: at,
    released_at: wanted.released_at ?? at,
    author_id: user.id,
  };
  await keep(instance, { project, release, action: 'create' });
  return release;
}

/** The tag that is there, or a new one at `ref`. @throws Refusal 422 where there is neither */
async function ensureTag(instance: Instance, { project, user, wanted }: Creating): Promise<void> {
  const { tag_name: name, ref } = wanted;
  const repository = instance.repository(project);
  if ((await repository.resolve(`refs/tags/${name}`)) !== undefined) return;
  if (ref === undefined) throw new Refusal(422, { message: 'Ref is not specified' });
  if (!mayPush(instance.tables.protectedTags.all(project.id), { name, user })) throw forbidden();
  const sha = await repository.resolve(ref);
  if (sha === undefined || !(await repository.tryUpdateRef(`refs/tags/${name}`, sha, ZERO_SHA)))
    throw new Refusal(422, { message: `Target ${ref} is invalid` });
  await noticePushes(instance, { project, userId: user.id, only: [`refs/tags/${name}`] });
}

async function keep(instance: Instance, news: Parameters<typeof releasePayload>[1]): Promise<void> {
  const { project, release, action } = news;
  const payload = await releasePayload(instance, news);
  instance.store.transaction(() => {
    if (action === 'delete') instance.tables.releases.remove(project.id, release.tag_name);
    else instance.tables.releases.put(project.id, release.tag_name, release);
    instance.happened({ project_id: project.id, kind: 'call', payload });
  });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; release: Release } {
  const { project } = readProject(instance, request);
  const release = instance.tables.releases.get(project.id, parameter(request, 'tag'));
  if (release === undefined) throw notFound();
  return { project, release };
}

async function presentRelease(instance: Instance, project: Project, release: Release): Promise<object> {
  const { id: _id, author_id, links, ...fields } = release;
  const sha = await instance.repository(project).resolve(`refs/tags/${release.tag_name}`);
  const web = `${instance.url}/${project.path_with_namespace}`;
  return {
    ...fields,
    author: presentUser(instance, author_id),
    commit: sha === undefined ? null : await presentCommit(instance, project, sha),
    upcoming_release: Date.parse(release.released_at) > Date.now(),
    commit_path: sha === undefined ? null : `/${project.path_with_namespace}/-/commit/${sha}`,
    tag_path: `/${project.path_with_namespace}/-/tags/${release.tag_name}`,
    assets: {
      count: links.length,
      sources: [],
      links: links.map((one) => ({ ...one, direct_asset_url: one.url, link_type: 'other' })),
    },
    evidences: [],
    _links: { self: `${web}/-/releases/${encodeURIComponent(release.tag_name)}` },
  };
}
