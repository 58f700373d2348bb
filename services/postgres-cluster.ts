import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import type { PostgresBinaries } from './postgres-binaries';
import type { PostgresPlace } from './postgres-place';

/** Small for a laptop, and quick to start. What was committed survives a crash: fsync stays on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

export const SUPERUSER = 'signalbox';

export interface ClusterRequest {
  readonly place: PostgresPlace;
  readonly binaries: PostgresBinaries;
  readonly password: string;
}

export function clusterExists(place: PostgresPlace): boolean {
  return existsSync(join(place.data, 'PG_VERSION'));
}

/** Made under another name first, so that an interrupted initdb leaves no half cluster. */
export function initialiseCluster(request: ClusterRequest): void {
  const { place } = request;
  const unfinished = `${place.data}.${process.pid}`;
  const passwordFile = `${unfinished}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, request.password, { mode: 0o600 });
  if (place.account !== undefined) chownSync(passwordFile, place.account.uid, place.account.gid);
  try {
    runInitdb({ ...request, folder: unfinished, passwordFile });
    if (!clusterExists(place)) renameSync(unfinished, place.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function runInitdb(
  request: ClusterRequest & { readonly folder: string; readonly passwordFile: string },
): void {
  const options = [
    `--pgdata=${request.folder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${request.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...Object.entries(SETTINGS).map(([name, value]) => `--set=${name}=${value}`),
  ];
  const run = spawnSync(request.binaries.initdb, options, {
    cwd: '/',
    encoding: 'utf8',
    env: serverEnvironment(),
    ...request.place.account,
  });
  if (run.status === 0) return;
  throw new ExplainedError({
    where: request.place.data,
    what: `initdb failed (${(run.error?.message ?? run.stderr).trim()})`,
    remedy: run.stderr?.includes('user does not exist')
      ? 'Give this user an entry in /etc/passwd, or set DATABASE_URL to a server that runs already'
      : 'Make room or mend the rights of that folder, or set DATABASE_URL to a server that runs already',
  });
}

/** Nothing of the caller's environment may change what the server does. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * The password of the local server, made the first time.
 * @throws ExplainedError when the file has been lost and the cluster still asks for it
 */
export function clusterPassword(passwordFile: string, place: PostgresPlace): string {
  if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
  if (clusterExists(place)) {
    throw new ExplainedError({
      where: passwordFile,
      what: `the password of the PostgreSQL data in ${place.data} is missing`,
      remedy: 'Put the file back, or run `signalbox reset` to begin with empty data',
    });
  }
  mkdirSync(dirname(passwordFile), { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  return readFileSync(passwordFile, 'utf8').trim();
}
