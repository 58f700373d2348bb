import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlRoutes } from '../../sandbox/control';
import type { Fault } from '../../sandbox/gitlab/faults';
import { addUser, createProject, openInstance, type Instance } from '../../sandbox/gitlab/instance';
import type { Project } from '../../sandbox/gitlab/entities';
import { serveGitLab } from '../../sandbox/gitlab/server';
import { seedProduct, type HookTarget } from '../../sandbox/seed/apply';

const MAINTAINER = 40;
const TOKEN = 'maintainer-token';

export interface GitLabOptions {
  /** Fills it with the product; empty without. */
  readonly seed?: number;
  /** When its history ends, so that two can have the same; now by default. */
  readonly seededAt?: Date;
  readonly requestsPerMinute?: number;
  /** Where the webhooks of seeded and imported projects go. */
  readonly hook?: HookTarget;
  /** Folder of one that was stopped, to be started again; a new one by default. */
  readonly home?: string;
}

export interface Asking {
  /** A token of another user, or nobody's; the maintainer's by default. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, text otherwise. */
  readonly body: T;
}

export type Request = <T = Record<string, unknown>>(
  method: string,
  /** Below `/api/v4`, or one of the sandbox's own, below `/sandbox`. */
  path: string,
  body?: unknown,
  asking?: Asking,
) => Promise<Answer<T>>;

/** A sandbox GitLab in this process. */
export interface TestGitLab {
  readonly url: string;
  /** Of `release-tools`, a maintainer everywhere. */
  readonly token: string;
  readonly instance: Instance;
  readonly routes: readonly string[];
  readonly request: Request;
  arm(fault: Fault): void;
  /** Stops serving and keeps the home, as a kill does. */
  stop(): Promise<void>;
  /** Stops serving and removes the home. */
  end(): Promise<void>;
}

export async function startGitLab(options: GitLabOptions = {}): Promise<TestGitLab> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'sandbox-gitlab-')));
  const instance = openInstance(home);
  addUser(instance, {
    username: 'release-tools',
    name: 'GitLab Release Tools Bot',
    access_level: MAINTAINER,
    token: TOKEN,
  });
  const { requestsPerMinute, hook } = options;
  const running = await serveGitLab(instance, {
    port: 0,
    extend: controlRoutes(hook),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
  });
  if (options.seed !== undefined)
    await seedProduct(instance, { seed: options.seed, hook, now: options.seededAt ?? new Date() }).catch(
      async (error: unknown) => {
        // Nobody else knows of the server, and it would keep the process from ending.
        await running.close();
        throw error;
      },
    );
  return {
    url: running.url,
    token: TOKEN,
    instance,
    routes: running.routes,
    request: requestTo(running.url),
    arm: (fault) => instance.faults.arm(fault),
    stop: () => running.close(),
    end: async () => {
      await running.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function requestTo(url: string): Request {
  return async (method, path, body, { token = TOKEN, headers = {} } = {}) => {
    const response = await fetch(`${url}${path.startsWith('/sandbox') ? '' : '/api/v4'}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { 'private-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

export interface PlantedProject {
  readonly path?: string;
  readonly visibility?: Project['visibility'];
  readonly buildsEnabled?: boolean;
  /** Of its first commit, on `main`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A project with one commit, `group/project` unless named. */
export async function plantProject(instance: Instance, planted: PlantedProject = {}): Promise<Project> {
  const { path = 'group/project', visibility = 'private', buildsEnabled = false } = planted;
  const project = await createProject(instance, { path, visibility, buildsEnabled, defaultBranch: 'main' });
  await commitFiles(instance, project, planted.files ?? { 'README.md': `# ${path}\n` });
  return project;
}

export interface PlantedCommit {
  /** `main` by default; made from `main` where it is new. */
  readonly branch?: string;
  readonly message?: string;
}

/** A commit made in the repository behind the server's back. @returns its SHA */
export async function commitFiles(
  instance: Instance,
  project: Project,
  files: Readonly<Record<string, string>>,
  { branch = 'main', message = 'Change files' }: PlantedCommit = {},
): Promise<string> {
  const repository = instance.repository(project);
  const parent =
    (await repository.resolve(`refs/heads/${branch}`)) ?? (await repository.resolve('refs/heads/main'));
  const stream = [
    `commit refs/heads/${branch}\ncommitter Somebody <somebody@example.com> ${Math.floor(Date.now() / 1000)} +0000\n`,
    data(message),
    parent === undefined ? '' : `from ${parent}\n`,
    ...Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`),
    'done\n',
  ];
  await repository.gitWithInput(['fast-import', '--quiet', '--done', '--force'], stream.join(''));
  const sha = await repository.resolve(`refs/heads/${branch}`);
  if (sha === undefined) throw new Error(`fast-import makes ${branch}`);
  return sha;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
