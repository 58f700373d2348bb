import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from './faults';
import type { Instance } from './instance';

/** Faults that keep a request from being carried out. The sandbox's own routes are spared. */
export function misbehave(app: FastifyInstance, instance: Instance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isOwn(request)) return;
    const subject = `${request.method} ${request.url}`;
    const fault = instance.faults.take(subject, ['latency', 'status', 'timeout', 'rate-limit']);
    if (fault !== undefined) await commit(fault, { reply, signal: instance.closing.signal });
  });
}

/** What is asked of the sandbox itself is answered as it is. */
export function isOwn({ url }: FastifyRequest): boolean {
  return url.startsWith('/sandbox/') || url === '/health';
}

async function commit(
  fault: Fault,
  { reply, signal }: { readonly reply: FastifyReply; readonly signal: AbortSignal },
): Promise<void> {
  if (fault.kind === 'latency')
    await pause(fault.delayMs ?? 1_000, undefined, { signal }).catch(() => reply.hijack());
  else if (fault.kind === 'rate-limit') {
    await reply
      .status(429)
      .header('retry-after', String(fault.retryAfter ?? 1))
      .type('text/plain')
      .send('Retry later\n');
  } else if (fault.kind === 'status') {
    await reply
      .status(fault.status ?? 502)
      .type('text/html')
      .send('<html>GitLab is not responding</html>');
  } else {
    // Never answered: the client's own patience ends it.
    reply.hijack();
  }
}

/** Carries the request out and then breaks the connection: the worst a network does. */
export function loseResponse(app: FastifyInstance, instance: Instance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = isOwn(request)
      ? undefined
      : instance.faults.take(`${request.method} ${request.url}`, ['lost-response']);
    if (fault !== undefined) reply.raw.destroy();
    return payload;
  });
}
