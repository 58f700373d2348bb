import { join } from 'node:path';
import type { Project, User } from './entities';
import { FaultBoard } from './faults';
import { GitRepository } from './git-repository';
import { installGuard } from './guard';
import type { Happening } from './happenings';
import { Ongoing } from './ongoing';
import { openStore, type Store } from './store';
import { tablesOf, type Tables } from './tables';
import { Turns } from './turns';

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
  happened(event: Happening): void;
  /** Called when the outbox has something new. */
  onOutbox: () => void;
  /** What reads the refs of a project and then acts on them waits for its turn. */
  readonly turns: Turns;
  /** Whatever may still write to the store. */
  readonly ongoing: Ongoing;
  /** Aborted once it is being closed. */
  readonly closing: AbortController;
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
    turns: new Turns(),
    ongoing: new Ongoing(),
    closing: new AbortController(),
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
  return instance.turns.take(`create ${wanted.path}`, async () => {
    return findProject(instance, wanted.path) ?? makeProject(instance, wanted);
  });
}

async function makeProject(instance: Instance, wanted: NewProject): Promise<Project> {
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

export function addUser(
  instance: Instance,
  wanted: Pick<User, 'username' | 'name' | 'access_level' | 'token'>,
): User {
  const found = instance.tables.users.all(0).find(({ username }) => username === wanted.username);
  const user = { ...wanted, id: found?.id ?? instance.store.next('user') };
  return instance.tables.users.put(0, user.id, user);
}
