import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboxEvent, Project, User } from './entities';
import { FaultBoard } from './faults';
import { GitRepository } from './git-repository';
import { openStore, type Store } from './store';
import { tablesOf, type Tables } from './tables';

/** One sandbox GitLab: its repositories, its facts, and the faults it has been told to have. */
export interface Instance {
  readonly home: string;
  readonly store: Store;
  readonly tables: Tables;
  readonly faults: FaultBoard;
  /** Base address as clients see it; known once it listens. */
  url: string;
  repository(project: Project): GitRepository;
  /** Notes that something happened; its followers run as soon as the caller's transaction is over. */
  happened(event: Omit<OutboxEvent, 'id'>): void;
  /** Called when the outbox has something new. */
  onOutbox: () => void;
}

export function openInstance(home: string): Instance {
  const store = openStore(join(home, 'facts'));
  const tables = tablesOf(store);
  const instance: Instance = {
    home,
    store,
    tables,
    faults: new FaultBoard(),
    url: '',
    repository: (project) => new GitRepository(join(home, 'repositories', `${project.id}.git`)),
    happened: (event) => {
      const id = store.next('outbox');
      tables.outbox.put(0, id, { ...event, id });
      setImmediate(() => instance.onOutbox());
    },
    onOutbox: () => undefined,
  };
  return instance;
}

export function instant(): string {
  return new Date().toISOString();
}

export function findProject(instance: Instance, idOrPath: string): Project | undefined {
  if (/^\d+$/.test(idOrPath)) return instance.tables.projects.get(0, Number(idOrPath));
  return instance.tables.projects.all(0).find((project) => project.path_with_namespace === idOrPath);
}

export interface NewProject {
  readonly path: string;
  readonly visibility: Project['visibility'];
  readonly defaultBranch: string;
  readonly buildsEnabled: boolean;
}

/** A project with an empty repository; the one that is there already if there is one. */
export async function createProject(instance: Instance, wanted: NewProject): Promise<Project> {
  const found = findProject(instance, wanted.path);
  if (found !== undefined) return found;
  const project: Project = {
    id: instance.store.next('project'),
    path_with_namespace: wanted.path,
    default_branch: wanted.defaultBranch,
    visibility: wanted.visibility,
    builds_enabled: wanted.buildsEnabled,
    created_at: instant(),
  };
  const repository = instance.repository(project);
  await repository.create(wanted.defaultBranch);
  await installGuard(repository);
  return instance.tables.projects.put(0, project.id, project);
}

/** Refuses what protections forbid; the server hands them over with each push. */
const GUARD = `#!/bin/sh
# stdin: "<old> <new> <ref>" for each ref of the push
zero=${'0'.repeat(40)}
while read -r old new ref; do
  for pattern in $SANDBOX_CLOSED_REFS; do
    case "$ref" in $pattern)
      echo "GitLab: You are not allowed to push code to protected branches on this project." >&2; exit 1;;
    esac
  done
  for pattern in $SANDBOX_PROTECTED_REFS; do
    case "$ref" in $pattern)
      [ "$new" != $zero ] || { echo "GitLab: You can only delete protected branches using the web interface." >&2; exit 1; }
      case "$ref" in
        refs/tags/*) [ "$old" = $zero ] || { echo "GitLab: Protected tags cannot be updated." >&2; exit 1; };;
        *) [ "$old" = $zero ] || git merge-base --is-ancestor "$old" "$new" ||
          { echo "GitLab: You are not allowed to force push code to a protected branch on this project." >&2; exit 1; };;
      esac;;
    esac
  done
done
`;

async function installGuard(repository: GitRepository): Promise<void> {
  const hook = join(repository.path, 'hooks', 'pre-receive');
  await mkdir(join(repository.path, 'hooks'), { recursive: true });
  await writeFile(hook, GUARD);
  await chmod(hook, 0o755);
}

export function addUser(
  instance: Instance,
  wanted: Pick<User, 'username' | 'name' | 'access_level' | 'token'>,
): User {
  const found = instance.tables.users.all(0).find(({ username }) => username === wanted.username);
  const user = { ...wanted, id: found?.id ?? instance.store.next('user') };
  return instance.tables.users.put(0, user.id, user);
}
