import { maintainProject } from '../access';
import type { Project } from '../entities';
import { ZERO_SHA } from '../git-repository';
import type { HookCall } from '../happenings';
import { deliver } from '../hooks/deliver';
import { deploymentPayload } from '../hooks/deployment-payload';
import { mergeRequestPayload } from '../hooks/merge-request-payload';
import { notePayload } from '../hooks/note-payload';
import { jobPayload, pipelinePayload } from '../hooks/pipeline-payload';
import { pushPayload } from '../hooks/push-payload';
import { releasePayload } from '../hooks/release-payload';
import { environmentNamed } from '../environments';
import type { Instance } from '../instance';
import { parameter } from '../parameters';
import { Refusal } from '../refusal';
import type { Api } from '../server';
import { findHook } from './hooks';

/** A delivery on demand, made of the newest thing of its kind; one that succeeds wakes a hook that was given up. */
export function hookTestRoutes({ app, instance }: Api): void {
  app.post('/api/v4/projects/:id/hooks/:hook/test/:trigger', async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const { hook } = findHook(instance, request);
    const sample = SAMPLES[parameter(request, 'trigger')];
    if (sample === undefined) throw new Refusal(400, { error: 'trigger does not have a valid value' });
    const call = await sample.make(instance, project);
    if (call === undefined) throw new Refusal(422, { message: `Ensure the project has ${sample.needs}.` });
    const { response_status: status } = await deliver(instance, {
      hook,
      call,
      idempotencyKey: crypto.randomUUID(),
    });
    if (!/^[23]/.test(status)) throw new Refusal(422, { message: status });
    return reply.status(201).send({ message: '201 Created' });
  });
}

interface Sample {
  readonly needs: string;
  readonly make: (instance: Instance, project: Project) => Promise<HookCall | undefined>;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  push_events: {
    needs: 'at least one commit',
    make: (instance, project) => pushSample(instance, project, 'refs/heads/'),
  },
  tag_push_events: {
    needs: 'at least one commit',
    make: (instance, project) => pushSample(instance, project, 'refs/tags/'),
  },
  merge_requests_events: {
    needs: 'merge requests',
    make: async (instance, project) => {
      const mergeRequest = instance.tables.mergeRequests.all(project.id).at(-1);
      return mergeRequest && mergeRequestPayload(instance, { project, mergeRequest, action: 'update' });
    },
  },
  note_events: {
    needs: 'notes',
    make: async (instance, project) => {
      const note = instance.tables.notes.all(project.id).at(-1);
      return note && notePayload(instance, { project, note, isConfidential: false });
    },
  },
  pipeline_events: {
    needs: 'CI pipelines',
    make: async (instance, project) => {
      const pipeline = instance.tables.pipelines.all(project.id).at(-1);
      return pipeline && pipelinePayload(instance, { project, pipeline });
    },
  },
  job_events: {
    needs: 'CI jobs',
    make: async (instance, project) => {
      const job = instance.tables.jobs.all(project.id).at(-1);
      return job && jobPayload(instance, { project, job });
    },
  },
  deployment_events: {
    needs: 'deployments',
    make: async (instance, project) => {
      const deployment = instance.tables.deployments.all(project.id).at(-1);
      if (deployment === undefined) return undefined;
      const environment = environmentNamed(instance, project, deployment.environment);
      return deploymentPayload(instance, { project, deployment, environment });
    },
  },
  releases_events: {
    needs: 'releases',
    make: async (instance, project) => {
      const release = instance.tables.releases.all(project.id).at(-1);
      return release && releasePayload(instance, { project, release, action: 'create' });
    },
  },
};

/** Of the newest ref of its kind, or of the default branch where there is none. */
async function pushSample(
  instance: Instance,
  project: Project,
  prefix: string,
): Promise<HookCall | undefined> {
  const repository = instance.repository(project);
  const newest = (await repository.refs(prefix)).at(-1);
  const head = await repository.resolve(`refs/heads/${project.default_branch}`);
  const after = newest?.object ?? head;
  if (after === undefined) return undefined;
  const ref = newest?.name ?? `${prefix}${project.default_branch}`;
  return pushPayload(instance, { project, pushed: { ref, before: ZERO_SHA, after }, userId: 0 });
}
