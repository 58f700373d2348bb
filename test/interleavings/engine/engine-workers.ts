import { randomUUID } from 'node:crypto';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ReleaseEffects } from '../../../activities/effects';
import { heartbeatInterceptor } from '../../../workers/heartbeat-interceptor';
import { waitingActivities } from '../../../workers/waiting-activities';

/**
 * Production's workers, which serve one history after another: a new one loads the workflows again, and runs them slowly until it
 * has compiled them.
 */
export class EngineWorkers {
  readonly taskQueue = `histories-${randomUUID()}`;
  private effects: ReleaseEffects | undefined;
  private workers: readonly Worker[] = [];
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: NativeConnection) {}

  /** @param effects of the history that is lived from now on */
  async serve(effects: ReleaseEffects): Promise<void> {
    this.effects = effects;
    if (this.workers.length === 0) await this.start(effects);
  }

  /** As a process that dies: what is under way is cut off, and the next one knows of it only what the server tells. */
  async restart(): Promise<void> {
    await this.end();
    if (this.effects !== undefined) await this.start(this.effects);
  }

  async end(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    this.workers = [];
    await this.running;
  }

  private async start(effects: ReleaseEffects): Promise<void> {
    const { connection, taskQueue } = this;
    const shared = {
      connection,
      interceptors: { activity: [heartbeatInterceptor] },
      shutdownForceTime: '300 milliseconds',
    };
    const codePath = process.env['SIGNALBOX_TEST_BUNDLE'] ?? '';
    const current = this.currentOf(effects);
    this.workers = await Promise.all([
      Worker.create({ ...shared, taskQueue, workflowBundle: { codePath }, activities: { ...current } }),
      Worker.create({
        ...shared,
        taskQueue: `${taskQueue}-waits`,
        activities: { ...waitingActivities(current) },
      }),
    ]);
    // Whatever does not end in time is cut off, which the worker tells by failing.
    this.running = Promise.allSettled(this.workers.map((worker) => worker.run()));
  }

  /** Those of the history that is lived when they are run. */
  private currentOf(effects: ReleaseEffects): ReleaseEffects {
    const names = Object.keys(effects) as (keyof ReleaseEffects)[];
    const current = names.map((name) => [name, (input: never) => this.effects?.[name](input)] as const);
    return Object.fromEntries(current) as unknown as ReleaseEffects;
  }
}
