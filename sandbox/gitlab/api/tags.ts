import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Project } from '../entities';
import { GitRefusal } from '../git-repository';
import type { Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { protectionOf } from '../protections';
import { noticePushes } from '../pushes';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentCommit } from './commit-entity';

const newTag = z.object({
  tag_name: z.string().min(1),
  ref: z.string().min(1),
  message: z.string().optional(),
});

export function tagRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/tags';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { search, sort } = queryOf(request);
    const refs = await instance.repository(project).refs('refs/tags/');
    const names = refs
      .map(({ name }) => name.replace('refs/tags/', ''))
      .filter((name) => isFound(name, search));
    const ordered = sort === 'asc' ? names : names.toReversed();
    const page = paginate(
      ordered.map((name) => ({ name })),
      { request, reply },
    );
    return Promise.all(page.map(({ name }) => presentTag(instance, project, name)));
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
    const sha = await repository.resolve(ref);
    if (sha === undefined) throw badRequest(`Target ${ref} is invalid`);
    const identity = { GIT_COMMITTER_NAME: user.name, GIT_COMMITTER_EMAIL: `${user.username}@example.com` };
    const annotated = message === undefined || message === '' ? [] : ['-a', '-m', message];
    await repository.git(['tag', ...annotated, '--', name, sha], identity).catch((error: unknown) => {
      if (error instanceof GitRefusal) throw badRequest(`Tag name invalid or taken: ${name}`);
      throw error;
    });
    await noticePushes(instance, { project, userId: user.id });
    return reply.status(201).send(await presentTag(instance, project, name));
  });
  app.delete(`${path}/:tag`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const tag = parameter(request, 'tag');
    if (isProtected(instance, project, tag))
      throw new Refusal(403, { message: '403 Forbidden - protected tag' });
    await presentTag(instance, project, tag);
    await instance.repository(project).git(['update-ref', '-d', `refs/tags/${tag}`]);
    await noticePushes(instance, { project, userId: user.id });
    return reply.status(204).send();
  });
}

/** GitLab's search: a part of the name, `^begin` or `end$`. */
function isFound(name: string, search = ''): boolean {
  if (search.startsWith('^')) return name.startsWith(search.slice(1));
  if (search.endsWith('$')) return name.endsWith(search.slice(0, -1));
  return name.includes(search);
}

function isProtected(instance: Instance, project: Project, name: string): boolean {
  return protectionOf(instance.tables.protectedTags.all(project.id), name) !== undefined;
}

async function presentTag(instance: Instance, project: Project, name: string): Promise<object> {
  const [ref] = (await instance.repository(project).refs(`refs/tags/${name}`)).filter(
    (one) => one.name === `refs/tags/${name}`,
  );
  if (ref === undefined) throw notFound('Tag');
  const isAnnotated = ref.object !== ref.commit;
  const message = isAnnotated
    ? (await instance.repository(project).git(['for-each-ref', '--format=%(contents)', ref.name])).trim()
    : '';
  return {
    name,
    message,
    target: ref.object,
    commit: await presentCommit(instance, project, ref.commit),
    release: releaseOf(instance, project, name),
    protected: isProtected(instance, project, name),
    created_at: null,
  };
}

function releaseOf(instance: Instance, project: Project, tag: string): object | null {
  const release = instance.tables.releases.get(project.id, tag);
  return release === undefined ? null : { tag_name: tag, description: release.description };
}
