import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ExplainedError } from '../domain/explained-error';
import { becomesFree, portTaken } from './ports';
import {
  readRunFile,
  removeRunFile,
  startTicks,
  writeRunFile,
  type RunFile,
  type RunPlace,
} from './run-file';

export interface DaemonOptions {
  /** Names the run file and speaks in errors: `worker`, `gateway`. */
  readonly name: string;
  readonly home: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Laid over the caller's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What the process says is appended here. */
  readonly logFile: string;
  /** Whether it is ready to serve. */
  readonly isHealthy: () => Promise<boolean>;
  /** Longest wait for that. */
  readonly patienceMs: number;
  /** Where it will listen: looked at before the start, so that the error can name who is in the way. */
  readonly port?: number;
  /** Identity of the code and files that it reads at its start; another one means another process. */
  readonly build?: string;
}

export interface Daemon {
  readonly pid: number;
  /** False when it ran already. */
  readonly started: boolean;
}

const LOOK_AGAIN_MS = 25;
const PROBE_TIMEOUT_MS = 2_000;
/** For one that ought to be ready long since. */
const LEAST_PATIENCE_MS = 3_000;
const STOP_GRACE_MS = 10_000;
const KILL_GRACE_MS = 5_000;
const LOG_LINES = 12;

/**
 * Starts a process that outlives the caller, or finds the one that runs. One that is dead, deaf, or was started with
 * another command, environment or build is replaced.
 * @throws ExplainedError when its port is taken, it ends before it is ready, or is not ready in time
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const fingerprint = fingerprintOf(options);
  const running = readRunFile(options);
  if (running?.fingerprint === fingerprint && (await becomesHealthy(options, running))) {
    return { pid: running.pid, started: false };
  }
  await stopDaemon(options);
  if (options.port !== undefined && !(await becomesFree(options.port))) {
    throw portTaken(options.port, `the ${options.name}`, 'Stop that program or choose another port');
  }
  const logFrom = sizeOf(options.logFile);
  const note = await launch(options, fingerprint);
  if (await becomesHealthy(options, note)) return { pid: note.pid, started: true };

  const ended = startTicks(note.pid) === undefined;
  await stopDaemon(options);
  throw startFailure(options, ended ? 'it ended before it was ready' : 'it is not ready in time', logFrom);
}

/** Asks it to end, then makes it; nothing to do when it does not run. */
export async function stopDaemon(place: RunPlace & { readonly graceMs?: number }): Promise<void> {
  const running = readRunFile(place);
  if (running !== undefined) {
    send(running.pid, 'SIGTERM');
    if (!(await hasEnded(place, place.graceMs ?? STOP_GRACE_MS))) {
      // It leads a process group of its own: whatever it has started goes with it.
      send(-running.pid, 'SIGKILL');
      await hasEnded(place, KILL_GRACE_MS);
    }
  }
  removeRunFile(place);
}

/** What runs under this name; undefined when nothing does. */
export function daemonState(place: RunPlace): RunFile | undefined {
  return readRunFile(place);
}

/** A health check by HTTP: anything but 200 is not ready. */
export function answersOk(url: string): () => Promise<boolean> {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  };
}

function fingerprintOf({ command, args, env, build }: DaemonOptions): string {
  const sorted = Object.entries(env).toSorted(([a], [b]) => a.localeCompare(b));
  return createHash('sha256')
    .update(JSON.stringify([command, args, sorted, build]))
    .digest('hex');
}

/** One that was started a moment ago, by a caller who died meanwhile, gets what is left of the patience. */
async function becomesHealthy(options: DaemonOptions, note: RunFile): Promise<boolean> {
  const left = options.patienceMs - (Date.now() - Date.parse(note.startedAt));
  const deadline = performance.now() + Math.max(left, LEAST_PATIENCE_MS);
  do {
    const healthy = await options.isHealthy();
    // Looked at afterwards: it may have been another program that answered.
    if (readRunFile(options)?.pid !== note.pid) return false;
    if (healthy) return true;
    await pause(LOOK_AGAIN_MS);
  } while (performance.now() < deadline);
  return false;
}

async function launch(options: DaemonOptions, fingerprint: string): Promise<RunFile> {
  const pid = await pidOf(spawnDetached(options), options);
  return writeRunFile(options, {
    pid,
    startedAt: new Date().toISOString(),
    fingerprint,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
}

function spawnDetached({ command, args, env, logFile }: DaemonOptions): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

async function pidOf(child: ChildProcess, { name, command }: DaemonOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (error) =>
      reject(
        new ExplainedError({
          where: `the ${name}`,
          what: `${command} cannot be started (${error.message})`,
          remedy: 'See that the program is there and may be run',
        }),
      ),
    );
  });
}

async function hasEnded(place: RunPlace, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (readRunFile(place) === undefined) return true;
    await pause(LOOK_AGAIN_MS);
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function startFailure(options: DaemonOptions, what: string, logFrom: number): ExplainedError {
  const said = readFileSync(options.logFile).subarray(logFrom).toString().trim();
  const lines = said === '' ? 'it said nothing' : said.split('\n').slice(-LOG_LINES).join('\n');
  return new ExplainedError({
    where: `the ${options.name}`,
    what: `${what}; the end of its log ${options.logFile}:\n${lines}\n`,
    remedy: 'Mend what it names, then give the same command again',
  });
}
