import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Project, User } from './entities';
import { findProject, type Instance } from './instance';
import { notFound, Refusal } from './refusal';

const MAINTAINER = 40;

/** Who asks, by PRIVATE-TOKEN, Bearer or the password of Basic; undefined for nobody. @throws Refusal 401 for a wrong token */
export function userOf(instance: Instance, headers: FastifyRequest['headers']): User | undefined {
  const token = tokenOf(headers);
  if (token === undefined) return undefined;
  const user = instance.tables.users.all(0).find((one) => same(one.token, token));
  if (user === undefined) throw unauthorized();
  return user;
}

export function unauthorized(): Refusal {
  return new Refusal(401, { message: '401 Unauthorized' });
}

function tokenOf(headers: FastifyRequest['headers']): string | undefined {
  const own = headers['private-token'];
  if (typeof own === 'string') return own;
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer') return value;
  if (scheme === 'Basic') return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  return undefined;
}

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export interface Access {
  readonly project: Project;
  /** Absent for anonymous readers of a public project. */
  readonly user: User | undefined;
}

/** The project as the asker may see it. What may not be read does not exist. @throws Refusal */
export function readProject(instance: Instance, request: FastifyRequest): Access {
  const user = userOf(instance, request.headers);
  const project = findProject(instance, (request.params as { id: string }).id);
  if (project === undefined) throw notFound('Project');
  if (project.visibility === 'private' && user === undefined) throw notFound('Project');
  return { project, user };
}

/** @throws Refusal 401 without a token, 403 below `level` (30 developer by default) */
export function writeProject(
  instance: Instance,
  request: FastifyRequest,
  level = 30,
): { project: Project; user: User } {
  const user = userOf(instance, request.headers);
  if (user === undefined) throw unauthorized();
  const { project } = readProject(instance, request);
  if (user.access_level < level) throw new Refusal(403, { message: '403 Forbidden' });
  return { project, user };
}

/** @throws Refusal as {@link writeProject} */
export function maintainProject(
  instance: Instance,
  request: FastifyRequest,
): { project: Project; user: User } {
  return writeProject(instance, request, MAINTAINER);
}
