import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Job } from '../entities';
import type { Instance } from '../instance';

const JOB_TIMEOUT_MS = 10 * 60_000;

export interface ScriptRun {
  readonly job: Job;
  /** The checkout. */
  readonly folder: string;
  /** Kills the script with everything that it has started. */
  readonly signal: AbortSignal;
}

/** @returns whether every line of the script succeeded */
export async function runScript(instance: Instance, { job, folder, signal }: ScriptRun): Promise<boolean> {
  await mkdir(join(instance.home, 'traces'), { recursive: true });
  signal.throwIfAborted();
  const child = spawn('bash', ['-c', `set -eo pipefail\n${job.script.join('\n')}`], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOf(instance, { job, folder }),
  });
  const over = once(child, 'close');
  const kill = () => killGroup(child);
  const timeout = setTimeout(kill, JOB_TIMEOUT_MS);
  signal.addEventListener('abort', kill);
  const trace = createWriteStream(tracePath(instance, job));
  try {
    child.stdout.pipe(trace, { end: false });
    child.stderr.pipe(trace, { end: false });
    const [code]: (number | null)[] = await over;
    return code === 0;
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener('abort', kill);
    await finished(trace.end());
  }
}

/** The script and its children: one of them left alone would keep the output open. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function environmentOf(
  instance: Instance,
  { job, folder }: { readonly job: Job; readonly folder: string },
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    ...job.variables,
    CI_PROJECT_DIR: folder,
    CI_SERVER_URL: instance.url,
    CI_PIPELINE_ID: String(job.pipeline_id),
    CI_JOB_ID: String(job.id),
    CI_JOB_NAME: job.name,
    CI_JOB_STAGE: job.stage,
  };
}

export function tracePath(instance: Instance, job: Pick<Job, 'id'>): string {
  return join(instance.home, 'traces', `${job.id}.log`);
}
