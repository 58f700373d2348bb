import { spawn } from 'node:child_process';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unauthorized, userOf } from './access';
import type { Project, User } from './entities';
import { findProject, type Instance } from './instance';
import { guardedRefs } from './protections';
import { noticePushes } from './pushes';
import { Refusal } from './refusal';

const PATH = /^\/(.+?)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Clone and push over HTTP: git's own backend does the work, protections are enforced by a hook of the repository. */
export function serveGit(app: FastifyInstance, instance: Instance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const url = new URL(request.url, 'http://sandbox');
    const [, path, service] = PATH.exec(decodeURIComponent(url.pathname)) ?? [];
    if (path === undefined || service === undefined) {
      return reply.status(404).send({ error: '404 Not Found' });
    }
    return answer({ instance, request, reply, path, service: `${service}${url.search}` });
  });
}

interface GitRequest {
  readonly instance: Instance;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: string;
  readonly service: string;
}

async function answer(asked: GitRequest): Promise<unknown> {
  const { instance, request, reply, path, service } = asked;
  const project = findProject(instance, path);
  const isPush = service.includes('receive-pack');
  const user = identify(asked);
  if (user === undefined && (isPush || project?.visibility !== 'public')) {
    return reply
      .status(401)
      .header('www-authenticate', 'Basic realm="GitLab"')
      .send('HTTP Basic: Access denied.');
  }
  if (project === undefined)
    return reply.status(404).send('The project you were looking for could not be found.');
  reply.hijack();
  await runBackend({ ...asked, project, user });
  if (isPush && request.method === 'POST') await noticePushes(instance, { project, userId: user?.id ?? 0 });
  reply.raw.end();
  return reply;
}

function identify({ instance, request }: GitRequest): User | undefined {
  try {
    return userOf(instance, request.headers);
  } catch (error) {
    if (error instanceof Refusal && error.status === unauthorized().status) return undefined;
    throw error;
  }
}

/** The CGI speaks: headers, an empty line, the body. */
async function runBackend(
  run: GitRequest & { readonly project: Project; readonly user: User | undefined },
): Promise<void> {
  const { request, reply } = run;
  const backend = spawn('git', ['http-backend'], { env: environmentOf(run) });
  const body = request.body as NodeJS.ReadableStream | undefined;
  if (body === undefined || body === null) backend.stdin.end();
  else body.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of backend.stdout as AsyncIterable<Buffer>) {
    if (head === undefined) {
      reply.raw.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    writeHead(reply, head.subarray(0, end).toString());
    reply.raw.write(head.subarray(end + 4));
    head = undefined;
  }
}

function writeHead(reply: FastifyReply, text: string): void {
  const headers = text.split('\r\n').map((line) => line.split(': ') as [string, string]);
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
  project,
  user,
}: GitRequest & {
  readonly project: Project;
  readonly user: User | undefined;
}): NodeJS.ProcessEnv {
  const [pathInfo, query = ''] = service.split('?');
  const refs =
    user === undefined ? { closed: 'refs/*', guarded: '' } : guardedRefs(instance, { project, user });
  return {
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: instance.repository(project).path,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    PATH_INFO: `/${pathInfo}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    REMOTE_USER: user?.username,
    SANDBOX_CLOSED_REFS: refs.closed,
    SANDBOX_PROTECTED_REFS: refs.guarded,
  };
}
