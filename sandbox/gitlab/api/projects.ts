import { z } from 'zod';
import { MAINTAINER, mayRead, readProject, userOf } from '../access';
import type { Project, User } from '../entities';
import { createProject, findProject, type Instance } from '../instance';
import { nameOf } from '../hooks/payload-parts';
import { paginate } from '../pagination';
import { queryOf, sent } from '../parameters';
import { forbidden, Refusal, unauthorized } from '../refusal';
import type { Api } from '../server';

const newProject = z.object({
  path: z.string(),
  namespace_path: z.string().optional(),
  visibility: z.enum(['public', 'private']).default('private'),
  default_branch: z.string().default('main'),
  builds_access_level: z.enum(['enabled', 'disabled']).default('enabled'),
});

export function projectRoutes({ app, instance }: Api): void {
  app.get('/api/v4/version', async () => ({
    version: '18.7.0-sandbox',
    revision: '0000000',
    enterprise: true,
  }));
  app.get('/api/v4/user', async (request) => {
    const user = userOf(instance, request.headers);
    if (user === undefined) throw unauthorized();
    return presentUser(instance, user.id);
  });
  app.get('/api/v4/users', async (request, reply) => {
    const { username } = queryOf(request);
    const users = instance.tables.users
      .all(0)
      .filter((user) => username === undefined || user.username === username);
    return paginate(
      users.map((user) => presentUser(instance, user.id)),
      { request, reply },
    );
  });
  app.get('/api/v4/projects', async (request, reply) => {
    const user = userOf(instance, request.headers);
    const projects = instance.tables.projects.all(0).filter((project) => mayRead(project, user));
    return paginate(
      projects.map((project) => presentProject(instance, project)),
      { request, reply },
    );
  });
  app.post('/api/v4/projects', async (request, reply) => {
    const user = userOf(instance, request.headers);
    if (user === undefined) throw unauthorized();
    if (user.access_level < MAINTAINER) throw forbidden();
    const wanted = newProject.parse(sent(request));
    const path =
      wanted.namespace_path === undefined ? wanted.path : `${wanted.namespace_path}/${wanted.path}`;
    if (findProject(instance, path) !== undefined)
      throw new Refusal(400, { message: { path: ['has already been taken'] } });
    const project = await createProject(instance, {
      path,
      visibility: wanted.visibility,
      defaultBranch: wanted.default_branch,
      buildsEnabled: wanted.builds_access_level === 'enabled',
    });
    return reply.status(201).send(presentProject(instance, project));
  });
  app.get('/api/v4/projects/:id', async (request) =>
    presentProject(instance, readProject(instance, request).project),
  );
}

export function presentProject(instance: Instance, project: Project): object {
  const web = `${instance.url}/${project.path_with_namespace}`;
  return {
    id: project.id,
    name: nameOf(project),
    path: nameOf(project),
    path_with_namespace: project.path_with_namespace,
    name_with_namespace: project.path_with_namespace.split('/').join(' / '),
    description: null,
    default_branch: project.default_branch,
    visibility: project.visibility,
    created_at: project.created_at,
    web_url: web,
    http_url_to_repo: `${web}.git`,
    ssh_url_to_repo: `git@sandbox:${project.path_with_namespace}.git`,
    builds_access_level: project.builds_enabled ? 'enabled' : 'disabled',
    archived: false,
    empty_repo: instance.tables.seenRefs.all(project.id).length === 0,
  };
}

export function presentUser(instance: Instance, id: number): object {
  const user: User | undefined = instance.tables.users.get(0, id);
  const username = user?.username ?? 'ghost';
  return {
    id,
    username,
    name: user?.name ?? 'Ghost User',
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${instance.url}/${username}`,
  };
}
