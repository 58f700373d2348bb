import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startDaemon, stopDaemon } from './daemon';
import { ensurePort } from './ports';
import type { Progress } from './program-cache';
import { readRunFile } from './run-file';
import { temporalBinary } from './temporal-binary';
import { missingSearchAttributes, SEARCH_ATTRIBUTES } from '../engine/search-attributes';

export interface TemporalOptions {
  /** Data go to `<home>/temporal`. */
  readonly home: string;
  /** What the server says is appended here. */
  readonly logFile: string;
  /** Only these will do. By default those of last time, or free ones. */
  readonly ports?: { readonly port: number; readonly uiPort: number };
  /** Where the Temporal UI has payloads decoded. */
  readonly codecEndpoint?: string;
  readonly onProgress?: Progress;
}

export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  /** False when it ran already, or is not ours to start. */
  readonly started: boolean;
  /** What follows is known of our own server only. */
  readonly uiUrl?: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly pid?: number;
}

const NAME = 'temporal';
const START_PATIENCE_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;

/**
 * Starts the Temporal server with its UI as a daemon that outlives the caller, or finds the one that runs. Data survive
 * anything, and it comes back on the same ports. With TEMPORAL_ADDRESS set nothing is started.
 * @throws ExplainedError when there is no such program, a port is taken, or it does not come up
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const elsewhere = process.env['TEMPORAL_ADDRESS'];
  if (elsewhere !== undefined && elsewhere !== '') return { address: elsewhere, started: false };

  const command = await temporalBinary(options.onProgress ?? (() => undefined));
  const { port, uiPort } = options.ports ?? (await ownPorts(options.home));
  mkdirSync(join(options.home, 'temporal'), { recursive: true });
  const { pid, started } = await startDaemon({
    name: NAME,
    home: options.home,
    command,
    args: serverArguments(options, port, uiPort),
    env: {},
    logFile: options.logFile,
    isHealthy: () => isReady(port),
    patienceMs: START_PATIENCE_MS,
    port,
  });
  return { address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}`, port, uiPort, pid, started };
}

/** Nothing to do when it does not run. Its data stay. */
export async function stopTemporal(home: string): Promise<void> {
  await stopDaemon({ home, name: NAME });
}

async function ownPorts(home: string): Promise<{ readonly port: number; readonly uiPort: number }> {
  const runs = readRunFile({ home, name: NAME }) !== undefined;
  const port = await ensurePort({ home, name: 'temporal', runs });
  return { port, uiPort: await ensurePort({ home, name: 'temporalUi', runs }) };
}

function serverArguments(options: TemporalOptions, port: number, uiPort: number): readonly string[] {
  const { home, codecEndpoint } = options;
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--ui-port=${uiPort}`,
    `--db-filename=${join(home, 'temporal', 'temporal.db')}`,
    // Half again as fast as the defaults, which also log errors under load.
    '--sqlite-pragma=journal_mode=WAL',
    '--sqlite-pragma=synchronous=NORMAL',
    ...SEARCH_ATTRIBUTES.map(({ name }) => `--search-attribute=${name}=Keyword`),
    ...(codecEndpoint === undefined ? [] : [`--ui-codec-endpoint=${codecEndpoint}`]),
    '--log-level=warn',
  ];
}

/** It takes calls before its namespace and search attributes are there; a workflow that met it then would be stuck. */
async function isReady(port: number): Promise<boolean> {
  if (!(await accepts(port))) return false;
  // Loaded late: commands that start nothing need none of it.
  const { Connection } = await import('@temporalio/client');
  try {
    const connection = await Connection.connect({
      address: `127.0.0.1:${port}`,
      connectTimeout: PROBE_TIMEOUT_MS,
    });
    try {
      return await connection.withDeadline(
        Date.now() + PROBE_TIMEOUT_MS,
        async () => (await missingSearchAttributes(connection, 'default')).length === 0,
      );
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: PROBE_TIMEOUT_MS });
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}
