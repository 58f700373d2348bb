import type { Project, Release } from '../entities';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookCommit, hookProject, hookTime } from './payload-parts';

export async function releasePayload(
  instance: Instance,
  {
    project,
    release,
    action,
  }: {
    readonly project: Project;
    readonly release: Release;
    readonly action: 'create' | 'update' | 'delete';
  },
): Promise<HookCall> {
  const sha = await instance.repository(project).resolve(`refs/tags/${release.tag_name}`);
  const body = {
    id: release.id,
    created_at: hookTime(release.created_at),
    description: release.description,
    name: release.name,
    released_at: hookTime(release.released_at),
    tag: release.tag_name,
    object_kind: 'release',
    project: hookProject(instance, project),
    url: `${instance.url}/${project.path_with_namespace}/-/releases/${encodeURIComponent(release.tag_name)}`,
    action,
    assets: {
      count: release.links.length,
      links: release.links.map((link) => ({ ...link, link_type: 'other' })),
      sources: [],
    },
    commit: sha === undefined ? null : await hookCommit(instance, project, sha),
  };
  return { event: 'Release Hook', trigger: 'releases_events', body };
}
