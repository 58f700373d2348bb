import { z } from 'zod';
import { RecordsUnavailable } from '../records/database';
import type { GatewayDeps } from './deps';
import { read, type Endpoint } from './endpoint';
import { hasIt, validatorsOf } from './validators';

export const ICALENDAR = 'text/calendar; charset=utf-8';

export interface OpenDocument {
  readonly text: string;
  /** ISO 8601; when it came to be as it is, where that is known. */
  readonly changedAt?: string | undefined;
}

export interface OpenDocumentShape<P> {
  readonly path: string;
  readonly summary: string;
  /** Media type with its charset. */
  readonly type: string;
  readonly params?: z.ZodObject & z.ZodType<P>;
  readonly write: (params: P, deps: GatewayDeps) => Promise<OpenDocument>;
}

/** How long anybody between us and the reader may give it on unasked. */
const KEPT_SECONDS = 60;

/**
 * A text for everybody: programs that follow a calendar send no token, so that it holds only what is public. Whoever has it as it is
 * gets no second copy (304).
 */
export function openDocument<P = unknown>({ write, ...described }: OpenDocumentShape<P>): Endpoint {
  const { path, params, type } = described;
  return {
    ...described,
    method: 'get',
    isOpen: true,
    answers: {
      200: { description: 'With `ETag`, and `Last-Modified` where that is known.', schema: z.string() },
      304: { description: 'It is as the asker has it.', schema: z.string() },
    },
    run: async (request, deps) => {
      const asked = read(params, { value: request.params, place: 'path' });
      const { text, changedAt } = await write(asked, deps).catch(withoutPlace);
      const { etag, lastModified } = validatorsOf(text, { changedAt, now: new Date() });
      const headers = {
        etag,
        'cache-control': `public, max-age=${KEPT_SECONDS}`,
        ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
      };
      if (hasIt(request.headers, { etag, ...(lastModified === undefined ? {} : { lastModified }) }))
        return { status: 304, headers, body: undefined };
      const shown = { 'content-type': type, 'content-disposition': `inline; filename="${fileName(path)}"` };
      return { status: 200, headers: { ...headers, ...shown }, body: text };
    },
  };
}

/** Where the records are kept is for those who run us; they find it in the log, as the cause. */
function withoutPlace(error: unknown): never {
  if (!(error instanceof RecordsUnavailable)) throw error;
  const told = { where: 'the records', what: 'they do not answer', remedy: 'Ask again in a while' };
  throw new RecordsUnavailable(told, { cause: error });
}

/** `calendar.ics` of `/calendar/:line.ics`: what it is kept as says what it is, and nothing of who asked. */
function fileName(path: string): string {
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  const ending = /\.\w+$/.exec(rest.at(-1) ?? '')?.[0] ?? '';
  return `${first}${ending}`;
}
