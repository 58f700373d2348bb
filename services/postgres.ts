import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { ExplainedError } from '../domain/explained-error';
import { freePort } from './free-port';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries';
import {
  clusterExists,
  clusterPassword,
  initialiseCluster,
  serverEnvironment,
  SUPERUSER,
} from './postgres-cluster';
import { erasePostgresPlace, postgresPlace, type PostgresPlace } from './postgres-place';
import { clearStaleLock, runningPostmaster, stopPostmaster } from './postgres-process';

export interface PostgresOptions {
  /** Data go to `<home>/postgres`. */
  readonly home: string;
  /** Holds the password; made when there is none. */
  readonly passwordFile: string;
  /** What the server says is appended here. */
  readonly logFile: string;
  /** Only this port will do. By default the one of last time, or a free one. */
  readonly port?: number;
  /** Server parameters for this run, e.g. `{ fsync: 'off' }` for data that nobody will miss. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** Connection string, with the password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** False when it ran already. */
  readonly started: boolean;
}

/** Longest wait for a server that recovers after a crash. */
const START_PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 15;
/** A killed postmaster's sessions need a moment to notice; until then its shared memory keeps a new one out. */
const ORPHANS_STILL_THERE = /pre-existing shared memory block|lock file ".*" already exists/;

/**
 * Starts PostgreSQL as a daemon that outlives the caller, or finds the one that runs. Data survive anything.
 * @throws ExplainedError when it cannot run: port taken, no binaries, password lost, disk full
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const place = postgresPlace(options.home);
  const password = clusterPassword(options.passwordFile, place);
  const found = await findRunning(place, password);
  if (found !== undefined) return found;

  const binaries = postgresBinaries({ account: place.account, copyInto: place.programs });
  if (!clusterExists(place)) initialiseCluster({ place, binaries, password });
  clearStaleLock(place.data);
  return launch({ options, place, binaries, password });
}

/** Ends all sessions and stops the server; nothing to do when there is none. */
export async function stopPostgres(home: string): Promise<void> {
  await stopPostmaster(postgresPlace(home).data);
}

/** Stops the server and forgets its data, wherever they are. */
export async function erasePostgres(home: string): Promise<void> {
  if (!existsSync(join(home, 'postgres'))) return;
  await stopPostgres(home);
  erasePostgresPlace(home);
}

/** The server of this home, if one runs. Asks nothing of it. */
export function localPostgres(home: string): { readonly pid: number; readonly port?: number } | undefined {
  if (!existsSync(join(home, 'postgres'))) return undefined;
  return runningPostmaster(postgresPlace(home).data);
}

async function findRunning(place: PostgresPlace, password: string): Promise<PostgresServer | undefined> {
  const deadline = performance.now() + START_PATIENCE_MS;
  for (let running = runningPostmaster(place.data); running; running = runningPostmaster(place.data)) {
    const { pid, port } = running;
    if (port !== undefined && (await answers(urlFor(port, password)))) {
      return { url: urlFor(port, password), port, pid, started: false };
    }
    if (performance.now() > deadline) throw startFailure(place, `process ${pid} does not answer`);
    await pause(LOOK_AGAIN_MS);
  }
  return undefined;
}

interface Launch {
  readonly options: PostgresOptions;
  readonly place: PostgresPlace;
  readonly binaries: PostgresBinaries;
  readonly password: string;
}

async function launch(request: Launch): Promise<PostgresServer> {
  const deadline = performance.now() + START_PATIENCE_MS;
  let port = await choosePort(request);
  for (;;) {
    const attempt = await attemptStart(request, port);
    if (attempt.server !== undefined) return attempt.server;
    if (performance.now() > deadline) throw startFailure(request.place, attempt.complaint);
    if (/Address already in use/.test(attempt.complaint)) port = await portInsteadOf(request, port);
    else if (!ORPHANS_STILL_THERE.test(attempt.complaint))
      throw startFailure(request.place, attempt.complaint);
    await pause(LOOK_AGAIN_MS);
  }
}

interface Attempt {
  readonly server?: PostgresServer;
  /** What the server wrote before it gave up. */
  readonly complaint: string;
}

async function attemptStart(request: Launch, port: number): Promise<Attempt> {
  const { place, options, password } = request;
  const logFrom = statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const child = spawnServer(request, port);
  const url = urlFor(port, password);
  const deadline = performance.now() + START_PATIENCE_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const running = runningPostmaster(place.data);
    if (running?.port === port && (await answers(url))) {
      writeFileSync(portNote(place), `${port}\n`);
      return { server: { url, port, pid: running.pid, started: true }, complaint: '' };
    }
    await pause(LOOK_AGAIN_MS);
  }
  return { complaint: readFileSync(options.logFile, 'utf8').slice(logFrom).trim() };
}

function spawnServer({ options, place, binaries }: Launch, port: number): ReturnType<typeof spawn> {
  const parameters = Object.entries(options.parameters ?? {}).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(binaries.postgres, ['-D', place.data, '-p', String(port), ...parameters], {
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
    ...place.account,
  });
  closeSync(log);
  child.unref();
  return child;
}

/** Whether a session can be opened. A wrong password is an answer too, and will not mend itself. */
async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '28P01') {
      throw new ExplainedError({
        where: `PostgreSQL on port ${new URL(url).port}`,
        what: 'it refuses the password',
        remedy: 'Put the right password file back, or run `signalbox reset` to begin with empty data',
      });
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function choosePort({ options, place }: Launch): Promise<number> {
  if (options.port !== undefined) return options.port;
  const last = existsSync(portNote(place)) ? Number(readFileSync(portNote(place), 'utf8')) : 0;
  return last > 0 ? last : freePort();
}

async function portInsteadOf({ options }: Launch, taken: number): Promise<number> {
  if (options.port === undefined) return freePort();
  throw new ExplainedError({
    where: `port ${taken}`,
    what: 'another program listens there, so PostgreSQL cannot',
    remedy: 'Stop that program or choose another port',
  });
}

function portNote(place: PostgresPlace): string {
  return join(place.folder, 'port');
}

function urlFor(port: number, password: string): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

function startFailure(place: PostgresPlace, complaint: string): ExplainedError {
  return new ExplainedError({
    where: `PostgreSQL in ${place.data}`,
    what: `it does not start (${complaint.split('\n').slice(-3).join('; ')})`,
    remedy: 'Read its log; `signalbox reset` begins with empty data',
  });
}
