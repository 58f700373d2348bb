import { z } from 'zod';
import { MAINTAINER, readProject, writeProject } from '../access';
import type { Project } from '../entities';
import { GitRefusal } from '../git-repository';
import type { Instance } from '../instance';
import { identityOf } from '../merging';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { mayPush, protectionOf } from '../protections';
import { noticePushes } from '../pushes';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { commitsBySha, type Commit } from './commit-entity';
import { isFound } from './search';

const newTag = z.object({
  tag_name: z.string().min(1),
  ref: z.string().min(1),
  message: z.string().default(''),
});
const ORDERS: Readonly<Record<string, string>> = {
  name: 'refname',
  updated: 'creatordate',
  version: 'version:refname',
};

export function tagRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/tags';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { search, sort = 'desc', order_by: order = 'updated' } = queryOf(request);
    const key = ORDERS[order];
    if (key === undefined) throw new Refusal(400, { error: 'order_by does not have a valid value' });
    const tags = await readTags(instance, project, [
      `--sort=${sort === 'asc' ? '' : '-'}${key}`,
      'refs/tags/',
    ]);
    const found = tags.filter(({ name }) => isFound(name, search));
    return presentTags(instance, project, paginate(found, { request, reply }));
  });
  app.get(`${path}/:tag`, async (request) => {
    const { project } = readProject(instance, request);
    return presentTag(instance, project, parameter(request, 'tag'));
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const { tag_name: name, ref, message } = newTag.parse(sent(request));
    const repository = instance.repository(project);
    if ((await repository.resolve(`refs/tags/${name}`)) !== undefined)
      throw badRequest(`Tag ${name} already exists`);
    if (!mayPush(instance.tables.protectedTags.all(project.id), { name, user }))
      throw badRequest('You are not allowed to create this tag as it is protected.');
    const sha = await repository.resolve(ref);
    if (sha === undefined) throw badRequest(`Target ${ref} is invalid`);
    const annotated = message === '' ? [] : ['-a', '-m', message];
    await repository.git(['tag', ...annotated, '--', name, sha], identityOf(user)).catch((error: unknown) => {
      if (!(error instanceof GitRefusal)) throw error;
      throw badRequest(error.message.includes('exists') ? `Tag ${name} already exists` : 'Tag name invalid');
    });
    await noticePushes(instance, { project, userId: user.id, only: [`refs/tags/${name}`] });
    return reply.status(201).send(await presentTag(instance, project, name));
  });
  app.delete(`${path}/:tag`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const tag = await findTag(instance, project, parameter(request, 'tag'));
    if (isProtected(instance, project, tag.name) && user.access_level < MAINTAINER)
      throw new Refusal(403, { message: '403 Forbidden' });
    await instance.repository(project).git(['update-ref', '-d', `refs/tags/${tag.name}`, tag.object]);
    await noticePushes(instance, { project, userId: user.id, only: [`refs/tags/${tag.name}`] });
    return reply.status(204).send();
  });
}

function isProtected(instance: Instance, project: Project, name: string): boolean {
  return protectionOf(instance.tables.protectedTags.all(project.id), name) !== undefined;
}

interface Tag {
  readonly name: string;
  readonly object: string;
  readonly commit: string;
  /** Empty for a lightweight tag, like `message`. */
  readonly taggedAt: string;
  readonly message: string;
}

const FIELDS = [
  '%(refname:strip=2)',
  '%(objectname)',
  '%(*objectname)',
  '%(taggerdate:iso-strict)',
  '%(if:equals=tag)%(objecttype)%(then)%(contents)%(end)',
];

async function readTags(
  instance: Instance,
  project: Project,
  args: readonly string[],
): Promise<readonly Tag[]> {
  const text = await instance
    .repository(project)
    .git(['for-each-ref', `--format=${FIELDS.join('%00')}%00%1e`, ...args]);
  return text
    .split('\0\x1e')
    .map((row) => row.replace(/^\n/, ''))
    .filter(Boolean)
    .map((row) => {
      const [name = '', object = '', peeled = '', taggedAt = '', message = ''] = row.split('\0');
      return { name, object, commit: peeled === '' ? object : peeled, taggedAt, message: message.trim() };
    });
}

async function findTag(instance: Instance, project: Project, name: string): Promise<Tag> {
  const tags = await readTags(instance, project, [`refs/tags/${name}`]);
  const tag = tags.find((one) => one.name === name);
  if (tag === undefined) throw notFound('Tag');
  return tag;
}

async function presentTag(instance: Instance, project: Project, name: string): Promise<object> {
  const [presented] = await presentTags(instance, project, [await findTag(instance, project, name)]);
  if (presented === undefined) throw notFound('Tag');
  return presented;
}

async function presentTags(
  instance: Instance,
  project: Project,
  tags: readonly Tag[],
): Promise<readonly object[]> {
  const commitOf = await commitsBySha(instance, { project, shas: tags.map(({ commit }) => commit) });
  return tags.map((tag) => present(instance, project, { tag, commit: commitOf(tag.commit) }));
}

function present(
  instance: Instance,
  project: Project,
  { tag, commit }: { readonly tag: Tag; readonly commit: Commit },
): object {
  const release = instance.tables.releases.get(project.id, tag.name);
  return {
    name: tag.name,
    message: tag.message,
    target: tag.object,
    commit,
    release: release === undefined ? null : { tag_name: tag.name, description: release.description },
    protected: isProtected(instance, project, tag.name),
    created_at: tag.taggedAt === '' ? null : tag.taggedAt,
  };
}
