import { jobsOf } from '../ci/pipelines';
import type { Job, Pipeline, Project, User } from '../entities';
import { ZERO_SHA } from '../git-repository';
import type { HookCall, PushedRef } from '../happenings';
import type { Instance } from '../instance';

/** The project as every webhook describes it. */
export function hookProject(instance: Instance, project: Project): object {
  const [namespace, name] = [project.path_with_namespace.split('/').slice(0, -1).join('/'), nameOf(project)];
  return {
    id: project.id,
    name,
    description: '',
    web_url: `${instance.url}/${project.path_with_namespace}`,
    avatar_url: null,
    git_ssh_url: `git@sandbox:${project.path_with_namespace}.git`,
    git_http_url: `${instance.url}/${project.path_with_namespace}.git`,
    namespace,
    visibility_level: project.visibility === 'public' ? 20 : 0,
    path_with_namespace: project.path_with_namespace,
    default_branch: project.default_branch,
    ci_config_path: null,
  };
}

export function nameOf(project: Project): string {
  return project.path_with_namespace.split('/').at(-1) ?? '';
}

export function hookUser(instance: Instance, id: number): object {
  const user: User | undefined = instance.tables.users.get(0, id);
  return {
    id,
    name: user?.name ?? 'Ghost User',
    username: user?.username ?? 'ghost',
    avatar_url: null,
    email: '[REDACTED]',
  };
}

export async function pushPayload(
  instance: Instance,
  {
    project,
    pushed,
    userId,
  }: { readonly project: Project; readonly pushed: PushedRef; readonly userId: number },
): Promise<HookCall> {
  const isTag = pushed.ref.startsWith('refs/tags/');
  const kind = isTag ? 'tag_push' : 'push';
  const commits = await newCommits(instance, { project, pushed });
  const body = {
    object_kind: kind,
    event_name: kind,
    before: pushed.before,
    after: pushed.after,
    ref: pushed.ref,
    checkout_sha: pushed.after === ZERO_SHA ? null : await instance.repository(project).resolve(pushed.after),
    user_id: userId,
    project_id: project.id,
    project: hookProject(instance, project),
    commits: commits.slice(-20).map((id) => ({ id })),
    total_commits_count: commits.length,
  };
  return isTag
    ? { event: 'Tag Push Hook', trigger: 'tag_push_events', body }
    : { event: 'Push Hook', trigger: 'push_events', body };
}

async function newCommits(
  instance: Instance,
  { project, pushed }: { readonly project: Project; readonly pushed: PushedRef },
): Promise<readonly string[]> {
  if (pushed.before === ZERO_SHA || pushed.after === ZERO_SHA) return [];
  const text = await instance
    .repository(project)
    .git(['rev-list', '--reverse', pushed.after, `^${pushed.before}`])
    .catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

export function pipelinePayload(
  instance: Instance,
  { project, pipeline }: { readonly project: Project; readonly pipeline: Pipeline },
): HookCall {
  const { id, iid, ref, tag, sha, source, status, created_at, finished_at } = pipeline;
  const jobs = jobsOf(instance, pipeline);
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
      detailed_status: status,
      stages: [...new Set(jobs.map(({ stage }) => stage))],
      created_at: mixed(created_at),
      finished_at: mixed(finished_at),
      duration: secondsBetween(pipeline.started_at, finished_at),
      variables: [],
      url: `${instance.url}/${project.path_with_namespace}/-/pipelines/${id}`,
    },
    merge_request: null,
    user: hookUser(instance, pipeline.user_id),
    project: hookProject(instance, project),
    commit: { id: sha, url: `${instance.url}/${project.path_with_namespace}/-/commit/${sha}` },
    builds: jobs.map((job) => ({
      id: job.id,
      stage: job.stage,
      name: job.name,
      status: job.status,
      created_at: mixed(job.created_at),
      started_at: mixed(job.started_at),
      finished_at: mixed(job.finished_at),
      failure_reason: job.failure_reason,
      allow_failure: job.allow_failure,
    })),
  };
  return { event: 'Pipeline Hook', trigger: 'pipeline_events', body };
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
    sha: pipeline?.sha,
    build_id: job.id,
    build_name: job.name,
    build_stage: job.stage,
    build_status: job.status,
    build_failure_reason: job.failure_reason ?? 'unknown_failure',
    build_allow_failure: job.allow_failure,
    build_created_at: mixed(job.created_at),
    build_started_at: mixed(job.started_at),
    build_finished_at: mixed(job.finished_at),
    pipeline_id: job.pipeline_id,
    project_id: project.id,
    project_name: nameOf(project),
    user: hookUser(instance, pipeline?.user_id ?? 0),
    // GitLab's own slip: the id of the commit is the pipeline's.
    commit: { id: job.pipeline_id, sha: pipeline?.sha },
  };
  return { event: 'Job Hook', trigger: 'job_events', body };
}

/** Webhooks write `2016-08-12 15:23:28 UTC` where the API writes ISO 8601. */
function mixed(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 1000);
}
