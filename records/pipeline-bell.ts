import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** A pipeline by its number, or by the branch or tag it runs for while the number is not known yet. */
export type PipelineOf =
  | { readonly project: string; readonly pipeline: number }
  | { readonly project: string; readonly ref: string };

/** Somebody who waits. Rings between two waits are not lost. */
export interface Listener {
  /** Resolves when a webhook about the pipeline has come in since the last wait, after `timeoutMs`, or on abort. */
  wait(input: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
  close(): void;
}

/**
 * Wakes whoever waits for a pipeline as soon as its webhook is in the inbox; one connection serves any number of them.
 * While the connection is down the waits end by their timeouts: it saves time, and nothing depends on it.
 */
export interface PipelineBell {
  listen(pipeline: PipelineOf): Listener;
  close(): Promise<void>;
}

interface Ring {
  readonly project: string;
  readonly pipeline: number;
  readonly ref: string | null;
}

const RECONNECT_AFTER_MS = 1_000;

export function createPipelineBell(url: string): PipelineBell {
  const listeners = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  let connection: Promise<void> | undefined;

  return {
    listen: (pipeline) => {
      connection ??= stayConnected({ url, listeners, signal: closing.signal });
      return addListener(listeners, keyOf(pipeline));
    },
    close: async () => {
      closing.abort();
      await connection;
    },
  };
}

function keyOf(pipeline: PipelineOf): string {
  return 'pipeline' in pipeline
    ? `${pipeline.project}#${pipeline.pipeline}`
    : `${pipeline.project}@${pipeline.ref}`;
}

type Listeners = Map<string, Set<() => void>>;

function addListener(listeners: Listeners, key: string): Listener {
  let hasRung = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    hasRung = true;
    wake?.();
  };
  const sameKey = listeners.get(key) ?? new Set();
  listeners.set(key, sameKey.add(ring));
  return {
    wait: async ({ timeoutMs, signal }) => {
      const rung = new AbortController();
      wake = () => rung.abort();
      if (!hasRung) await timeout(timeoutMs, signal ? AbortSignal.any([signal, rung.signal]) : rung.signal);
      hasRung = false;
    },
    close: () => {
      sameKey.delete(ring);
      if (sameKey.size === 0) listeners.delete(key);
    },
  };
}

async function timeout(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
}

interface Connection {
  readonly url: string;
  readonly listeners: Listeners;
  readonly signal: AbortSignal;
}

async function stayConnected(connection: Connection): Promise<void> {
  while (!connection.signal.aborted) {
    await listenUntilLost(connection).catch(() => undefined);
    await timeout(RECONNECT_AFTER_MS, connection.signal);
  }
}

async function listenUntilLost({ url, listeners, signal }: Connection): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true });
  const lost = new AbortController();
  const end = (): void => lost.abort();
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => ringFor(listeners, JSON.parse(payload ?? '{}')));
  try {
    await client.connect();
    await client.query('LISTEN pipelines');
    // What came in while nobody listened rang no bell.
    for (const same of listeners.values()) for (const ring of same) ring();
    await aborted(AbortSignal.any([lost.signal, signal]));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function ringFor(listeners: Listeners, { project, pipeline, ref }: Ring): void {
  const keys = [keyOf({ project, pipeline })];
  if (ref !== null) keys.push(keyOf({ project, ref }));
  for (const key of keys) for (const ring of listeners.get(key) ?? []) ring();
}
