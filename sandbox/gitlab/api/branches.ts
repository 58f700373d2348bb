import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Project } from '../entities';
import { GitRefusal, ZERO_SHA } from '../git-repository';
import type { Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { protectionOf } from '../protections';
import { noticePushes } from '../pushes';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentCommit } from './commit-entity';

const newBranch = z.object({ branch: z.string().min(1), ref: z.string().min(1) });

export function branchRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/branches';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { search } = queryOf(request);
    const refs = await instance.repository(project).refs('refs/heads/');
    const names = refs
      .map(({ name }) => name.replace('refs/heads/', ''))
      .filter((name) => name.includes(search ?? ''));
    const page = paginate(
      names.map((name) => ({ name })),
      { request, reply },
    );
    return Promise.all(page.map(({ name }) => presentBranch(instance, project, name)));
  });
  app.get(`${path}/:branch`, async (request) => {
    const { project } = readProject(instance, request);
    return presentBranch(instance, project, parameter(request, 'branch'));
  });
  app.post(path, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const { branch, ref } = newBranch.parse(sent(request));
    const repository = instance.repository(project);
    const sha = await repository.resolve(ref);
    if (sha === undefined) throw badRequest('Invalid reference name: ' + ref);
    await repository.updateRef(`refs/heads/${branch}`, sha, ZERO_SHA).catch((error: unknown) => {
      if (error instanceof GitRefusal) throw badRequest('Branch already exists');
      throw error;
    });
    await noticePushes(instance, { project, userId: user.id });
    return reply.status(201).send(await presentBranch(instance, project, branch));
  });
  app.delete(`${path}/:branch`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const branch = parameter(request, 'branch');
    if (protectionOf(instance.tables.protectedBranches.all(project.id), branch) !== undefined)
      throw new Refusal(403, { message: '403 Forbidden - protected branch' });
    await presentBranch(instance, project, branch);
    await instance.repository(project).git(['update-ref', '-d', `refs/heads/${branch}`]);
    await noticePushes(instance, { project, userId: user.id });
    return reply.status(204).send();
  });
}

async function presentBranch(instance: Instance, project: Project, name: string): Promise<object> {
  const sha = await instance.repository(project).resolve(`refs/heads/${name}`);
  if (sha === undefined) throw notFound('Branch');
  const isProtected = protectionOf(instance.tables.protectedBranches.all(project.id), name) !== undefined;
  return {
    name,
    commit: await presentCommit(instance, project, sha),
    merged: false,
    protected: isProtected,
    developers_can_push: !isProtected,
    developers_can_merge: !isProtected,
    can_push: true,
    default: project.default_branch === name,
    web_url: `${instance.url}/${project.path_with_namespace}/-/tree/${name}`,
  };
}
