import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const anything = z.record(z.string(), z.unknown());

/** What stands in the path where the route has `:name`. */
export function parameter(request: FastifyRequest, name: string): string {
  return String(anything.parse(request.params)[name]);
}

/** NaN, which finds nothing, where the path has no number. */
export function numberIn(request: FastifyRequest, name: string): number {
  return Number(parameter(request, name));
}

/** The query, where the last counts of what is said twice. */
export function queryOf(request: FastifyRequest): Readonly<Record<string, string>> {
  const entries = Object.entries(anything.parse(request.query));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]),
  );
}

/** `refs[]=a&refs[]=b` */
export function listIn(request: FastifyRequest, name: string): readonly string[] {
  const said = anything.parse(request.query);
  return [said[`${name}[]`] ?? said[name] ?? []].flat().map(String);
}

/** Parameters may stand in the query or in the body; the body wins. @throws ZodError for a body that is no object */
export function sent(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return { ...queryOf(request), ...anything.parse(request.body ?? {}) };
}
