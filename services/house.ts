import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import { stopDaemon } from './daemon';
import { claimHome, emptyHome, isHome, withHomeLock } from './home';
import { ensureProcess, prepareSite, type HouseOptions, type ServiceName, type Site } from './house-site';
import { erasePostgres, startPostgres, stopPostgres } from './postgres';
import type { Progress } from './program-cache';
import { readRunFile, removeRunFile, writeRunFile } from './run-file';
import type { SecretFiles } from './secrets';
import { startTemporal, stopTemporal, type TemporalServer } from './temporal';

/** All servers, ready to serve. */
export interface House {
  readonly home: string;
  readonly gatewayUrl: string;
  readonly gitlabUrl: string;
  /** `host:port` */
  readonly temporalAddress: string;
  /** Absent where TEMPORAL_ADDRESS names a server of somebody else. */
  readonly temporalUiUrl?: string;
  /** Connection string, with the password. */
  readonly databaseUrl: string;
  readonly secrets: SecretFiles;
  /** What did not run before. */
  readonly started: readonly ServiceName[];
}

const TITLES: Readonly<Record<ServiceName, string>> = {
  postgres: 'PostgreSQL',
  temporal: 'the Temporal server',
  sandbox: 'the sandbox GitLab',
  worker: 'the worker',
  gateway: 'the gateway',
};
/** A worker lets running activities finish. */
const WORKER_GRACE_MS = 20_000;
const SAY_AFTER_MS = 2_000;

/**
 * Starts what is not running, restarts what is dead or of another build or configuration, and leaves the rest alone.
 * @throws ExplainedError of the first that does not come up; the others go on running
 */
export async function ensureServices(options: HouseOptions): Promise<House> {
  claimHome(options.home);
  return withHomeLock(options.home, options.onProgress, () => ensureHouse(options));
}

/** Stops every server of this home; data stay. */
export async function stopServices(home: string, onProgress: Progress = () => undefined): Promise<void> {
  if (!isHome(home)) return;
  await withHomeLock(home, onProgress, () => stopAll(home));
}

/**
 * Stops every server of this home and erases all that it holds, secrets included.
 * @throws ExplainedError when the folder is not one that Signalbox has made
 */
export async function resetServices(home: string, onProgress: Progress = () => undefined): Promise<void> {
  if (!existsSync(home) || readdirSync(home).length === 0) return;
  if (!isHome(home)) {
    throw new ExplainedError({
      where: home,
      what: 'this is no home that Signalbox has made, so it is not erased',
      remedy: 'See what SIGNALBOX_HOME names',
    });
  }
  await withHomeLock(home, onProgress, async () => {
    await stopAll(home);
    await erasePostgres(home);
    emptyHome(home);
  });
}

async function ensureHouse(options: HouseOptions): Promise<House> {
  const site = await prepareSite(options);
  const started: ServiceName[] = [];
  const tell = async <T extends { readonly started: boolean }>(
    name: ServiceName,
    work: Promise<T>,
  ): Promise<T> => {
    const answer = await announced(TITLES[name], work, options.onProgress);
    if (answer.started) started.push(name);
    return answer;
  };

  const [database, temporal] = await allOf([
    tell('postgres', ensureDatabase(site)),
    tell('temporal', ensureTemporal(site)),
    site.hasSandbox ? tell('sandbox', ensureProcess(site, 'sandbox', {})) : undefined,
  ]);
  const env = { DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address };
  await allOf([
    tell('worker', ensureProcess(site, 'worker', env)),
    tell('gateway', ensureProcess(site, 'gateway', env)),
  ]);
  return {
    home: options.home,
    gatewayUrl: site.urls.gateway,
    gitlabUrl: site.urls.gitlab,
    temporalAddress: temporal.address,
    ...(temporal.uiUrl === undefined ? {} : { temporalUiUrl: temporal.uiUrl }),
    databaseUrl: database.url,
    secrets: site.secrets,
    started,
  };
}

async function ensureDatabase(site: Site): Promise<{ readonly url: string; readonly started: boolean }> {
  const elsewhere = process.env['DATABASE_URL'] ?? '';
  if (elsewhere !== '') return { url: elsewhere, started: false };
  const { home } = site.options;
  const { url, port, pid, started } = await startPostgres({
    home,
    passwordFile: site.secrets.postgresPassword,
    logFile: site.logs.postgres,
  });
  if (readRunFile({ home, name: 'postgres' })?.pid !== pid) {
    writeRunFile({ home, name: 'postgres' }, { pid, port, startedAt: new Date().toISOString() });
  }
  return { url, started };
}

async function ensureTemporal(site: Site): Promise<TemporalServer> {
  return startTemporal({
    home: site.options.home,
    logFile: site.logs.temporal,
    codecEndpoint: `${site.urls.gateway}/codec`,
    onProgress: site.options.onProgress,
  });
}

async function stopAll(home: string): Promise<void> {
  // Nobody may be left without the server that it speaks to, or its last words would be errors.
  await allOf([
    stopDaemon({ home, name: 'gateway' }),
    stopDaemon({ home, name: 'worker', graceMs: WORKER_GRACE_MS }),
  ]);
  await allOf([
    stopDaemon({ home, name: 'sandbox' }),
    stopTemporal(home),
    existsSync(join(home, 'postgres')) ? stopPostgres(home) : undefined,
  ]);
  removeRunFile({ home, name: 'postgres' });
}

/** Waits for all of them, however the others end: nothing may go on behind the caller's back. */
async function allOf<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function announced<T extends { readonly started: boolean }>(
  title: string,
  work: Promise<T>,
  onProgress: Progress,
): Promise<T> {
  const begun = performance.now();
  const waiting = setTimeout(() => onProgress(`Waiting for ${title}`), SAY_AFTER_MS);
  try {
    const answer = await work;
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (answer.started) onProgress(`Started ${title} (${seconds} s)`);
    return answer;
  } finally {
    clearTimeout(waiting);
  }
}
