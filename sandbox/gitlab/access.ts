import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Project, User } from './entities';
import { findProject, type Instance } from './instance';
import { parameter } from './parameters';
import { forbidden, notFound, unauthorized } from './refusal';

const GUEST = 10;
const REPORTER = 20;
export const DEVELOPER = 30;
export const MAINTAINER = 40;

/** Who asks, by PRIVATE-TOKEN, Bearer or the password of Basic; undefined for nobody. @throws Refusal 401 for a wrong token */
export function userOf(instance: Instance, headers: FastifyRequest['headers']): User | undefined {
  const token = tokenOf(headers);
  if (token === undefined) return undefined;
  const user = instance.tables.users.all(0).find((one) => same(one.token, token));
  if (user === undefined) throw unauthorized();
  return user;
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

export function mayRead(project: Project, user: User | undefined): boolean {
  return project.visibility === 'public' || (user?.access_level ?? 0) >= GUEST;
}

/** Confidential issues and internal notes are for reporters and up. */
export function maySeeInternal(user: User | undefined): boolean {
  return (user?.access_level ?? 0) >= REPORTER;
}

/** The project as the asker may see it. What may not be read does not exist. @throws Refusal */
export function readProject(instance: Instance, request: FastifyRequest): Access {
  const user = userOf(instance, request.headers);
  const project = findProject(instance, parameter(request, 'id'));
  if (project === undefined || !mayRead(project, user)) throw notFound('Project');
  return { project, user };
}

/** @throws Refusal 401 without a token, 403 below `level` (30 developer by default) */
export function writeProject(
  instance: Instance,
  request: FastifyRequest,
  level = DEVELOPER,
): { project: Project; user: User } {
  const user = userOf(instance, request.headers);
  if (user === undefined) throw unauthorized();
  const { project } = readProject(instance, request);
  if (user.access_level < level) throw forbidden();
  return { project, user };
}

/** @throws Refusal as {@link writeProject} */
export function maintainProject(
  instance: Instance,
  request: FastifyRequest,
): { project: Project; user: User } {
  return writeProject(instance, request, MAINTAINER);
}
