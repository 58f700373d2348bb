import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from './parameters';
import { Refusal } from './refusal';

/** GitLab answers at most this many a page, whatever is asked for. */
const MOST = 100;
const DEFAULT = 20;
/** Above this many rows GitLab leaves the totals and the last page out. */
const COUNTED = 10_000;

/** One page of `rows`, with GitLab's headers: offset by `page`, or keyset by `pagination=keyset`. @throws Refusal 400 */
export function paginate<T extends object>(
  rows: readonly T[],
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): readonly T[] {
  const { pagination } = queryOf(request);
  const size = Math.min(MOST, positive(request, { name: 'per_page', otherwise: DEFAULT }));
  return pagination === 'keyset'
    ? keysetPage(rows, { request, reply, size })
    : offsetPage(rows, { request, reply, size });
}

function positive(
  request: FastifyRequest,
  { name, otherwise }: { readonly name: string; readonly otherwise: number },
): number {
  const value = Number(queryOf(request)[name] ?? otherwise);
  if (!Number.isSafeInteger(value)) throw new Refusal(400, { error: `${name} is invalid` });
  if (value < 1) throw new Refusal(400, { error: `${name} does not have a valid value` });
  return value;
}

interface Turn {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly size: number;
}

function offsetPage<T>(rows: readonly T[], { request, reply, size }: Turn): readonly T[] {
  const page = positive(request, { name: 'page', otherwise: 1 });
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const isCounted = rows.length <= COUNTED;
  const next = page < pages ? String(page + 1) : '';
  reply.headers({
    'x-page': String(page),
    'x-per-page': String(size),
    'x-next-page': next,
    'x-prev-page': page > 1 ? String(page - 1) : '',
    ...(isCounted ? { 'x-total': String(rows.length), 'x-total-pages': String(pages) } : {}),
  });
  const links = [
    ...(page > 1 ? [link(request, { page: String(page - 1) }, 'prev')] : []),
    ...(next === '' ? [] : [link(request, { page: next }, 'next')]),
    link(request, { page: '1' }, 'first'),
    ...(isCounted ? [link(request, { page: String(pages) }, 'last')] : []),
  ];
  reply.header('link', links.join(', '));
  return rows.slice((page - 1) * size, page * size);
}

/** By id where rows have one, newest first unless asked otherwise; else by name, in the order given. */
function keysetPage<T extends object>(rows: readonly T[], turn: Turn): readonly T[] {
  const identified = rows.flatMap((row) => {
    const id = idOf(row);
    return id === undefined ? [] : [{ row, id }];
  });
  return identified.length === rows.length ? pageById(identified, turn) : pageByToken(rows, turn);
}

function pageById<T>(
  rows: readonly { readonly row: T; readonly id: number }[],
  { request, reply, size }: Turn,
): readonly T[] {
  const { sort = 'desc', id_after: after, id_before: before } = queryOf(request);
  const isAscending = sort === 'asc';
  const ordered = rows
    .toSorted((a, b) => (isAscending ? a.id - b.id : b.id - a.id))
    .filter(
      ({ id }) =>
        (after === undefined || id > Number(after)) && (before === undefined || id < Number(before)),
    );
  const page = ordered.slice(0, size);
  const last = page.at(-1);
  if (ordered.length > size && last !== undefined)
    reply.header(
      'link',
      link(request, { [isAscending ? 'id_after' : 'id_before']: String(last.id) }, 'next'),
    );
  return page.map(({ row }) => row);
}

function pageByToken<T extends object>(rows: readonly T[], { request, reply, size }: Turn): readonly T[] {
  const { page_token: token } = queryOf(request);
  const begin = token === undefined ? 0 : rows.findIndex((row) => tokenOf(row) === token) + 1;
  const page = rows.slice(begin, begin + size);
  const last = page.at(-1);
  if (begin + size < rows.length && last !== undefined)
    reply.header('link', link(request, { page_token: tokenOf(last) }, 'next'));
  return page;
}

function idOf(row: object): number | undefined {
  return 'id' in row && typeof row.id === 'number' ? row.id : undefined;
}

function tokenOf(row: object): string {
  if ('id' in row) return String(row.id);
  return 'name' in row ? String(row.name) : '';
}

function link(request: FastifyRequest, change: Readonly<Record<string, string>>, rel: string): string {
  const url = new URL(request.url, `${request.protocol}://${request.headers.host}`);
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="${rel}"`;
}
