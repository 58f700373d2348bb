import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../../processes/run-process';
import type { Job } from '../entities';
import { instant, type Instance } from '../instance';
import { retryJob, settle } from './pipelines';
import { runScript } from './script';

const AT_ONCE = 4;

/** Runs jobs as real commands on a real checkout, a few at once, oldest first. */
export class Runner {
  private readonly underWay = new Map<number, AbortController>();
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
      const abort = new AbortController();
      this.underWay.set(job.id, abort);
      void this.instance.ongoing.track(this.work(job, abort.signal)).finally(() => {
        this.underWay.delete(job.id);
        this.look();
      });
    }
  }

  cancel(job: Job): void {
    this.underWay.get(job.id)?.abort();
  }

  /** What runs is killed, and begins again at the next start. */
  stop(): void {
    this.stopped = true;
    for (const abort of this.underWay.values()) abort.abort();
  }

  private async work(job: Job, signal: AbortSignal): Promise<void> {
    if (!this.move(job, { status: 'running', started_at: instant() })) return;
    const fault = this.instance.faults.take(`job ${job.name}`, ['fail-job']);
    const outcome = fault === undefined ? await this.execute(job, signal) : 'runner_system_failure';
    if (this.stopped) return;
    this.move(job, {
      status: outcome === 'success' ? 'success' : 'failed',
      failure_reason: outcome === 'success' ? null : outcome,
      finished_at: instant(),
    });
  }

  /** @returns whether the job still wanted to be moved */
  private move(job: Job, change: Partial<Job>): boolean {
    const { tables, store } = this.instance;
    return store.transaction(() => {
      const current = tables.jobs.get(job.project_id, job.id);
      const pipeline = tables.pipelines.get(job.project_id, job.pipeline_id);
      if (current === undefined || pipeline === undefined || current.status === 'canceled') return false;
      const moved = tables.jobs.put(job.project_id, job.id, { ...current, ...change });
      this.instance.happened({ project_id: job.project_id, kind: 'job', payload: { job: job.id } });
      if (moved.status === 'failed' && moved.retries > 0) retryJob(this.instance, moved, moved.retries - 1);
      settle(this.instance, pipeline);
      return true;
    });
  }

  private async execute(
    job: Job,
    signal: AbortSignal,
  ): Promise<'success' | 'script_failure' | 'runner_system_failure'> {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-job-'));
    try {
      await this.checkOut(job, folder);
      const succeeded = await runScript(this.instance, { job, folder, signal });
      return succeeded ? 'success' : 'script_failure';
    } catch (error) {
      if (!signal.aborted) process.stderr.write(`job ${job.id}: ${String(error)}\n`);
      return 'runner_system_failure';
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  private async checkOut(job: Job, folder: string): Promise<void> {
    const project = this.instance.tables.projects.get(0, job.project_id);
    const pipeline = this.instance.tables.pipelines.get(job.project_id, job.pipeline_id);
    if (project === undefined || pipeline === undefined) throw new Error('the pipeline is gone');
    const archive = `${folder}.tar`;
    try {
      await this.instance
        .repository(project)
        .git(['archive', '--format=tar', `--output=${archive}`, pipeline.sha]);
      const unpack = { program: 'tar', args: ['-xf', archive, '-C', folder], env: process.env };
      const { code, err } = await runProcess(unpack);
      if (code !== 0) throw new Error(err.toString());
    } finally {
      await rm(archive, { force: true });
    }
  }
}
