import { z } from 'zod';
import { MAINTAINER, readProject, writeProject } from '../access';
import type { Project } from '../entities';
import { GitRefusal, ZERO_SHA, type GitRef } from '../git-repository';
import type { Instance } from '../instance';
import { paginate } from '../pagination';
import { parameter, queryOf, sent } from '../parameters';
import { mayPush, protectionOf } from '../protections';
import { noticePushes } from '../pushes';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { commitsBySha, type Commit } from './commit-entity';
import { isFound } from './search';

const newBranch = z.object({ branch: z.string().min(1), ref: z.string().min(1) });

export function branchRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/repository/branches';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const { search } = queryOf(request);
    const refs = await instance.repository(project).refs('refs/heads/');
    const found = refs.filter(({ name }) => isFound(shortName(name), search));
    return presentBranches(instance, project, paginate(found, { request, reply }));
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
    if (sha === undefined) throw badRequest(`Invalid reference name: ${ref}`);
    if ((await repository.resolve(`refs/heads/${branch}`)) !== undefined)
      throw badRequest('Branch already exists');
    if (!mayPush(instance.tables.protectedBranches.all(project.id), { name: branch, user }))
      throw badRequest('You are not allowed to create protected branches on this project.');
    await repository.updateRef(`refs/heads/${branch}`, sha, ZERO_SHA).catch((error: unknown) => {
      if (error instanceof GitRefusal) throw badRequest('Branch name is invalid');
      throw error;
    });
    await noticePushes(instance, { project, userId: user.id, only: [`refs/heads/${branch}`] });
    return reply.status(201).send(await presentBranch(instance, project, branch));
  });
  app.delete(`${path}/:branch`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    const branch = parameter(request, 'branch');
    const { ref } = await find(instance, project, branch);
    const isProtected = protectionOf(instance.tables.protectedBranches.all(project.id), branch) !== undefined;
    if (branch === project.default_branch)
      throw badRequest('The default branch of a project cannot be deleted.');
    if (isProtected && user.access_level < MAINTAINER)
      throw new Refusal(405, { message: 'You dont have push access to repo' });
    // Deleted as it was seen: whoever pushes at the same time keeps what they have pushed.
    await instance.repository(project).git(['update-ref', '-d', ref.name, ref.object]);
    await noticePushes(instance, { project, userId: user.id, only: [ref.name] });
    return reply.status(204).send();
  });
}

function shortName(ref: string): string {
  return ref.replace('refs/heads/', '');
}

async function find(instance: Instance, project: Project, branch: string): Promise<{ readonly ref: GitRef }> {
  const refs = await instance.repository(project).refs('refs/heads/');
  const ref = refs.find(({ name }) => name === `refs/heads/${branch}`);
  if (ref === undefined) throw notFound('Branch');
  return { ref };
}

async function presentBranch(instance: Instance, project: Project, branch: string): Promise<object> {
  const { ref } = await find(instance, project, branch);
  const [presented] = await presentBranches(instance, project, [ref]);
  if (presented === undefined) throw notFound('Branch');
  return presented;
}

async function presentBranches(
  instance: Instance,
  project: Project,
  refs: readonly GitRef[],
): Promise<readonly object[]> {
  const commitOf = await commitsBySha(instance, { project, shas: refs.map(({ commit }) => commit) });
  return refs.map((ref) =>
    present(instance, project, { name: shortName(ref.name), commit: commitOf(ref.commit) }),
  );
}

function present(
  instance: Instance,
  project: Project,
  { name, commit }: { readonly name: string; readonly commit: Commit },
): object {
  const isProtected = protectionOf(instance.tables.protectedBranches.all(project.id), name) !== undefined;
  return {
    name,
    commit,
    merged: false,
    protected: isProtected,
    developers_can_push: !isProtected,
    developers_can_merge: !isProtected,
    can_push: true,
    default: project.default_branch === name,
    web_url: `${instance.url}/${project.path_with_namespace}/-/tree/${name}`,
  };
}
