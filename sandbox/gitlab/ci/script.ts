import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { runProcess } from '../../../processes/run-process';
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
  const trace = createWriteStream(tracePath(instance, job));
  const ends = AbortSignal.any([signal, AbortSignal.timeout(JOB_TIMEOUT_MS)]);
  try {
    const { code } = await runProcess({
      program: 'bash',
      args: ['-c', `exec 2>&1\nset -eo pipefail\n${job.script.join('\n')}`],
      cwd: folder,
      env: environmentOf(instance, { job, folder }),
      isGroup: true,
      signal: ends,
      onOutput: (chunk) => void trace.write(chunk),
    });
    return code === 0;
  } catch (error) {
    if (ends.aborted) return false;
    throw error;
  } finally {
    await finished(trace.end());
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
