import { z } from 'zod';
import { userOf } from './gitlab/access';
import { unauthorized } from './gitlab/refusal';
import type { Api } from './gitlab/server';
import { seedProduct, type HookTarget } from './seed/apply';
import { importRepository } from './seed/import-repository';

const fault = z.object({
  match: z.string().refine(isPattern),
  kind: z.enum(['latency', 'status', 'timeout', 'rate-limit', 'lost-response', 'drop-webhook', 'fail-job']),
  times: z.number().int().positive().exactOptional(),
  delayMs: z.number().exactOptional(),
  status: z.number().exactOptional(),
  retryAfter: z.number().exactOptional(),
});
const importing = z.object({ path: z.string(), as: z.string() });
const seeding = z.object({ seed: z.number().int().default(1) });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What only a sandbox can be asked: to fill itself, to take a repository in, to misbehave. */
export function controlRoutes(hook: HookTarget | undefined): (api: Api) => void {
  return ({ app, instance }) => {
    let seeded: Promise<readonly string[]> | undefined;
    app.addHook('onRequest', async (request) => {
      if (request.url.startsWith('/sandbox/') && userOf(instance, request.headers) === undefined)
        throw unauthorized();
    });
    app.get('/health', async () => ({ status: 'ready' }));
    app.post('/sandbox/seed', async (request) => {
      const { seed } = seeding.parse(request.body ?? {});
      seeded ??= seedProduct(instance, { seed, hook }).finally(() => (seeded = undefined));
      return { projects: await seeded };
    });
    app.post('/sandbox/import', async (request) =>
      importRepository(instance, { ...importing.parse(request.body), hook }),
    );
    app.get('/sandbox/faults', async () => instance.faults.list());
    app.post('/sandbox/faults', async (request, reply) => {
      instance.faults.arm(fault.parse(request.body));
      return reply.status(201).send(instance.faults.list());
    });
    app.delete('/sandbox/faults', async (_request, reply) => {
      instance.faults.clear();
      return reply.status(204).send();
    });
  };
}
