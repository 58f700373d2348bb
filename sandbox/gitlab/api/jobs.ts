import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { readProject, writeProject } from '../access';
import { hasEnded, jobsOf, retryJob, settle, unskip } from '../ci/pipelines';
import { tracePath } from '../ci/script';
import type { Job, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { listIn, numberIn, queryOf } from '../parameters';
import { badRequest, notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentPipeline } from './pipelines';
import { presentUser } from './projects';

export function jobRoutes({ app, instance, runner }: Api): void {
  const path = '/api/v4/projects/:id/jobs';
  app.get('/api/v4/projects/:id/pipelines/:pipeline/jobs', async (request, reply) => {
    const { project } = readProject(instance, request);
    const pipeline = instance.tables.pipelines.get(project.id, numberIn(request, 'pipeline'));
    if (pipeline === undefined) throw notFound('Pipeline');
    const { include_retried: all, scope } = queryOf(request);
    const wanted = [...listIn(request, 'scope'), ...(scope === undefined ? [] : [scope])];
    const jobs = jobsOf(instance, pipeline).filter(
      ({ retried, status }) =>
        (all === 'true' || !retried) && (wanted.length === 0 || wanted.includes(status)),
    );
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
      return reply.status(action === 'play' ? 200 : 201).send(presentJob(instance, project, moved));
    });
  }
}

type Action = 'retry' | 'play' | 'cancel';

function act(instance: Instance, job: Job, action: Action): Job {
  const pipeline = instance.tables.pipelines.get(job.project_id, job.pipeline_id);
  if (pipeline === undefined) throw notFound('Pipeline');
  const moved = move(instance, job, action);
  if (action === 'retry') unskip(instance, pipeline);
  settle(instance, pipeline);
  return instance.tables.jobs.get(job.project_id, moved.id) ?? moved;
}

function move(instance: Instance, job: Job, action: Action): Job {
  const { jobs } = instance.tables;
  if (action === 'retry') {
    if (!hasEnded(job.status) || job.status === 'skipped' || job.retried)
      throw new Refusal(403, { message: '403 Forbidden - Job is not retryable' });
    return retryJob(instance, job);
  }
  if (action === 'play') {
    if (job.status !== 'manual') throw badRequest('400 Bad request - Unplayable Job');
    return jobs.put(job.project_id, job.id, { ...job, status: 'pending' });
  }
  if (hasEnded(job.status)) return job;
  return jobs.put(job.project_id, job.id, { ...job, status: 'canceled', finished_at: instant() });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; job: Job } {
  const { project } = readProject(instance, request);
  const job = instance.tables.jobs.get(project.id, numberIn(request, 'job'));
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
