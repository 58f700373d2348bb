import type { FastifyInstance } from 'fastify';
import { isOwn } from './misbehaviour';

const WINDOW_MS = 60_000;

/** GitLab's RateLimit headers on every answer, and 429 with Retry-After above the limit of a token. */
export function limitRate(app: FastifyInstance, requestsPerMinute = 100_000): void {
  const used = new Map<string, { window: number; count: number }>();
  app.addHook('onRequest', async (request, reply) => {
    if (isOwn(request)) return;
    const who = String(request.headers['private-token'] ?? request.headers.authorization ?? request.ip);
    const window = Math.floor(Date.now() / WINDOW_MS);
    const before = used.get(who);
    const count = before?.window === window ? before.count + 1 : 1;
    used.set(who, { window, count });
    const reset = (window + 1) * (WINDOW_MS / 1000);
    reply.headers({
      'ratelimit-limit': String(requestsPerMinute),
      'ratelimit-observed': String(count),
      'ratelimit-remaining': String(Math.max(0, requestsPerMinute - count)),
      'ratelimit-reset': String(reset),
    });
    if (count <= requestsPerMinute) return;
    const wait = Math.max(1, Math.ceil(reset - Date.now() / 1000));
    await reply.status(429).header('retry-after', String(wait)).type('text/plain').send('Retry later\n');
  });
}
