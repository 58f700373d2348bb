import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError, type Explanation } from '../domain/explained-error';
import { rememberedPorts } from '../services/ports';
import { signalboxHome } from '../services/home';

/** How long whoever asks waits for the gateway. */
export const WAITED_FOR_MS = 30_000;

export interface GatewayRequest {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** Asks the gateway; its errors come through as they are. */
export type Gateway = <T>(path: string, request?: GatewayRequest) => Promise<T>;

/** The gateway of SIGNALBOX_GATEWAY_URL, else the one of this home. The token proves who asks. */
export function connectGateway(): Gateway {
  const url = gatewayUrl();
  const token = gatewayToken();
  return async <T>(
    path: string,
    { method = 'GET', body, idempotencyKey }: GatewayRequest = {},
  ): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(WAITED_FOR_MS),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new ExplainedError(explanationOf(answer) ?? unreadable(url, response.status));
    return answer as T;
  };
}

function gatewayUrl(): string {
  const configured = process.env['SIGNALBOX_GATEWAY_URL'] ?? '';
  if (configured !== '') return configured;
  const port = rememberedPorts(signalboxHome())['gateway'];
  if (port !== undefined) return `http://127.0.0.1:${port}`;
  throw new ExplainedError({
    where: signalboxHome(),
    what: 'Signalbox has never been started here',
    remedy: 'Start it with `signalbox up`, or name one that runs with SIGNALBOX_GATEWAY_URL',
  });
}

function gatewayToken(): string {
  const configured = process.env['SIGNALBOX_TOKEN'] ?? '';
  if (configured !== '') return configured;
  const folder = process.env['SIGNALBOX_SECRETS'] ?? join(signalboxHome(), 'secrets');
  try {
    return readFileSync(join(folder, 'cli-token'), 'utf8').trim();
  } catch {
    throw new ExplainedError({
      where: join(folder, 'cli-token'),
      what: 'there is no token that proves who you are',
      remedy: 'Run `signalbox up` once, or set SIGNALBOX_TOKEN to the token you were given',
    });
  }
}

function unreachable(url: string, cause: unknown): ExplainedError {
  const remedy = 'Start it with `signalbox up`; `signalbox doctor` says what is down';
  return new ExplainedError({ where: `gateway at ${url}`, what: 'it does not answer', remedy }, { cause });
}

function unreadable(url: string, status: number): Explanation {
  return {
    where: url,
    what: `it answered ${status} and nothing to read`,
    remedy: 'See `signalbox logs gateway`',
  };
}

function explanationOf(answer: unknown): Explanation | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  return answer.error as Explanation;
}
