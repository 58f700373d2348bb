import { z } from 'zod';
import { planRelease } from '../starters/plan';
import { planInternal } from '../starters/plan-internal';
import { readRequest } from '../starters/release-request';
import { demandInternalAsker } from './audience';
import { endpoint, type Endpoint } from './endpoint';
import { kind, milestone } from './schemas';

const query = z.strictObject({
  kind: z.string().describe('`monthly`, `patch`, or for those who may ask for one `internal`'),
  minor: z.string().exactOptional().describe('Of a monthly release: `18.7`'),
  minors: z
    .string()
    .transform((text) => text.split(',').filter((one) => one.trim() !== ''))
    .exactOptional()
    .describe('Of the other releases, with commas between: `18.6,18.5`'),
  type: z.string().exactOptional(),
});

const plan = z.object({
  kind,
  versions: z
    .array(
      z.object({
        version: z.string(),
        projects: z
          .array(
            z.object({
              project: z.string(),
              tags: z.array(z.string()).readonly(),
              stableBranch: z.string(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly()
    .describe('Numbers are taken only when a release closes; until then another one may get them first'),
  milestones: z.array(milestone).readonly(),
  approvals: z
    .array(z.object({ before: milestone, roles: z.array(z.string()).readonly(), count: z.int() }))
    .readonly(),
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/plan',
  summary: 'What a release would do, without doing any of it',
  query,
  answers: { 200: { description: 'Versions, tags, milestones, approvals.', schema: plan } },
  handle: async ({ query: request, person }, deps) => {
    const isForInternal = request.kind === 'internal';
    const settings = deps.settingsOf(isForInternal ? 'internal' : readRequest(request).kind);
    if (isForInternal) demandInternalAsker(person, settings);
    const known = { settings, records: deps.records, gitlab: deps.gitlab() };
    const body = await (isForInternal ? planInternal : planRelease)(known, request);
    return { status: 200, body };
  },
});

export const PLAN: readonly Endpoint[] = [show];
