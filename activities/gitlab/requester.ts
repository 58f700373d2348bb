import { setMaxListeners } from 'node:events';
import {
  createRequesterFn,
  type FormattedResponse,
  type RequesterType,
  type ResourceOptions,
} from '@gitbeaker/requester-utils';
import { asyncLocalStorage } from '@temporalio/activity';
import { outsideDown, permanent } from '../errors';
import type { Budget } from './budget';

const TIMEOUT_MS = 30_000;

/** GitLab understood and said no (4xx); whoever asked knows what that means here. */
export class GitLabRefusal extends Error {
  override readonly name = 'GitLabRefusal';

  constructor(
    readonly status: number,
    readonly request: string,
    readonly answer: string,
  ) {
    super(`${request}: GitLab answered ${status}: ${answer}`);
  }
}

/** One try for each request: Temporal does the trying again, and a POST that was carried out but not answered must be looked up first. */
export function createRequester(budget: Budget): (options: ResourceOptions) => RequesterType {
  return createRequesterFn(
    (_resource, request) => Promise.resolve(request),
    (endpoint, options) => requestOnce({ endpoint, options: options ?? {}, budget }),
  );
}

interface RequestFields {
  readonly method?: string;
  readonly prefixUrl?: string;
  readonly searchParams?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | FormData;
  readonly asStream?: boolean;
}

interface Asked {
  readonly endpoint: string;
  readonly options: RequestFields;
  readonly budget: Budget;
}

async function requestOnce({ endpoint, options, budget }: Asked): Promise<FormattedResponse> {
  const base = options.prefixUrl ?? '';
  const url = new URL(endpoint, base.endsWith('/') ? base : `${base}/`);
  url.search = options.searchParams ?? '';
  const { method = 'GET', headers = {}, body } = options;
  const answer = await ask(url, { method, headers, budget, ...(body === undefined ? {} : { body }) });
  return { body: parse(answer), headers: Object.fromEntries(answer.headers), status: answer.status };
}

export interface Ask {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly budget: Budget;
  readonly body?: RequestInit['body'];
  /** For the whole answer; 30 seconds by default. */
  readonly timeoutMs?: number;
}

/** An answer that has come in whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** @throws GitLabRefusal for 4xx; ApplicationFailure OutsideDown for 429, 5xx and silence, ConfigurationError for a token that may not */
export async function ask(url: URL, { method, headers, body, budget, timeoutMs }: Ask): Promise<Answer> {
  const request = `${method} ${url.pathname}`;
  budget.spend();
  const cancelled = asyncLocalStorage.getStore()?.cancellationSignal;
  // One activity asks many times, and each question listens to the same signal.
  if (cancelled !== undefined) setMaxListeners(0, cancelled);
  const signals = [
    AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
    ...(cancelled === undefined ? [] : [cancelled]),
  ];
  const answer = await fetchWhole(url, {
    method,
    headers,
    signal: AbortSignal.any(signals),
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  }).catch((error: unknown) => {
    if (cancelled?.aborted === true) throw error;
    throw outsideDown({
      where: `GitLab, ${request}`,
      what: `no answer (${reasonOf(error)})`,
      remedy: 'It is asked again',
    });
  });
  budget.note(answer.headers);
  if (answer.status >= 300) throw refusalOf(answer, request);
  return answer;
}

async function fetchWhole(url: URL, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  return { status, headers, body: Buffer.from(await response.arrayBuffer()) };
}

function refusalOf({ status, headers, body }: Answer, request: string): Error {
  const answer = body.toString().slice(0, 300);
  const where = `GitLab, ${request}`;
  if (status === 429 || status >= 500) {
    const seconds = Number(headers.get('retry-after'));
    const text = { where, what: `it answered ${status}`, remedy: 'It is asked again' };
    return outsideDown(text, seconds > 0 ? seconds * 1_000 : undefined);
  }
  if (status === 401 || status === 403) {
    const remedy = 'Give the token of a maintainer with scope `api`, then resume the step';
    return permanent('ConfigurationError', { where, what: `it answered ${status}: ${answer}`, remedy });
  }
  return new GitLabRefusal(status, request, answer);
}

function parse({ headers, body }: Answer): FormattedResponse['body'] {
  const text = body.toString();
  if (text === '') return null;
  return headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Nothing to be found is an answer. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitLabRefusal && error.status === 404) return undefined;
    throw error;
  }
}
