import { presentCommit } from '../api/commit-entity';
import type { Deployment, Environment, Project } from '../entities';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookProject, hookUser } from './payload-parts';

export async function deploymentPayload(
  instance: Instance,
  {
    project,
    deployment,
    environment,
  }: {
    readonly project: Project;
    readonly deployment: Deployment;
    readonly environment: Environment | undefined;
  },
): Promise<HookCall> {
  const user = instance.tables.users.get(0, deployment.user_id);
  const body = {
    object_kind: 'deployment',
    status: deployment.status,
    status_changed_at: `${deployment.updated_at.slice(0, 10)} ${deployment.updated_at.slice(11, 19)} +0000`,
    deployment_id: deployment.id,
    // Nothing but a job of a pipeline has an address; deployments made by API have none.
    deployable_id: null,
    deployable_url: null,
    environment: deployment.environment,
    environment_tier: environment?.tier ?? 'other',
    environment_slug: deployment.environment,
    environment_external_url: environment?.external_url ?? null,
    project: hookProject(instance, project),
    short_sha: deployment.sha.slice(0, 8),
    user: hookUser(instance, deployment.user_id),
    user_url: `${instance.url}/${user?.username ?? 'ghost'}`,
    commit_url: `${instance.url}/${project.path_with_namespace}/-/commit/${deployment.sha}`,
    commit_title: (await presentCommit(instance, project, deployment.sha)).title,
  };
  return { event: 'Deployment Hook', trigger: 'deployment_events', body };
}
