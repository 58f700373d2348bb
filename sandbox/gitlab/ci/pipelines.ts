import type { Job, JobStatus, Pipeline, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { planJobs, type PlannedJob } from './definition';

export interface PipelineRequest {
  readonly project: Project;
  /** Branch or tag, without `refs/`. */
  readonly ref: string;
  readonly tag: boolean;
  readonly sha: string;
  readonly source: Pipeline['source'];
  readonly userId: number;
  readonly variables: Readonly<Record<string, string>>;
  /** See {@link Pipeline.push}. */
  readonly push?: number;
}

/** What a job finds in its environment, beside the file's own variables. */
function predefined({ project, ref, tag, sha, source, variables }: PipelineRequest): Record<string, string> {
  return {
    ...variables,
    CI: 'true',
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: sha,
    CI_COMMIT_SHORT_SHA: sha.slice(0, 8),
    CI_COMMIT_REF_NAME: ref,
    CI_DEFAULT_BRANCH: project.default_branch,
    CI_PROJECT_ID: String(project.id),
    CI_PROJECT_PATH: project.path_with_namespace,
    CI_PIPELINE_SOURCE: source,
    ...(tag ? { CI_COMMIT_TAG: ref } : { CI_COMMIT_BRANCH: ref }),
  };
}

/** The pipeline's jobs, read from the commit; none where there is no file, or nothing in it runs for this ref. @throws for a broken file */
export async function planFor(instance: Instance, request: PipelineRequest): Promise<readonly PlannedJob[]> {
  const file = await instance.repository(request.project).file(request.sha, '.gitlab-ci.yml');
  return file === undefined ? [] : planJobs(file.toString(), predefined(request));
}

/** Writes pipeline and jobs and lets the first stage go; call it within a transaction. */
export function createPipeline(
  instance: Instance,
  { request, jobs }: { readonly request: PipelineRequest; readonly jobs: readonly PlannedJob[] },
): Pipeline {
  const { project, ref, tag, sha, source, userId, variables } = request;
  const at = instant();
  const id = instance.store.next('pipeline');
  const pipeline = instance.tables.pipelines.put(project.id, id, {
    id,
    iid: instance.store.next(`pipeline-iid-${project.id}`),
    project_id: project.id,
    sha,
    ref,
    tag,
    source,
    status: 'created',
    variables,
    user_id: userId,
    push: request.push ?? null,
    created_at: at,
    updated_at: at,
    started_at: null,
    finished_at: null,
  });
  for (const planned of jobs) addJob(instance, { pipeline, planned });
  return settle(instance, pipeline);
}

function addJob(
  instance: Instance,
  { pipeline, planned }: { readonly pipeline: Pipeline; readonly planned: PlannedJob },
): Job {
  const id = instance.store.next('job');
  return instance.tables.jobs.put(pipeline.project_id, id, {
    ...planned,
    id,
    project_id: pipeline.project_id,
    pipeline_id: pipeline.id,
    status: 'created',
    retried: false,
    failure_reason: null,
    created_at: instant(),
    started_at: null,
    finished_at: null,
  });
}

export function jobsOf(instance: Instance, pipeline: Pipeline): readonly Job[] {
  return instance.tables.jobs
    .all(pipeline.project_id)
    .filter(({ pipeline_id }) => pipeline_id === pipeline.id);
}

const ENDED: readonly JobStatus[] = ['success', 'failed', 'canceled', 'skipped'];

export function hasEnded(status: JobStatus): boolean {
  return ENDED.includes(status);
}

/** A new run of a job that has ended, beside the old one, which stays readable. */
export function retryJob(instance: Instance, job: Job, retries = job.retries): Job {
  const id = instance.store.next('job');
  instance.tables.jobs.put(job.project_id, job.id, { ...job, retried: true });
  return instance.tables.jobs.put(job.project_id, id, {
    ...job,
    id,
    retries,
    status: 'created',
    failure_reason: null,
    created_at: instant(),
    started_at: null,
    finished_at: null,
  });
}

/** What was skipped for want of an earlier job gets another chance. Call it within a transaction. */
export function unskip(instance: Instance, pipeline: Pipeline): void {
  for (const job of jobsOf(instance, pipeline)) {
    if (job.status === 'skipped' && !job.retried)
      instance.tables.jobs.put(job.project_id, job.id, { ...job, status: 'created' });
  }
}

/** Lets go on what can, and sums the jobs up in the pipeline's own status. Call it within a transaction. */
export function settle(instance: Instance, pipeline: Pipeline): Pipeline {
  const status = statusOf(releaseStages(instance, pipeline));
  if (status === pipeline.status) return pipeline;
  const at = instant();
  instance.happened({
    project_id: pipeline.project_id,
    kind: 'pipeline',
    payload: { pipeline: pipeline.id, status },
  });
  return instance.tables.pipelines.put(pipeline.project_id, pipeline.id, {
    ...pipeline,
    status,
    updated_at: at,
    started_at: pipeline.started_at ?? (status === 'running' ? at : null),
    finished_at: hasEnded(status) ? at : null,
  });
}

/** A job starts once every job of an earlier stage has ended; one that may not start is skipped. @returns the newest run of each job */
function releaseStages(instance: Instance, pipeline: Pipeline): readonly Job[] {
  const current = jobsOf(instance, pipeline).filter(({ retried }) => !retried);
  const order = [...new Set(current.map(({ stage }) => stage))];
  for (const [position, stage] of order.entries()) {
    const before = current.filter((job) => order.indexOf(job.stage) < position);
    if (before.some((job) => !hasEnded(job.status) && !isOptional(job))) break;
    const failed = before.some((job) => job.status === 'failed' && !job.allow_failure);
    for (const [index, job] of current.entries()) {
      if (job.stage !== stage || job.status !== 'created') continue;
      const status = nextStatus(job, failed);
      current[index] = instance.tables.jobs.put(job.project_id, job.id, { ...job, status });
    }
  }
  return current;
}

/** Waits for a person, and nobody waits for it. */
function isOptional({ status, allow_failure }: Job): boolean {
  return status === 'manual' && allow_failure;
}

function nextStatus(job: Job, failed: boolean): JobStatus {
  if (job.when === 'manual') return 'manual';
  const runs = job.when === 'always' || (job.when === 'on_failure') === failed;
  return runs ? 'pending' : 'skipped';
}

function statusOf(jobs: readonly Job[]): JobStatus {
  const has = (status: JobStatus) => jobs.some((job) => job.status === status);
  if (has('running') || (has('pending') && jobs.some((job) => hasEnded(job.status)))) return 'running';
  if (has('pending')) return 'pending';
  if (jobs.some((job) => job.status === 'manual' && !job.allow_failure)) return 'manual';
  if (has('created')) return 'pending';
  if (jobs.some((job) => job.status === 'failed' && !job.allow_failure)) return 'failed';
  if (has('canceled')) return 'canceled';
  if (jobs.every(({ status }) => status === 'manual')) return 'manual';
  return jobs.every(({ status }) => status === 'skipped') ? 'skipped' : 'success';
}
