import { presentCommit, type Commit } from '../api/commit-entity';
import type { Project, User } from '../entities';
import type { Instance } from '../instance';

/** The project as webhooks describe it; those of pipelines and jobs without the older names of its addresses. */
export function hookProject(instance: Instance, project: Project): object {
  const web = `${instance.url}/${project.path_with_namespace}`;
  const ssh = sshUrl(project);
  return {
    ...plainHookProject(instance, project),
    homepage: web,
    url: ssh,
    ssh_url: ssh,
    http_url: `${web}.git`,
  };
}

export function plainHookProject(instance: Instance, project: Project): object {
  const web = `${instance.url}/${project.path_with_namespace}`;
  return {
    id: project.id,
    name: nameOf(project),
    description: '',
    web_url: web,
    avatar_url: null,
    git_ssh_url: sshUrl(project),
    git_http_url: `${web}.git`,
    namespace: project.path_with_namespace.split('/').slice(0, -1).join('/'),
    visibility_level: project.visibility === 'public' ? 20 : 0,
    path_with_namespace: project.path_with_namespace,
    default_branch: project.default_branch,
    ci_config_path: null,
  };
}

function sshUrl(project: Project): string {
  return `git@sandbox:${project.path_with_namespace}.git`;
}

export function nameOf(project: Project): string {
  return project.path_with_namespace.split('/').at(-1) ?? '';
}

export function hookUser(instance: Instance, id: number): object {
  const user: User | undefined = instance.tables.users.get(0, id);
  return {
    id,
    name: user?.name ?? 'Ghost User',
    username: user?.username ?? 'ghost',
    avatar_url: null,
    email: '[REDACTED]',
  };
}

/** The commit as webhooks describe it; nothing but its SHA where it is gone. */
export async function hookCommit(instance: Instance, project: Project, sha: string): Promise<object> {
  return presentCommit(instance, project, sha).then(described, () => ({ id: sha }));
}

export function described(commit: Commit): object {
  return {
    id: commit.id,
    message: commit.message,
    title: commit.title,
    timestamp: commit.authored_date,
    url: commit.web_url,
    author: { name: commit.author_name, email: commit.author_email },
  };
}

/** Webhooks write `2016-08-12 15:23:28 UTC` where the API writes ISO 8601. */
export function hookTime(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

export function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1000;
}
