import { jobsOf } from '../ci/pipelines';
import type { Job, Pipeline, Project } from '../entities';
import { ZERO_SHA } from '../git-repository';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookCommit, hookUser, hookTime, nameOf, plainHookProject, secondsBetween } from './payload-parts';

export async function pipelinePayload(
  instance: Instance,
  { project, pipeline }: { readonly project: Project; readonly pipeline: Pipeline },
): Promise<HookCall> {
  const { id, iid, ref, tag, sha, source, status, created_at, finished_at } = pipeline;
  const jobs = jobsOf(instance, pipeline).filter(({ retried }) => !retried);
  const body = {
    object_kind: 'pipeline',
    object_attributes: {
      id,
      iid,
      name: null,
      ref,
      tag,
      sha,
      before_sha: ZERO_SHA,
      source,
      status,
      stages: [...new Set(jobs.map(({ stage }) => stage))],
      created_at: hookTime(created_at),
      finished_at: hookTime(finished_at),
      duration: secondsBetween(pipeline.started_at, finished_at),
      variables: Object.entries(pipeline.variables).map(([key, value]) => ({ key, value })),
      url: `${instance.url}/${project.path_with_namespace}/-/pipelines/${id}`,
    },
    merge_request: null,
    user: hookUser(instance, pipeline.user_id),
    project: plainHookProject(instance, project),
    commit: await hookCommit(instance, project, sha),
    builds: jobs.map((job) => build(instance, pipeline, job)),
  };
  return { event: 'Pipeline Hook', trigger: 'pipeline_events', body };
}

function build(instance: Instance, pipeline: Pipeline, job: Job): object {
  return {
    id: job.id,
    stage: job.stage,
    name: job.name,
    status: job.status,
    created_at: hookTime(job.created_at),
    started_at: hookTime(job.started_at),
    finished_at: hookTime(job.finished_at),
    duration: secondsBetween(job.started_at, job.finished_at),
    queued_duration: secondsBetween(job.created_at, job.started_at),
    failure_reason: job.failure_reason,
    when: job.when,
    manual: job.when === 'manual',
    allow_failure: job.allow_failure,
    user: hookUser(instance, pipeline.user_id),
    runner: null,
    artifacts_file: { filename: null, size: null },
    environment: null,
  };
}

export function jobPayload(
  instance: Instance,
  { project, job }: { readonly project: Project; readonly job: Job },
): HookCall {
  const pipeline = instance.tables.pipelines.get(project.id, job.pipeline_id);
  const body = {
    object_kind: 'build',
    ref: pipeline?.ref,
    tag: pipeline?.tag,
    before_sha: ZERO_SHA,
    sha: pipeline?.sha,
    build_id: job.id,
    build_name: job.name,
    build_stage: job.stage,
    build_status: job.status,
    build_created_at: hookTime(job.created_at),
    build_created_at_iso: job.created_at,
    build_started_at: hookTime(job.started_at),
    build_started_at_iso: job.started_at,
    build_finished_at: hookTime(job.finished_at),
    build_finished_at_iso: job.finished_at,
    build_duration: secondsBetween(job.started_at, job.finished_at),
    build_queued_duration: secondsBetween(job.created_at, job.started_at),
    build_allow_failure: job.allow_failure,
    build_failure_reason: job.failure_reason ?? 'unknown_failure',
    retries_count: 0,
    pipeline_id: job.pipeline_id,
    project_id: project.id,
    project_name: `${project.path_with_namespace.split('/').slice(0, -1).join('/')} / ${nameOf(project)}`,
    user: hookUser(instance, pipeline?.user_id ?? 0),
    // GitLab's own slip: the id of the commit is the pipeline's.
    commit: { id: job.pipeline_id, sha: pipeline?.sha, status: pipeline?.status },
    project: plainHookProject(instance, project),
    runner: null,
    environment: null,
  };
  return { event: 'Job Hook', trigger: 'job_events', body };
}
