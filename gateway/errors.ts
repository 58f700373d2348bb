import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ExplainedError, type Explanation } from '../domain/explained-error';
import { RecordsConflict, RecordsUnavailable } from '../records/database';
import { GitLabRefused, GitLabUnavailable } from '../starters/gitlab-reader';
import { EngineUnavailable, InvalidRequest, NotPossible, NotThere } from '../starters/refusals';
import { isQuiet, wordless } from './quiet-request';

/** Nobody known asked. */
export class Unauthenticated extends ExplainedError {
  override readonly name = 'Unauthenticated';
}

/** Somebody known asked for what others may. */
export class Forbidden extends ExplainedError {
  override readonly name = 'Forbidden';
}

/** The one form of every error. */
export interface ErrorBody {
  readonly error: Explanation;
}

const STATUS = [
  [InvalidRequest, 400],
  [Unauthenticated, 401],
  [Forbidden, 403],
  [NotThere, 404],
  [NotPossible, 409],
  [RecordsConflict, 409],
  [GitLabRefused, 502],
  [EngineUnavailable, 503],
  [RecordsUnavailable, 503],
  [GitLabUnavailable, 503],
] as const;

const RETRY_AFTER_SECONDS = 5;

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status >= 500)
    request.log.error(isQuiet(request) ? { failed: wordless(error) } : { err: error }, 'A request failed');
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  const body: ErrorBody = { error: explanationOf(error, request) };
  return reply.status(status).send(body);
}

export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?');
  const body: ErrorBody = {
    error: {
      where: `${request.method} ${path}`,
      what: 'there is nothing here',
      remedy: 'See /api/openapi.json for what there is',
    },
  };
  return reply.status(404).send(body);
}

function statusOf(error: unknown): number {
  for (const [type, status] of STATUS) if (error instanceof type) return status;
  return isFastifyError(error) && error.statusCode !== undefined ? error.statusCode : 500;
}

function explanationOf(error: unknown, request: FastifyRequest): Explanation {
  if (error instanceof ExplainedError) return error.explanation;
  const where = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  if (isFastifyError(error) && (error.statusCode ?? 500) < 500)
    return { where, what: error.message, remedy: 'See /api/openapi.json for what is taken here' };
  return {
    where,
    what: 'something went wrong that nobody foresaw',
    remedy: `Look for the request ${request.id} in the gateway's log`,
  };
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
