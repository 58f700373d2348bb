import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { branchRoutes } from './api/branches';
import { commitActionRoutes } from './api/commit-actions';
import { commitPickRoutes } from './api/commit-picks';
import { commitRoutes } from './api/commits';
import { deployKeyRoutes } from './api/deploy-keys';
import { deploymentRoutes } from './api/deployments';
import { environmentRoutes } from './api/environments';
import { fileRoutes } from './api/files';
import { freezePeriodRoutes } from './api/freeze-periods';
import { hookTestRoutes } from './api/hook-tests';
import { hookRoutes } from './api/hooks';
import { issueLinkRoutes } from './api/issue-links';
import { issueRoutes } from './api/issues';
import { jobRoutes } from './api/jobs';
import { labelRoutes } from './api/labels';
import { memberRoutes } from './api/members';
import { mergeRequestApprovalRoutes } from './api/merge-request-approvals';
import { mergeRequestContentRoutes } from './api/merge-request-content';
import { mergeRequestMergingRoutes } from './api/merge-request-merging';
import { mergeRequestRoutes } from './api/merge-requests';
import { noteRoutes } from './api/notes';
import { packageRoutes } from './api/packages';
import { pipelineRoutes } from './api/pipelines';
import { projectRoutes } from './api/projects';
import { protectionRoutes } from './api/protections';
import { releaseRoutes } from './api/releases';
import { remoteMirrorRoutes } from './api/remote-mirrors';
import { tagRoutes } from './api/tags';
import { Runner } from './ci/runner';
import { serveGit } from './git-http';
import { installGuard } from './guard';
import type { Instance } from './instance';
import { loseResponse, misbehave } from './misbehaviour';
import { Outbox } from './outbox';
import { noticePushes } from './pushes';
import { limitRate } from './rate-limit';
import { Refusal } from './refusal';

const LARGEST_BODY = 512 * 1024 * 1024;

/** What a group of routes needs. */
export interface Api {
  readonly app: FastifyInstance;
  readonly instance: Instance;
  readonly runner: Runner;
}

export interface RunningGitLab {
  readonly url: string;
  /** Of the REST API, as `GET /api/v4/projects/:id`, for those who compare it with GitLab's own description. */
  readonly routes: readonly string[];
  close(): Promise<void>;
}

const ROUTES = [
  projectRoutes,
  branchRoutes,
  tagRoutes,
  commitRoutes,
  commitActionRoutes,
  commitPickRoutes,
  fileRoutes,
  mergeRequestRoutes,
  mergeRequestApprovalRoutes,
  mergeRequestMergingRoutes,
  mergeRequestContentRoutes,
  noteRoutes,
  issueRoutes,
  issueLinkRoutes,
  labelRoutes,
  pipelineRoutes,
  jobRoutes,
  releaseRoutes,
  packageRoutes,
  deploymentRoutes,
  environmentRoutes,
  freezePeriodRoutes,
  protectionRoutes,
  deployKeyRoutes,
  memberRoutes,
  hookRoutes,
  hookTestRoutes,
  remoteMirrorRoutes,
];

export interface ServeOptions {
  readonly port: number;
  readonly host?: string;
  /** Requests a minute and token; unlimited by default. */
  readonly requestsPerMinute?: number;
  /** Routes of the sandbox's own. */
  readonly extend?: (api: Api) => void;
}

/** Serves the REST API and git over HTTP, runs pipelines, and first brings the facts level with the repositories. */
export async function serveGitLab(instance: Instance, options: ServeOptions): Promise<RunningGitLab> {
  const app = createApp();
  const served = followHandlers(app, instance);
  const runner = new Runner(instance);
  const outbox = new Outbox(instance, runner);
  instance.onOutbox = () => outbox.look();
  limitRate(app, options.requestsPerMinute);
  misbehave(app, instance);
  loseResponse(app, instance);
  const api = { app, instance, runner };
  for (const routes of ROUTES) routes(api);
  options.extend?.(api);
  serveGit(app, instance);

  instance.url = await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  for (const project of instance.tables.projects.all(0)) {
    await installGuard(instance.repository(project));
    await noticePushes(instance, { project, userId: 0 });
  }
  runner.resume();
  outbox.look();
  return {
    url: instance.url,
    routes: served,
    close: async () => {
      instance.closing.abort();
      app.server.closeAllConnections();
      await app.close();
      runner.stop();
      await outbox.stop();
      await instance.ongoing.settled();
      await instance.store.close();
    },
  };
}

/** Whoever was interrupted in the middle of a request may still write: closing waits for them, and lets nobody else in. */
function followHandlers(app: FastifyInstance, instance: Instance): readonly string[] {
  const routes: string[] = [];
  app.addHook('onRoute', (route) => {
    const { handler, method, url } = route;
    if (method !== 'HEAD' && url.startsWith('/api/')) routes.push(`${String(method)} ${url}`);
    route.handler = async function follow(request, reply): Promise<unknown> {
      if (instance.closing.signal.aborted) throw new Refusal(503, { message: '503 Service Unavailable' });
      return instance.ongoing.track(Promise.resolve(handler.call(this, request, reply)));
    };
  });
  return routes;
}

function createApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: LARGEST_BODY,
    routerOptions: { maxParamLength: 1000 },
    forceCloseConnections: true,
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
  // Everything else (git packs, package files) is handed on as it streams in.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler(answerError);
  return app;
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Whoever has gone away in the middle is told nothing.
  if (request.socket.destroyed) return void reply.hijack();
  if (error instanceof Refusal) void reply.status(error.status).send(error.body);
  else if (error instanceof ZodError) void reply.status(400).send({ error: complaint(error) });
  else if (isClientError(error)) void reply.status(error.statusCode).send({ message: error.message });
  else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    void reply.status(500).send({ message: '500 Internal Server Error' });
  }
}

function isClientError(error: unknown): error is { statusCode: number; message: string } {
  return error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500;
}

/** GitLab's words: `ref is missing`, `ref is invalid`. */
function complaint(error: ZodError): string {
  return error.issues
    .map(
      ({ path, message }) => `${path.join('.')} is ${message.includes('undefined') ? 'missing' : 'invalid'}`,
    )
    .join(', ');
}
