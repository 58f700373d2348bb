import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import { createPipeline, hasEnded, jobsOf, planFor, retryJob, settle, unskip } from '../ci/pipelines';
import type { Pipeline, Project } from '../entities';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf, sent } from '../parameters';
import { notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { presentUser } from './projects';

const variables = z
  .union([
    z
      .array(z.object({ key: z.string(), value: z.string() }))
      .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value]))),
    z.record(z.string(), z.string()),
  ])
  .default({});
const newPipeline = z.object({ ref: z.string(), variables });

export function pipelineRoutes({ app, instance, runner }: Api): void {
  const path = '/api/v4/projects/:id/pipelines';
  app.get(path, async (request, reply) => {
    const { project } = readProject(instance, request);
    const filter = queryOf(request);
    const found = instance.tables.pipelines
      .all(project.id)
      .filter((one) =>
        (['ref', 'sha', 'status'] as const).every(
          (field) => filter[field] === undefined || one[field] === filter[field],
        ),
      );
    return paginate(
      found.toReversed().map((one) => presentPipeline(instance, project, one)),
      { request, reply },
    );
  });
  app.get(`${path}/:pipeline`, async (request) => {
    const { project, pipeline } = find(instance, request);
    return { ...presentPipeline(instance, project, pipeline), ...details(instance, pipeline) };
  });
  for (const [route, source] of [
    ['pipeline', 'api'],
    ['trigger/pipeline', 'trigger'],
  ] as const) {
    app.post(`/api/v4/projects/:id/${route}`, async (request, reply) => {
      const { project, user } = writeProject(instance, request);
      const wanted = newPipeline.parse(sent(request));
      const pipeline = await start(instance, { project, source, userId: user.id, ...wanted });
      runner.look();
      return reply
        .status(201)
        .send({ ...presentPipeline(instance, project, pipeline), ...details(instance, pipeline) });
    });
  }
  app.post(`${path}/:pipeline/retry`, async (request, reply) => {
    writeProject(instance, request);
    const { project, pipeline } = find(instance, request);
    const retried = instance.store.transaction(() => {
      for (const job of jobsOf(instance, pipeline)) {
        if (!job.retried && (job.status === 'failed' || job.status === 'canceled')) retryJob(instance, job);
      }
      unskip(instance, pipeline);
      return settle(instance, pipeline);
    });
    runner.look();
    return reply.status(201).send(presentPipeline(instance, project, retried));
  });
  app.post(`${path}/:pipeline/cancel`, async (request, reply) => {
    writeProject(instance, request);
    const { project, pipeline } = find(instance, request);
    const at = instant();
    const canceled = instance.store.transaction(() => {
      for (const job of jobsOf(instance, pipeline).filter(({ status }) => !hasEnded(status))) {
        instance.tables.jobs.put(project.id, job.id, { ...job, status: 'canceled', finished_at: at });
        runner.cancel(job);
      }
      return settle(instance, pipeline);
    });
    return reply.status(201).send(presentPipeline(instance, project, canceled));
  });
}

async function start(
  instance: Instance,
  wanted: {
    project: Project;
    ref: string;
    source: 'api' | 'trigger';
    userId: number;
    variables: Record<string, string>;
  },
): Promise<Pipeline> {
  const repository = instance.repository(wanted.project);
  const branch = await repository.resolve(`refs/heads/${wanted.ref}`);
  const sha = branch ?? (await repository.resolve(`refs/tags/${wanted.ref}`));
  if (sha === undefined) throw refused('Reference not found');
  const request = { ...wanted, sha, tag: branch === undefined };
  const jobs = await planFor(instance, request).catch((error: unknown) => {
    throw refused(error instanceof Error ? error.message : String(error));
  });
  if (jobs.length === 0)
    throw refused(
      'Pipeline will not run for the selected trigger. The rules configuration prevented any jobs from being added to the pipeline.',
    );
  return instance.store.transaction(() => createPipeline(instance, { request, jobs }));
}

function refused(base: string): Refusal {
  return new Refusal(400, { message: { base: [base] } });
}

function find(instance: Instance, request: FastifyRequest): { project: Project; pipeline: Pipeline } {
  const { project } = readProject(instance, request);
  const pipeline = instance.tables.pipelines.get(project.id, numberIn(request, 'pipeline'));
  if (pipeline === undefined) throw notFound('Pipeline');
  return { project, pipeline };
}

export function presentPipeline(instance: Instance, project: Project, pipeline: Pipeline): object {
  const { id, iid, project_id, sha, ref, status, source, created_at, updated_at } = pipeline;
  const web_url = `${instance.url}/${project.path_with_namespace}/-/pipelines/${id}`;
  return { id, iid, project_id, sha, ref, status, source, created_at, updated_at, web_url };
}

function details(instance: Instance, pipeline: Pipeline): object {
  const { tag, started_at, finished_at, user_id } = pipeline;
  return {
    tag,
    started_at,
    finished_at,
    yaml_errors: null,
    coverage: null,
    user: presentUser(instance, user_id),
  };
}
