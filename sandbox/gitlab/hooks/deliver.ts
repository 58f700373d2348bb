import { createHmac, randomUUID } from 'node:crypto';
import type { Hook, HookEvent, Project } from '../entities';
import type { HookCall } from '../happenings';
import { instant, type Instance } from '../instance';

/** GitLab waits this long for an answer. */
const TIMEOUT_MS = 10_000;
/** Failures in a row before a hook is left alone for a while, and then for good. */
const FAILURES_BEFORE_BACKOFF = 4;
const FAILURES_BEFORE_DISABLED = 40;
const FIRST_BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 24 * 60 * 60_000;

/** One try for each hook of the project: GitLab does not repeat a webhook that failed. */
export async function callHooks(
  instance: Instance,
  { project, call }: { readonly project: Project; readonly call: HookCall },
): Promise<void> {
  const hooks = instance.tables.hooks.all(project.id).filter((hook) => hook.events.includes(call.trigger));
  await Promise.all(
    hooks.filter(isEnabled).map(async (hook) => {
      if (instance.faults.take(`webhook ${call.event}`, ['drop-webhook']) !== undefined) return;
      await deliver(instance, { hook, call, idempotencyKey: randomUUID() });
    }),
  );
}

function isEnabled({ disabled_until }: Hook): boolean {
  return disabled_until === null || (disabled_until !== 'never' && disabled_until < instant());
}

interface Delivery {
  readonly hook: Hook;
  readonly call: HookCall;
  /** The same when a delivery is sent again by hand. */
  readonly idempotencyKey: string;
}

/** @returns the row of the delivery, with what was answered */
export async function deliver(instance: Instance, delivery: Delivery): Promise<HookEvent> {
  const { hook, call } = delivery;
  const body = JSON.stringify(call.body);
  const headers = headersOf(instance, { ...delivery, body });
  const began = performance.now();
  const status = await fetch(hook.url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), instance.closing.signal]),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return String(response.status);
    },
    () => 'internal error',
  );
  const succeeded = status.startsWith('2') || status.startsWith('3');
  if (!instance.closing.signal.aborted) noteOutcome(instance, hook, succeeded);
  const id = instance.store.next('hook_event');
  return instance.tables.hookEvents.put(hook.project_id, id, {
    id,
    hook_id: hook.id,
    url: hook.url,
    trigger: call.trigger,
    request_headers: { ...headers, ...(hook.token === null ? {} : { 'X-Gitlab-Token': '[REDACTED]' }) },
    request_data: call.body,
    response_status: status,
    execution_duration: (performance.now() - began) / 1000,
    created_at: instant(),
  });
}

function headersOf(
  instance: Instance,
  { hook, call, idempotencyKey, body }: Delivery & { readonly body: string },
): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'GitLab/18.7.0-sandbox',
    'Idempotency-Key': idempotencyKey,
    'X-Gitlab-Event': call.event,
    'X-Gitlab-Webhook-UUID': randomUUID(),
    'X-Gitlab-Event-UUID': randomUUID(),
    'X-Gitlab-Instance': instance.url,
    ...(hook.token === null ? {} : { 'X-Gitlab-Token': hook.token }),
    ...(hook.signing_token === null ? {} : signature(hook.signing_token, { id: idempotencyKey, body })),
  };
}

function signature(
  key: string,
  { id, body }: { readonly id: string; readonly body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}

/** Gives up as GitLab does: a few failures in a row and the hook rests, longer each time, in the end for good. */
function noteOutcome(instance: Instance, { id, project_id }: Hook, succeeded: boolean): void {
  const hook = instance.tables.hooks.get(project_id, id);
  if (hook === undefined) return;
  const failures = succeeded ? 0 : hook.failures + 1;
  instance.tables.hooks.put(project_id, id, { ...hook, failures, disabled_until: disabledUntil(failures) });
}

function disabledUntil(failures: number): string | null {
  if (failures < FAILURES_BEFORE_BACKOFF) return null;
  if (failures >= FAILURES_BEFORE_DISABLED) return 'never';
  const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - FAILURES_BEFORE_BACKOFF));
  return new Date(Date.now() + backoff).toISOString();
}
