import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { InvalidRequest } from '../starters/refusals';
import type { GatewayDeps } from './deps';
import { Forbidden, Unauthenticated } from './errors';
import { personOf, type Person } from './people';

/** What an endpoint was asked, read by its schemas. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly person: Person;
  /** The header `Idempotency-Key`. */
  readonly key: string | undefined;
}

export interface Reply<R> {
  readonly status: number;
  readonly body: R;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EndpointShape<P, Q, B, R> {
  readonly method: 'get' | 'post';
  /** With parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** Only people with this role may ask; anybody known without it. */
  readonly role?: string;
  readonly key?: 'required' | 'optional';
  /** Only failures are logged: that somebody asked, or what was answered, would tell of an embargo to whoever reads the log. */
  readonly isQuiet?: boolean;
  readonly params?: z.ZodObject & z.ZodType<P>;
  readonly query?: z.ZodObject & z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** What is answered, by status; `default` is the form of every error. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: z.ZodType<R> }>>;
  readonly handle: (asked: Asked<P, Q, B>, deps: GatewayDeps) => Promise<Reply<R>>;
}

/** An endpoint as the server and the OpenAPI document need it. */
export type Endpoint = Omit<EndpointShape<unknown, unknown, unknown, unknown>, 'handle'> & {
  /** Asked without a token. */
  readonly isOpen?: boolean;
  /** Media type of what is answered; JSON by default. */
  readonly type?: string;
  readonly run: (request: FastifyRequest, deps: GatewayDeps) => Promise<Reply<unknown>>;
};

export function endpoint<P = unknown, Q = unknown, B = unknown, R = unknown>(
  shape: EndpointShape<P, Q, B, R>,
): Endpoint {
  const { handle, ...described } = shape;
  return {
    ...described,
    run: (request, deps) => {
      const person = demandPerson(request, { deps, role: shape.role });
      const asked = {
        person,
        key: keyOf(request, shape.key),
        params: read(shape.params, { value: request.params, place: 'path' }),
        query: read(shape.query, { value: request.query, place: 'query' }),
        body: read(shape.body, { value: request.body, place: 'body' }),
      };
      return handle(asked, deps);
    },
  };
}

export function addEndpoint(
  app: FastifyInstance,
  { one, deps }: { readonly one: Endpoint; readonly deps: GatewayDeps },
): void {
  app.route({
    method: one.method,
    url: one.path,
    ...(one.isQuiet === true ? { logLevel: 'warn', config: { isQuiet: true } } : {}),
    handler: async (request, reply) => {
      const { status, body, headers = {} } = await one.run(request, deps);
      return reply.status(status).headers(headers).send(body);
    },
  });
}

function demandPerson(
  request: FastifyRequest,
  { deps, role }: { readonly deps: GatewayDeps; readonly role: string | undefined },
): Person {
  const person = personOf(deps.secretsFolder, request.headers.authorization);
  if (person === undefined)
    throw new Unauthenticated({
      where: 'the header Authorization',
      what: 'it holds no token of a person that this gateway knows',
      remedy: 'Send `Authorization: Bearer <token>`; on a laptop the token is in the secrets as `cli-token`',
    });
  if (role !== undefined && !person.roles.includes(role)) throw lacksRole(person, role);
  return person;
}

export function lacksRole({ id, roles }: Person, role: string): Forbidden {
  return new Forbidden({
    where: `${id}, ${roles.join(', ') || 'without a role'}`,
    what: `only a ${role} may do this`,
    remedy: `Ask a ${role}, or have the role given in people.json`,
  });
}

const KEY = /^[\u0021-\u007e]{1,200}$/;

function keyOf(request: FastifyRequest, demand: 'required' | 'optional' | undefined): string | undefined {
  const key = request.headers['idempotency-key'];
  if (demand === undefined || (key === undefined && demand === 'optional')) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new InvalidRequest({
    where: 'the header Idempotency-Key',
    what: key === undefined ? 'it is missing' : 'it is not 1 to 200 visible characters',
    remedy: 'Send a key of your own, such as a UUID; asked again with the same key, nothing is done twice',
  });
}

/** @throws InvalidRequest that names the place */
export function read<T>(
  schema: z.ZodType<T> | undefined,
  { value, place }: { readonly value: unknown; readonly place: string },
): T {
  // An endpoint without a schema does not look at the part.
  if (schema === undefined) return value as T;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${[place, ...path.map(String)].join('.')}: ${message}`,
  );
  throw new InvalidRequest({
    where: `the ${place} of the request`,
    what: problems.join('; '),
    remedy: 'See /api/openapi.json for what is taken',
  });
}
