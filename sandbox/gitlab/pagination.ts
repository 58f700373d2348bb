import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from './parameters';

/** GitLab answers at most this many a page, whatever is asked for. */
const MOST = 100;
const DEFAULT = 20;
/** Above this many rows GitLab leaves the totals out. */
const COUNTED = 10_000;

/** One page of `rows`, with GitLab's headers: offset by `page`, or keyset by `pagination=keyset`. */
export function paginate<T extends object>(
  rows: readonly T[],
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): readonly T[] {
  const { per_page: perPage, pagination } = queryOf(request);
  const size = Math.min(MOST, Math.max(1, Number(perPage ?? DEFAULT) || DEFAULT));
  return pagination === 'keyset'
    ? keysetPage(rows, { request, reply, size })
    : offsetPage(rows, { request, reply, size });
}

interface Turn {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly size: number;
}

function offsetPage<T>(rows: readonly T[], { request, reply, size }: Turn): readonly T[] {
  const page = Math.max(1, Number(queryOf(request)['page'] ?? 1) || 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const next = page < pages ? String(page + 1) : '';
  reply.header('x-page', String(page)).header('x-per-page', String(size)).header('x-next-page', next);
  reply.header('x-prev-page', page > 1 ? String(page - 1) : '');
  if (rows.length <= COUNTED)
    reply.header('x-total', String(rows.length)).header('x-total-pages', String(pages));
  const links = [
    ...(page > 1 ? [link(request, { page: String(page - 1) }, 'prev')] : []),
    ...(next === '' ? [] : [link(request, { page: next }, 'next')]),
    link(request, { page: '1' }, 'first'),
    link(request, { page: String(pages) }, 'last'),
  ];
  reply.header('link', links.join(', '));
  return rows.slice((page - 1) * size, page * size);
}

function keysetPage<T extends object>(rows: readonly T[], { request, reply, size }: Turn): readonly T[] {
  const after = Number(queryOf(request)['id_after'] ?? 0);
  const identified = rows
    .map((row, index) => ({ row, id: idOf(row) ?? index + 1 }))
    .toSorted((a, b) => a.id - b.id);
  const rest = identified.filter(({ id }) => id > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (rest.length > size && last !== undefined)
    reply.header('link', link(request, { id_after: String(last.id) }, 'next'));
  return page.map(({ row }) => row);
}

function idOf(row: object): number | undefined {
  return 'id' in row && typeof row.id === 'number' ? row.id : undefined;
}

function link(request: FastifyRequest, change: Readonly<Record<string, string>>, rel: string): string {
  const url = new URL(request.url, `${request.protocol}://${request.headers.host}`);
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="${rel}"`;
}
