import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import { buildFingerprint } from './build-fingerprint';
import { answersOk, startDaemon, type Daemon } from './daemon';
import { checkoutFolder } from './home';
import { ensurePort } from './ports';
import type { Progress } from './program-cache';
import { readRunFile } from './run-file';
import { ensureSecrets, secretFiles, type SecretFiles } from './secrets';

export interface HouseOptions {
  /** Where the servers keep everything. */
  readonly home: string;
  /** The signalbox.yaml that our processes read. */
  readonly configPath: string;
  /** Told what has been started, and what is waited for longer than two seconds. */
  readonly onProgress: Progress;
  /** Folder of the compiled entry points; by default dist/ of the checkout. */
  readonly build?: string;
}

export type OwnProcess = 'sandbox' | 'worker' | 'gateway';
export type ServiceName = 'postgres' | 'temporal' | OwnProcess;

const ENTRY_POINTS: Readonly<Record<OwnProcess, string>> = {
  sandbox: 'sandbox/main.js',
  worker: 'workers/main.js',
  gateway: 'gateway/main.js',
};
const PATIENCE_MS = 90_000;

/** What has to be known before anything can be started. */
export interface Site {
  readonly options: HouseOptions;
  readonly secrets: SecretFiles;
  readonly logs: Readonly<Record<ServiceName, string>>;
  readonly ports: Readonly<Record<OwnProcess, number>>;
  readonly urls: { readonly gateway: string; readonly gitlab: string };
  /** False where SIGNALBOX_GITLAB_URL names a GitLab. */
  readonly hasSandbox: boolean;
  readonly entryPoints: string;
  readonly build: string;
}

/** Path of each server's log. */
export function serviceLogs(home: string): Readonly<Record<ServiceName, string>> {
  const log = (name: ServiceName): string => join(home, 'logs', `${name}.log`);
  return {
    postgres: log('postgres'),
    temporal: log('temporal'),
    sandbox: log('sandbox'),
    worker: log('worker'),
    gateway: log('gateway'),
  };
}

/** Chooses ports and makes secrets where there are none. */
export async function prepareSite(options: HouseOptions): Promise<Site> {
  const { home } = options;
  const gitlabElsewhere = process.env['SIGNALBOX_GITLAB_URL'] ?? '';
  const secretsElsewhere = process.env['SIGNALBOX_SECRETS'] ?? '';
  const secretsFolder = secretsElsewhere === '' ? join(home, 'secrets') : secretsElsewhere;
  if (gitlabElsewhere !== '') demandToken(secretFiles(secretsFolder).gitlabToken, gitlabElsewhere);
  mkdirSync(join(home, 'logs'), { recursive: true });
  const entryPoints = options.build ?? join(checkoutFolder(), 'dist');
  const ports = {
    gateway: await ownPort(home, 'gateway'),
    worker: await ownPort(home, 'worker'),
    sandbox: await ownPort(home, 'sandbox'),
  };
  return {
    options,
    secrets: ensureSecrets(secretsFolder),
    logs: serviceLogs(home),
    ports,
    urls: {
      gateway: localUrl(ports.gateway),
      gitlab: gitlabElsewhere === '' ? localUrl(ports.sandbox) : gitlabElsewhere,
    },
    hasSandbox: gitlabElsewhere === '',
    entryPoints,
    build: buildFingerprint(entryPoints, [options.configPath]),
  };
}

/** Starts or finds one of our own processes. */
export async function ensureProcess(
  site: Site,
  name: OwnProcess,
  env: Readonly<Record<string, string>>,
): Promise<Daemon> {
  const port = site.ports[name];
  return startDaemon({
    name,
    home: site.options.home,
    command: process.execPath,
    args: ['--enable-source-maps', join(site.entryPoints, ENTRY_POINTS[name])],
    env: { ...commonEnvironment(site), ...env },
    logFile: site.logs[name],
    isHealthy: answersOk(`${localUrl(port)}/health`),
    patienceMs: PATIENCE_MS,
    port,
    build: site.build,
  });
}

/** One made here would be refused by a GitLab that is not ours. */
function demandToken(file: string, gitlab: string): void {
  if (existsSync(file)) return;
  throw new ExplainedError({
    where: file,
    what: `SIGNALBOX_GITLAB_URL names ${gitlab}, but its token is not there`,
    remedy:
      'Write an access token with the scope `api` into that file, or unset the variable to use the sandbox',
  });
}

async function ownPort(home: string, name: OwnProcess): Promise<number> {
  return ensurePort({ home, name, runs: readRunFile({ home, name }) !== undefined });
}

function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function commonEnvironment({ options, secrets, ports, urls, hasSandbox }: Site): Record<string, string> {
  return {
    SIGNALBOX_CONFIG: options.configPath,
    SIGNALBOX_HOME: options.home,
    SIGNALBOX_SECRETS: secrets.folder,
    SIGNALBOX_GITLAB_URL: urls.gitlab,
    SIGNALBOX_GATEWAY_PORT: String(ports.gateway),
    SIGNALBOX_GATEWAY_URL: urls.gateway,
    SIGNALBOX_WORKER_PORT: String(ports.worker),
    ...(hasSandbox ? { SIGNALBOX_SANDBOX_PORT: String(ports.sandbox) } : {}),
  };
}
