import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseStatus } from '../../domain/release/release';
import type { House } from '../../services/house';
import type { Gateway } from '../gateway-client';
import { askSandbox } from '../sandbox-client';
import type { Artifacts, DemoHouse } from './story';

/** The story's house, through the gateway and the sandbox as any user reaches them. */
export function gatewayHouse(house: House, gateway: Gateway): DemoHouse {
  const story = storyOf(house.home);
  return {
    seed: async () => {
      await askSandbox(house, '/sandbox/seed');
    },
    start: async ({ key, ...request }) => {
      const body = request.kind === 'patch' ? { ...request, type: 'planned' } : request;
      return (
        await gateway<{ id: string }>('/api/v1/releases', {
          method: 'POST',
          idempotencyKey: `${story}-${key}`,
          body,
        })
      ).id;
    },
    status: (id) => gateway<ReleaseStatus>(`/api/v1/releases/${encodeURIComponent(id)}`),
    approve: async ({ id, before, reason }) => {
      const body = { kind: 'approve', before, reason };
      await gateway(`/api/v1/releases/${encodeURIComponent(id)}/decisions`, {
        method: 'POST',
        idempotencyKey: randomUUID(),
        body,
      });
    },
    artifacts: (id) => gateway<Artifacts>(`/api/v1/releases/${encodeURIComponent(id)}/artifacts`),
  };
}

/** Names this home's story, so that the same command goes on with it whatever died in between. */
function storyOf(home: string): string {
  const file = join(home, 'demo');
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`);
  return readFileSync(file, 'utf8').trim();
}
