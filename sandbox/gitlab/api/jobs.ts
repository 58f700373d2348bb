import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { readProject, writeProject } from '../access';
import { jobsOf, retryJob, settle } from '../ci/pipelines';
import { tracePath } from '../ci/runner';
import type { Job, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { forbidden, notFound } from '../refusal';
import type { Api } from '../server';
import { presentPipeline } from './pipelines';
import { presentUser } from './projects';

export function jobRoutes({ app, instance, runner }: Api): void {
  const path = '/api/v4/projects/:id/jobs';
  app.get('/api/v4/projects/:id/pipelines/:pipeline/jobs', async (request, reply) => {
    const { project } = readProject(instance, request);
    const pipeline = instance.tables.pipelines.get(
      project.id,
      Number((request.params as { pipeline: string }).pipeline),
    );
    if (pipeline === undefined) throw notFound('Pipeline');
    const { include_retried: all } = request.query as { include_retried?: string };
    const jobs = jobsOf(instance, pipeline).filter(({ retried }) => all === 'true' || !retried);
    return paginate(
      jobs.map((job) => presentJob(instance, project, job)),
      { request, reply },
    );
  });
  app.get(`${path}/:job`, async (request) => {
    const { project, job } = find(instance, request);
    return presentJob(instance, project, job);
  });
  app.get(`${path}/:job/trace`, async (request, reply) => {
    const { job } = find(instance, request);
    return reply.type('text/plain').send(await readFile(tracePath(instance, job), 'utf8').catch(() => ''));
  });
  for (const action of ['retry', 'play', 'cancel'] as const) {
    app.post(`${path}/:job/${action}`, async (request, reply) => {
      writeProject(instance, request);
      const { project, job } = find(instance, request);
      const moved = instance.store.transaction(() => act(instance, job, action));
      if (action === 'cancel') runner.cancel(job);
      runner.look();
      return reply.status(201).send(presentJob(instance, project, moved));
    });
  }
}

function act(instance: Instance, job: Job, action: 'retry' | 'play' | 'cancel'): Job {
  const pipeline = instance.tables.pipelines.get(job.project_id, job.pipeline_id);
  if (pipeline === undefined) throw notFound('Pipeline');
  if (action === 'play' && job.status !== 'manual') throw forbidden();
  const moved =
    action === 'retry'
      ? retryJob(instance, job)
      : instance.tables.jobs.put(job.project_id, job.id, {
          ...job,
          ...(action === 'play'
            ? { status: 'pending' as const }
            : { status: 'canceled' as const, finished_at: instant() }),
        });
  settle(instance, pipeline);
  return instance.tables.jobs.get(job.project_id, moved.id) ?? moved;
}

function find(instance: Instance, request: FastifyRequest): { project: Project; job: Job } {
  const { project } = readProject(instance, request);
  const job = instance.tables.jobs.get(project.id, Number((request.params as { job: string }).job));
  if (job === undefined) throw notFound('Job');
  return { project, job };
}

function presentJob(instance: Instance, project: Project, job: Job): object {
  const { id, name, stage, status, allow_failure, failure_reason, created_at, started_at, finished_at } = job;
  const pipeline = instance.tables.pipelines.get(project.id, job.pipeline_id);
  return {
    id,
    name,
    stage,
    status,
    allow_failure,
    ...(failure_reason === null ? {} : { failure_reason }),
    created_at,
    started_at,
    finished_at,
    ref: pipeline?.ref,
    tag: pipeline?.tag ?? false,
    user: presentUser(instance, pipeline?.user_id ?? 0),
    pipeline: pipeline === undefined ? null : presentPipeline(instance, project, pipeline),
    web_url: `${instance.url}/${project.path_with_namespace}/-/jobs/${id}`,
    artifacts: [],
    runner: null,
  };
}
