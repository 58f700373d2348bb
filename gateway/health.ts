import type { FastifyInstance } from 'fastify';
import type { GatewayDeps } from './deps';

const PROBE_MS = 1_000;

type Condition = 'answers' | 'unknown';

interface Silence {
  readonly condition: Condition;
  /** ISO 8601: since when nothing is known. */
  readonly since?: string;
}

/** Says that this process serves, and which of those it needs it cannot speak of. */
export async function addHealth(app: FastifyInstance, { client, records }: GatewayDeps): Promise<void> {
  const silentSince = new Map<string, string>();

  async function look(name: string, ask: () => Promise<unknown>): Promise<Silence> {
    if (await answersSoon(ask)) {
      silentSince.delete(name);
      return { condition: 'answers' };
    }
    const since = silentSince.get(name) ?? new Date().toISOString();
    silentSince.set(name, since);
    return { condition: 'unknown', since };
  }

  app.get('/health', { logLevel: 'warn' }, async () => {
    const [postgres, temporal] = await Promise.all([
      look('postgres', () => records.releases.find('')),
      look('temporal', () =>
        client.withDeadline(Date.now() + PROBE_MS, () => client.connection.workflowService.getSystemInfo({})),
      ),
    ]);
    return { ready: true, dependencies: { postgres, temporal } };
  });
}

async function answersSoon(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS);
  });
  const answered = ask().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
