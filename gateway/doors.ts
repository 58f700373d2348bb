import { z } from 'zod';
import type { Door } from '../domain/embargo/doors';
import { readDoors } from '../starters/read-doors';
import { demandAudience } from './audience';
import { endpoint, type Endpoint } from './endpoint';

const door: z.ZodType<Door> = z.object({
  kind: z.enum(['push-mirror', 'deploy-key', 'member', 'branch-rule', 'tag-rule']),
  name: z.string().describe('What `mirrors.doors` of the configuration knows it by'),
  projects: z.array(z.string()).readonly(),
  sentence: z.string(),
  remedy: z.string(),
  why: z.string().exactOptional().describe('Absent for a door that nobody has accounted for'),
});

const list = endpoint({
  method: 'get',
  path: '/api/v1/doors',
  summary: 'What may write to canonical repositories; for release managers and security engineers',
  answers: { 200: { description: 'Those that nobody accounts for first.', schema: z.array(door) } },
  handle: async ({ person }, deps) => {
    demandAudience(person);
    const projects = deps.mirrors.map((one) => one.project);
    const doors = await readDoors({ gitlab: deps.gitlab(), projects, known: deps.knownDoors });
    return { status: 200, body: [...doors] };
  },
});

export const DOORS: readonly Endpoint[] = [list];
