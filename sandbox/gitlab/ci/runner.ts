import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Job } from '../entities';
import { instant, type Instance } from '../instance';
import { retryJob, settle } from './pipelines';

const run = promisify(execFile);
const AT_ONCE = 4;
const JOB_TIMEOUT_MS = 10 * 60_000;

/** Runs jobs as real commands on a real checkout, a few at once, oldest first. */
export class Runner {
  private readonly underWay = new Map<number, ChildProcess | undefined>();
  private stopped = false;

  constructor(private readonly instance: Instance) {}

  /** Jobs that were running when the server died begin again. */
  resume(): void {
    const { jobs, pipelines } = this.instance.tables;
    this.instance.store.transaction(() => {
      for (const job of jobs.everywhere()) {
        if (job.status === 'running') jobs.put(job.project_id, job.id, { ...job, status: 'pending' });
      }
      for (const pipeline of pipelines.everywhere()) {
        if (pipeline.finished_at === null) settle(this.instance, pipeline);
      }
    });
    this.look();
  }

  /** Starts what waits, as far as there is room. */
  look(): void {
    if (this.stopped) return;
    const waiting = this.instance.tables.jobs
      .everywhere()
      .filter(({ status, id }) => status === 'pending' && !this.underWay.has(id))
      .toSorted((a, b) => a.id - b.id);
    for (const job of waiting.slice(0, Math.max(0, AT_ONCE - this.underWay.size))) {
      this.underWay.set(job.id, undefined);
      void this.work(job).finally(() => {
        this.underWay.delete(job.id);
        this.look();
      });
    }
  }

  cancel(job: Job): void {
    this.underWay.get(job.id)?.kill('SIGKILL');
  }

  stop(): void {
    this.stopped = true;
    for (const child of this.underWay.values()) child?.kill('SIGKILL');
  }

  private async work(job: Job): Promise<void> {
    this.move(job, { status: 'running', started_at: instant() });
    const fault = this.instance.faults.take(`job ${job.name}`, ['fail-job']);
    const succeeds = fault === undefined && (await this.execute(job).catch(() => false));
    if (this.stopped) return;
    const reason = fault === undefined ? 'script_failure' : 'runner_system_failure';
    this.move(job, {
      status: succeeds ? 'success' : 'failed',
      failure_reason: succeeds ? null : reason,
      finished_at: instant(),
    });
  }

  private move(job: Job, change: Partial<Job>): void {
    const { tables, store } = this.instance;
    store.transaction(() => {
      const current = tables.jobs.get(job.project_id, job.id);
      const pipeline = tables.pipelines.get(job.project_id, job.pipeline_id);
      if (current === undefined || pipeline === undefined || current.status === 'canceled') return;
      const moved = tables.jobs.put(job.project_id, job.id, { ...current, ...change });
      this.instance.happened({ project_id: job.project_id, kind: 'job', payload: { job: job.id } });
      if (moved.status === 'failed' && moved.retries > 0) retryJob(this.instance, moved, moved.retries - 1);
      settle(this.instance, pipeline);
    });
  }

  /** @returns whether every line of the script succeeded */
  private async execute(job: Job): Promise<boolean> {
    const project = this.instance.tables.projects.get(0, job.project_id);
    const pipeline = this.instance.tables.pipelines.get(job.project_id, job.pipeline_id);
    if (project === undefined || pipeline === undefined) return false;
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-job-'));
    const archive = `${folder}.tar`;
    try {
      await this.instance
        .repository(project)
        .git(['archive', '--format=tar', `--output=${archive}`, pipeline.sha]);
      await run('tar', ['-xf', archive, '-C', folder]);
      return await this.runScript(job, folder);
    } finally {
      await rm(archive, { force: true });
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async runScript(job: Job, folder: string): Promise<boolean> {
    await mkdir(join(this.instance.home, 'traces'), { recursive: true });
    const child = spawn('bash', ['-c', `set -eo pipefail\n${job.script.join('\n')}`], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CI_JOB_NAME: job.name,
        CI_JOB_STAGE: job.stage,
        ...job.variables,
      },
      timeout: JOB_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    this.underWay.set(job.id, child);
    const trace = createWriteStream(tracePath(this.instance, job));
    child.stdout.pipe(trace, { end: false });
    child.stderr.pipe(trace, { end: false });
    const [code] = (await once(child, 'close')) as [number | null];
    trace.end();
    return code === 0;
  }
}

export function tracePath(instance: Instance, job: Pick<Job, 'id'>): string {
  return join(instance.home, 'traces', `${job.id}.log`);
}
