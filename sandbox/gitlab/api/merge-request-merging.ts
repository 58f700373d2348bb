import { z } from 'zod';
import { writeProject } from '../access';
import type { MergeRequest, Project, User } from '../entities';
import { instant, type Instance } from '../instance';
import { inMergeRequestTurn, keepMergeRequest } from '../merge-requests';
import { mergeBranches } from '../merging';
import { sent } from '../parameters';
import { rebased } from '../picking';
import { mayPush } from '../protections';
import { noticePushes } from '../pushes';
import { conflict, forbidden, Refusal, unauthorized } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';
import { findMergeRequest, presentMergeRequest } from './merge-request-entity';

const mergeOptions = z.object({
  sha: z.string().exactOptional(),
  merge_commit_message: z.string().exactOptional(),
  should_remove_source_branch: flag.default(false),
});

interface Merging {
  readonly project: Project;
  readonly user: User;
  readonly row: MergeRequest;
}

export function mergeRequestMergingRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/merge_requests/:iid';
  app.put(`${path}/merge`, async (request) => {
    const { project, user } = writeProject(instance, request);
    const options = mergeOptions.parse(sent(request));
    // Looked up in its turn: of two who merge at once, the second finds it merged.
    const merged = await inMergeRequestTurn(instance, project, () =>
      merge(instance, { project, user, row: findMergeRequest(instance, request).row }, options),
    );
    return presentMergeRequest(instance, project, merged);
  });
  app.put(`${path}/rebase`, async (request, reply) => {
    const { project, user } = writeProject(instance, request);
    await inMergeRequestTurn(instance, project, () =>
      rebase(instance, { project, user, row: findMergeRequest(instance, request).row }),
    );
    return reply.status(202).send({ rebase_in_progress: false });
  });
}

async function merge(
  instance: Instance,
  { project, user, row }: Merging,
  options: z.infer<typeof mergeOptions>,
): Promise<MergeRequest> {
  const protections = instance.tables.protectedBranches.all(project.id);
  if (!mayMerge(protections, row.target_branch, user)) throw unauthorized();
  if (row.state !== 'opened' || row.title.startsWith('Draft:'))
    throw new Refusal(405, { message: '405 Method Not Allowed' });
  if (options.sha !== undefined && options.sha !== row.sha)
    throw conflict('SHA does not match HEAD of source branch');
  const repository = instance.repository(project);
  const merged = await mergeBranches(repository, {
    target: row.target_branch,
    source: row.sha,
    message: options.merge_commit_message ?? messageOf(project, row),
    user,
  });
  if (merged === undefined) throw new Refusal(422, { message: 'Branch cannot be merged' });
  const at = instant();
  const after: MergeRequest = {
    ...row,
    state: 'merged',
    merge_commit_sha: merged,
    merged_at: at,
    updated_at: at,
  };
  await keepMergeRequest(instance, {
    project,
    mergeRequest: after,
    action: 'merge',
    before: row,
    userId: user.id,
  });
  if (options.should_remove_source_branch)
    await repository.git(['update-ref', '-d', `refs/heads/${row.source_branch}`]);
  const only = [row.source_branch, row.target_branch].map((branch) => `refs/heads/${branch}`);
  await noticePushes(instance, { project, userId: user.id, only });
  return after;
}

function mayMerge(protections: Parameters<typeof mayPush>[0], name: string, user: User): boolean {
  const asMerging = protections.map((one) => ({ ...one, push_access_level: one.merge_access_level }));
  return mayPush(asMerging, { name, user });
}

function messageOf(project: Project, row: MergeRequest): string {
  return `Merge branch '${row.source_branch}' into '${row.target_branch}'\n\n${row.title}\n\nSee merge request ${project.path_with_namespace}!${row.iid}`;
}

async function rebase(instance: Instance, { project, user, row }: Merging): Promise<void> {
  const repository = instance.repository(project);
  const ref = `refs/heads/${row.source_branch}`;
  const [source, target] = await Promise.all([
    repository.resolve(ref),
    repository.resolve(`refs/heads/${row.target_branch}`),
  ]);
  const protections = instance.tables.protectedBranches.all(project.id);
  if (source === undefined || !mayPush(protections, { name: row.source_branch, user })) throw forbidden();
  if (row.state !== 'opened' || target === undefined) throw conflict('This merge request cannot be rebased');
  const outcome = await rebased(repository, { source, target, user });
  if ('problem' in outcome)
    throw conflict('Rebase failed: Rebase locally, resolve all conflicts, then push the branch.');
  if (!(await repository.tryUpdateRef(ref, outcome.head, source)))
    throw conflict(`${row.source_branch} was changed by others at the same time`);
  await noticePushes(instance, { project, userId: user.id, only: [ref] });
}
