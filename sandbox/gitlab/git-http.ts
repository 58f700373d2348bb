import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runProcess } from '../../processes/run-process';
import { DEVELOPER, mayRead, userOf } from './access';
import type { Project, User } from './entities';
import { lines, quietGitEnvironment } from './git-repository';
import { findProject, type Instance } from './instance';
import { guardedRefs } from './protections';
import { noticePushes } from './pushes';
import { Refusal } from './refusal';
import { writeFully } from './write-fully';

const PATH = /^\/(.+?)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Clone and push over HTTP: git's own backend does the work, protections are enforced by a hook of the repository. */
export function serveGit(app: FastifyInstance, instance: Instance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const url = new URL(request.url, 'http://sandbox');
    const [, path, service] = PATH.exec(decoded(url.pathname)) ?? [];
    if (path === undefined || service === undefined) {
      return reply.status(404).send({ error: '404 Not Found' });
    }
    const asked = { instance, request, reply, path, service, query: url.search.slice(1) };
    return instance.ongoing.track(answer(asked));
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

interface GitRequest {
  readonly instance: Instance;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: string;
  readonly service: string;
  readonly query: string;
}

interface GitRun extends GitRequest {
  readonly project: Project;
  readonly user: User | undefined;
  /** Carry it out and let the answer get lost. */
  readonly isLost: boolean;
  /** Where the repository's hook writes what was pushed. */
  readonly report: string;
}

async function answer(asked: GitRequest): Promise<unknown> {
  const { instance, request, reply, path } = asked;
  const project = findProject(instance, path);
  const isPush = `${asked.service}?${asked.query}`.includes('receive-pack');
  const user = identify(asked);
  if (user === undefined && (isPush || project?.visibility !== 'public')) {
    return reply
      .status(401)
      .header('www-authenticate', 'Basic realm="GitLab"')
      .send('HTTP Basic: Access denied.');
  }
  if (project === undefined || !mayRead(project, user))
    return reply.status(404).send('The project you were looking for could not be found.');
  if (isPush && (user === undefined || user.access_level < DEVELOPER))
    return reply.status(403).send('You are not allowed to push code to this project.');
  const isLost = instance.faults.take(`${request.method} ${request.url}`, ['lost-response']) !== undefined;
  reply.hijack();
  const report = join(tmpdir(), `sandbox-push-${randomUUID()}`);
  await carryOut({ ...asked, project, user, isLost, report }, isPush);
  return reply;
}

async function carryOut(run: GitRun, isPush: boolean): Promise<void> {
  const { instance, reply, project, user, isLost } = run;
  try {
    const hasAnswered = await runBackend(run);
    const only = await pushedRefs(run);
    if (isPush && only.length > 0) await noticePushes(instance, { project, userId: user?.id ?? 0, only });
    if (isLost) reply.raw.destroy();
    else if (hasAnswered) reply.raw.end();
    else reply.raw.writeHead(500).end('git ended without an answer');
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    reply.raw.destroy();
  }
}

/** The refs that the push has moved; none where it was refused. */
async function pushedRefs({ report }: GitRun): Promise<readonly string[]> {
  const text = await readFile(report, 'utf8').catch(() => '');
  await rm(report, { force: true });
  return lines(text).map((line) => line.split(' ')[2] ?? '');
}

function identify({ instance, request }: GitRequest): User | undefined {
  try {
    return userOf(instance, request.headers);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return undefined;
    throw error;
  }
}

/** The CGI speaks: headers, an empty line, the body. @returns whether it said anything */
async function runBackend(run: GitRun): Promise<boolean> {
  const { request, reply, isLost } = run;
  let head: Buffer | undefined = Buffer.alloc(0);
  await runProcess({
    program: 'git',
    args: ['http-backend'],
    env: environmentOf(run),
    // A client that goes away ends the input, which git takes for a broken push.
    input: request.body instanceof Readable ? request.body : '',
    onOutput: async (chunk) => {
      if (isLost || reply.raw.destroyed) return;
      if (head === undefined) {
        await writeFully(reply.raw, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(reply, head.subarray(0, end).toString());
      const rest = head.subarray(end + 4);
      head = undefined;
      await writeFully(reply.raw, rest);
    },
  });
  return head === undefined;
}

function writeHead(reply: FastifyReply, text: string): void {
  const headers = text.split('\r\n').map((line): [string, string] => {
    const [name = '', ...value] = line.split(': ');
    return [name, value.join(': ')];
  });
  const status = headers.find(([name]) => name === 'Status')?.[1];
  reply.raw.writeHead(
    Number(status?.slice(0, 3) ?? 200),
    Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
  );
}

function environmentOf({
  instance,
  request,
  service,
  query,
  project,
  user,
  report,
}: GitRun): NodeJS.ProcessEnv {
  const refs =
    user === undefined
      ? { open: '', guarded: 'refs/*', forced: '' }
      : guardedRefs(instance, { project, user });
  return {
    ...quietGitEnvironment(),
    GIT_PROJECT_ROOT: instance.repository(project).path,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
    PATH_INFO: `/${service}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    REMOTE_USER: user?.username,
    SANDBOX_PUSHED: report,
    SANDBOX_OPEN_REFS: refs.open,
    SANDBOX_FORCED_REFS: refs.forced,
    SANDBOX_PROTECTED_REFS: refs.guarded,
  };
}
