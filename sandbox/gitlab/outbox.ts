import { createPipeline, planFor, type PipelineRequest } from './ci/pipelines';
import type { Runner } from './ci/runner';
import type { JobStatus, MergeRequest, Project } from './entities';
import { ZERO_SHA } from './git-repository';
import type { HookCall, OutboxEvent, PushedRef } from './happenings';
import { callHooks } from './hooks/deliver';
import { jobPayload, pipelinePayload } from './hooks/pipeline-payload';
import { pushPayload } from './hooks/push-payload';
import { inMergeRequestTurn, keepMergeRequest } from './merge-requests';
import { instant, type Instance } from './instance';
import { pushMirrors } from './mirrors';

/** GitLab calls no hooks at all for a push of more refs of a kind than this. */
const PUSH_HOOKS_LIMIT = 3;
/** GitLab makes pipelines for at most this many refs of one push. */
const PUSH_PIPELINES_LIMIT = 4;

function complain(error: unknown): readonly HookCall[] {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return [];
}

/** Works through what happened, in order: pipelines, merge requests, mirrors, webhooks. An event is taken off once its followers are written. */
export class Outbox {
  private working: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly instance: Instance,
    private readonly runner: Runner,
  ) {}

  look(): void {
    if (this.stopped) return;
    this.again = true;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      if (this.again) this.look();
    });
  }

  /** Lets what is under way end; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.working;
  }

  private async work(): Promise<void> {
    this.again = false;
    for (const event of this.instance.tables.outbox.all(0)) {
      if (this.stopped) return;
      await this.follow(event);
    }
  }

  private async follow(event: OutboxEvent): Promise<void> {
    const project = this.instance.tables.projects.get(0, event.project_id);
    // One event that cannot be followed must not keep the others waiting.
    const calls = project === undefined ? [] : await this.followers(project, event).catch(complain);
    this.instance.tables.outbox.remove(0, event.id);
    for (const call of calls) {
      if (project === undefined) break;
      void this.instance.ongoing.track(callHooks(this.instance, { project, call })).catch(complain);
    }
    this.runner.look();
  }

  private async followers(project: Project, event: OutboxEvent): Promise<readonly HookCall[]> {
    if (event.kind === 'push') return this.followPush(project, event);
    if (event.kind === 'pipeline') return this.followPipeline(project, event.payload);
    if (event.kind === 'job') {
      const { job } = event.payload;
      const row = this.instance.tables.jobs.get(project.id, job);
      return row === undefined ? [] : [jobPayload(this.instance, { project, job: row })];
    }
    return [event.payload];
  }

  private async followPipeline(
    project: Project,
    { pipeline, status }: { pipeline: number; status: JobStatus },
  ): Promise<readonly HookCall[]> {
    const row = this.instance.tables.pipelines.get(project.id, pipeline);
    if (row === undefined) return [];
    return [await pipelinePayload(this.instance, { project, pipeline: { ...row, status } })];
  }

  private async followPush(
    project: Project,
    { id, payload: push }: OutboxEvent & { readonly kind: 'push' },
  ): Promise<readonly HookCall[]> {
    const calls: HookCall[] = [];
    const tags = push.refs.filter(({ ref }) => ref.startsWith('refs/tags/'));
    const branches = push.refs.filter(({ ref }) => ref.startsWith('refs/heads/'));
    for (const refs of [branches, tags]) {
      if (refs.length > PUSH_HOOKS_LIMIT) continue;
      for (const pushed of refs)
        calls.push(await pushPayload(this.instance, { project, pushed, userId: push.userId }));
    }
    for (const pushed of push.refs.slice(0, PUSH_PIPELINES_LIMIT))
      await this.startPipeline(project, { pushed, userId: push.userId, push: id });
    await inMergeRequestTurn(this.instance, project, async () => {
      for (const branch of branches) await this.followMergeRequests(project, branch);
    });
    await pushMirrors(this.instance, project);
    return calls;
  }

  private async startPipeline(
    project: Project,
    { pushed, userId, push }: { pushed: PushedRef; userId: number; push: number },
  ): Promise<void> {
    if (!project.builds_enabled || pushed.after === ZERO_SHA) return;
    const tag = pushed.ref.startsWith('refs/tags/');
    const ref = pushed.ref.replace(/^refs\/(heads|tags)\//, '');
    const sha = await this.instance.repository(project).resolve(pushed.after);
    if (sha === undefined) return;
    const request: PipelineRequest = { project, ref, tag, sha, source: 'push', userId, variables: {}, push };
    const isThere = this.instance.tables.pipelines
      .all(project.id)
      .some((one) => one.ref === ref && one.tag === tag && one.push === push);
    if (isThere) return;
    const jobs = await planFor(this.instance, request).catch(() => []);
    if (jobs.length === 0) return;
    this.instance.store.transaction(() => {
      createPipeline(this.instance, { request, jobs });
    });
  }

  /** A merge request follows its source, and counts as merged once its head is in the target, however it came there. */
  private async followMergeRequests(project: Project, { ref, after }: PushedRef): Promise<void> {
    const branch = ref.replace('refs/heads/', '');
    for (const open of this.instance.tables.mergeRequests.all(project.id)) {
      if (open.state !== 'opened') continue;
      const next = await this.movedMergeRequest(project, { open, branch, after });
      if (next === undefined) continue;
      const action = next.state === 'merged' ? 'merge' : 'update';
      await keepMergeRequest(this.instance, { project, mergeRequest: next, action, before: open });
    }
  }

  private async movedMergeRequest(
    project: Project,
    { open, branch, after }: { open: MergeRequest; branch: string; after: string },
  ): Promise<MergeRequest | undefined> {
    if (after === ZERO_SHA) return undefined;
    const at = instant();
    if (open.source_branch === branch && open.sha !== after)
      return { ...open, sha: after, approved_by: [], updated_at: at };
    if (open.target_branch !== branch) return undefined;
    if (!(await this.instance.repository(project).isAncestor(open.sha, after))) return undefined;
    return { ...open, state: 'merged', merge_commit_sha: after, merged_at: at, updated_at: at };
  }
}
