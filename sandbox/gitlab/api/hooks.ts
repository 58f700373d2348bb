import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maintainProject } from '../access';
import type { Hook, HookEvent, Project } from '../entities';
import { deliver } from '../hooks/deliver';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn } from '../parameters';
import { badRequest, notFound } from '../refusal';
import type { Api } from '../server';

const TRIGGERS = [
  'push_events',
  'tag_push_events',
  'merge_requests_events',
  'note_events',
  'pipeline_events',
  'job_events',
  'deployment_events',
  'releases_events',
] as const;

const hookFields = z.object({
  url: z.url(),
  token: z.string().nullable().optional(),
  signing_token: z.string().nullable().optional(),
  ...Object.fromEntries(TRIGGERS.map((trigger) => [trigger, z.coerce.boolean().optional()])),
});

export function hookRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/hooks';
  app.get(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    return paginate(instance.tables.hooks.all(project.id).map(presentHook), { request, reply });
  });
  app.post(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const id = instance.store.next('hook');
    const blank = { id, project_id: project.id, created_at: instant(), failures: 0, disabled_until: null };
    const hook = instance.tables.hooks.put(project.id, id, { ...blank, ...fieldsOf(request.body) });
    return reply.status(201).send(presentHook(hook));
  });
  app.get(`${path}/:hook`, async (request) => presentHook(find(instance, request).hook));
  app.put(`${path}/:hook`, async (request) => {
    const { project, hook } = find(instance, request);
    return presentHook(
      instance.tables.hooks.put(project.id, hook.id, { ...hook, ...fieldsOf(request.body) }),
    );
  });
  app.delete(`${path}/:hook`, async (request, reply) => {
    const { project, hook } = find(instance, request);
    instance.tables.hooks.remove(project.id, hook.id);
    return reply.status(204).send();
  });
  app.get(`${path}/:hook/events`, async (request, reply) => {
    const { project, hook } = find(instance, request);
    const events = instance.tables.hookEvents.all(project.id).filter(({ hook_id }) => hook_id === hook.id);
    return paginate(events.toReversed().map(presentEvent), { request, reply });
  });
  app.post(`${path}/:hook/events/:event/resend`, async (request, reply) => {
    const { project, hook } = find(instance, request);
    const event = instance.tables.hookEvents.get(project.id, numberIn(request, 'event'));
    if (event === undefined || event.hook_id !== hook.id) throw notFound('Hook event');
    const call = {
      event: event.request_headers['X-Gitlab-Event'] ?? '',
      trigger: event.trigger,
      body: event.request_data,
    };
    const sent = await deliver(instance, {
      hook,
      call,
      idempotencyKey: event.request_headers['Idempotency-Key'] ?? '',
    });
    return reply.status(201).send({ response_status: sent.response_status });
  });
}

function fieldsOf(body: unknown): Pick<Hook, 'url' | 'token' | 'signing_token' | 'events'> {
  const parsed: Record<string, unknown> = hookFields.parse(body);
  const { url, token, signing_token } = parsed as {
    url: string;
    token?: string | null;
    signing_token?: string | null;
  };
  if (!/^https?:/.test(url)) throw badRequest('Invalid url given');
  const asked = TRIGGERS.filter((trigger) => parsed[trigger] === true);
  const events = parsed['push_events'] === undefined ? [...new Set(['push_events', ...asked])] : asked;
  return { url, token: token ?? null, signing_token: signing_token ?? null, events };
}

function find(instance: Instance, request: FastifyRequest): { project: Project; hook: Hook } {
  const { project } = maintainProject(instance, request);
  const hook = instance.tables.hooks.get(project.id, numberIn(request, 'hook'));
  if (hook === undefined) throw notFound('Hook');
  return { project, hook };
}

function presentHook({ id, project_id, url, events, created_at, disabled_until, failures }: Hook): object {
  const alert =
    disabled_until === null ? 'executable' : disabled_until === 'never' ? 'disabled' : 'temporarily_disabled';
  return {
    id,
    project_id,
    url,
    created_at,
    ...Object.fromEntries(TRIGGERS.map((trigger) => [trigger, events.includes(trigger)])),
    enable_ssl_verification: false,
    alert_status: alert,
    disabled_until: disabled_until === 'never' ? null : disabled_until,
    recent_failures: failures,
  };
}

function presentEvent({ hook_id: _hook, created_at: _created, ...event }: HookEvent): object {
  return { ...event, response_headers: {}, response_body: '' };
}
