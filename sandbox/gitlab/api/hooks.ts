import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maintainProject } from '../access';
import type { Hook, HookEvent, Project } from '../entities';
import { deliver } from '../hooks/deliver';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, sent } from '../parameters';
import { notFound, Refusal } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';

const TRIGGERS = [
  'push_events',
  'tag_push_events',
  'merge_requests_events',
  'note_events',
  'confidential_note_events',
  'pipeline_events',
  'job_events',
  'deployment_events',
  'releases_events',
] as const;

const triggers = z.partialRecord(z.enum(TRIGGERS), flag);
const fields = z.object({
  url: z.string().exactOptional(),
  token: z.string().nullable().exactOptional(),
  signing_token: z.string().nullable().exactOptional(),
});

export function hookRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/hooks';
  app.get(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    return paginate(instance.tables.hooks.all(project.id).map(presentHook), { request, reply });
  });
  app.post(path, async (request, reply) => {
    const { project } = maintainProject(instance, request);
    const blank: Hook = {
      id: instance.store.next('hook'),
      project_id: project.id,
      url: '',
      token: null,
      signing_token: null,
      events: ['push_events'],
      created_at: instant(),
      failures: 0,
      disabled_until: null,
    };
    const hook = changed(blank, request);
    return reply.status(201).send(presentHook(instance.tables.hooks.put(project.id, hook.id, hook)));
  });
  app.get(`${path}/:hook`, async (request) => presentHook(findHook(instance, request).hook));
  app.put(`${path}/:hook`, async (request) => {
    const { project, hook } = findHook(instance, request);
    return presentHook(instance.tables.hooks.put(project.id, hook.id, changed(hook, request)));
  });
  app.delete(`${path}/:hook`, async (request, reply) => {
    const { project, hook } = findHook(instance, request);
    instance.tables.hooks.remove(project.id, hook.id);
    return reply.status(204).send();
  });
  app.get(`${path}/:hook/events`, async (request, reply) => {
    const { project, hook } = findHook(instance, request);
    const events = instance.tables.hookEvents.all(project.id).filter(({ hook_id }) => hook_id === hook.id);
    return paginate(events.toReversed().map(presentEvent), { request, reply });
  });
  app.post(`${path}/:hook/events/:event/resend`, async (request, reply) => {
    const { project, hook } = findHook(instance, request);
    const event = instance.tables.hookEvents.get(project.id, numberIn(request, 'event'));
    if (event === undefined || event.hook_id !== hook.id) throw notFound('Hook event');
    const call = {
      event: event.request_headers['X-Gitlab-Event'] ?? '',
      trigger: event.trigger,
      body: event.request_data,
    };
    const idempotencyKey = event.request_headers['Idempotency-Key'] ?? '';
    const { response_status: status } = await deliver(instance, { hook, call, idempotencyKey });
    return reply.status(201).send({ response_status: /^\d+$/.test(status) ? Number(status) : status });
  });
}

/** What is not mentioned stays as it was. @throws Refusal 422 for an address that cannot be called */
function changed(hook: Hook, request: FastifyRequest): Hook {
  const said = sent(request);
  const mentioned = Object.fromEntries(
    TRIGGERS.filter((one) => said[one] !== undefined).map((one) => [one, said[one]]),
  );
  const wanted = triggers.parse(mentioned);
  const next = { ...hook, ...fields.parse(said) };
  if (!/^https?:$/.test(protocolOf(next.url))) throw new Refusal(422, { error: 'Invalid url given' });
  return { ...next, events: TRIGGERS.filter((trigger) => wanted[trigger] ?? hook.events.includes(trigger)) };
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

export function findHook(instance: Instance, request: FastifyRequest): { project: Project; hook: Hook } {
  const { project } = maintainProject(instance, request);
  const hook = instance.tables.hooks.get(project.id, numberIn(request, 'hook'));
  if (hook === undefined) throw notFound('Hook');
  return { project, hook };
}

function presentHook({ id, project_id, url, events, created_at, disabled_until }: Hook): object {
  return {
    id,
    project_id,
    url,
    created_at,
    ...Object.fromEntries(TRIGGERS.map((trigger) => [trigger, events.includes(trigger)])),
    enable_ssl_verification: false,
    alert_status: alertOf(disabled_until),
    disabled_until: disabled_until === 'never' ? null : disabled_until,
  };
}

function alertOf(disabledUntil: string | null): string {
  if (disabledUntil === null) return 'executable';
  return disabledUntil === 'never' ? 'disabled' : 'temporarily_disabled';
}

function presentEvent({ hook_id: _hook, created_at: _created, ...event }: HookEvent): object {
  return { ...event, response_headers: {}, response_body: '' };
}
