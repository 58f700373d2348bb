import { z } from 'zod';
import type { MirrorSettings, MirrorStatus } from '../domain/mirror/mirror-status';
import { DIFFERENCES, type MirroredState } from '../domain/mirror/mirrored-ref';
import { RELEASE_MANAGER } from '../domain/roles';
import { decideMirror } from '../starters/decide-mirror';
import { mirrorStatus } from '../starters/mirror-status';
import { NotThere } from '../starters/refusals';
import { mirrorId } from '../starters/start-mirror';
import { demandAudience } from './audience';
import type { GatewayDeps } from './deps';
import { answerTo, decisionAnswer, demandDecider } from './decision-answer';
import { endpoint, type Endpoint } from './endpoint';
import { actor, aReason, instant, verdict } from './schemas';

const states: readonly MirroredState[] = ['in_sync', 'gone', 'behind', 'missing', 'left', ...DIFFERENCES];
const objects = z
  .object({
    canonical: z.string().exactOptional(),
    security: z.string().exactOptional(),
    build: z.string().exactOptional(),
  })
  .describe('Its object on each side; absent where the side does not have it');
const ways = z.enum(['follow', 'leave']);

const apart = {
  ref: z.string().describe('`refs/heads/master`, `refs/tags/v18.6.2`'),
  state: z.enum(states),
  objects,
  moves: z
    .array(
      z.object({
        side: z.enum(['security', 'build']),
        from: z.string().exactOptional().describe('Absent where the ref is new'),
        to: z.string(),
      }),
    )
    .readonly()
    .describe('What is pushed without asking anybody'),
  sentence: z.string(),
  isClaimed: z.boolean().describe('Whether the tag on canonical has taken a name that a release reserved'),
  since: instant,
  difference: z.int().describe('How often it has come to differ'),
  task: z.object({ issue: z.int(), url: z.string() }).exactOptional(),
};

const mirror: z.ZodType<MirrorStatus> = z.object({
  id: z.string().describe('`mirror:gitlab`'),
  project: z.string(),
  state: z.enum(['in_sync', 'syncing', 'differs', 'unknown']),
  since: instant,
  verdict,
  refs: z.int().describe('How many refs are mirrored'),
  lookedAt: instant.exactOptional(),
  moving: z.array(z.object(apart)).readonly(),
  differing: z.array(z.object({ ...apart, ways: z.array(ways).readonly() })).readonly(),
  more: z.int().describe('How many more are not the same everywhere'),
});

const project = z.object({ project: z.string().min(1) });

function settingsOf({ mirrors }: GatewayDeps, name: string): MirrorSettings {
  const found = mirrors.find((one) => one.project.name === name);
  if (found !== undefined) return found;
  throw new NotThere({
    where: `mirror of ${name}`,
    what: 'no project has that name',
    remedy: `Name one of ${mirrors.map((one) => one.project.name).join(', ')}`,
  });
}

const list = endpoint({
  method: 'get',
  path: '/api/v1/mirrors',
  summary: 'How the mirrors of all projects stand; for release managers and security engineers',
  answers: { 200: { description: 'In the order in which they are tagged.', schema: z.array(mirror) } },
  handle: async ({ person }, deps) => {
    demandAudience(person);
    const body = await Promise.all(deps.mirrors.map((settings) => mirrorStatus(deps, settings)));
    return { status: 200, body };
  },
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/mirrors/:project',
  summary: 'How the mirror of a project stands; for release managers and security engineers',
  params: project,
  answers: {
    200: { description: 'As it says itself; where it does not answer, the record.', schema: mirror },
  },
  handle: async ({ params, person }, deps) => {
    demandAudience(person);
    return { status: 200, body: await mirrorStatus(deps, settingsOf(deps, params.project)) };
  },
});

const change = z.object({
  ordinal: z.int(),
  to: z.string().describe('A state of the ref, or what was done about it'),
  objects,
  actor,
  sentence: z.string(),
  at: instant,
});

const changes = endpoint({
  method: 'get',
  path: '/api/v1/mirrors/:project/changes',
  summary: 'What has become of a mirrored ref, oldest first; for release managers and security engineers',
  params: project,
  query: z.object({ ref: z.string().min(1).describe('`refs/heads/master`') }),
  answers: { 200: { description: 'Nothing for a ref that was never seen.', schema: z.array(change) } },
  handle: async ({ params, query, person }, deps) => {
    demandAudience(person);
    const { name } = settingsOf(deps, params.project).project;
    const body = await deps.records.mirroredRefs.changes({ project: name, ref: query.ref });
    return { status: 200, body: [...body] };
  },
});

const reason = aReason.describe('Why, in a sentence');
const decision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verify'), reason }),
  z.strictObject({
    kind: z.literal('resolve'),
    reason,
    ref: z.string().min(1).max(400),
    way: ways.describe(
      '`follow`: security and build get what canonical has. `leave`: it may differ until it changes',
    ),
    seen: objects.describe('What was looked at; refused where it has changed since'),
  }),
]);

const decide = endpoint({
  method: 'post',
  path: '/api/v1/mirrors/:project/decisions',
  summary: 'Have everything looked at now, or decide about a ref that differs',
  key: 'optional',
  params: project,
  body: decision,
  answers: {
    200: { description: 'It counts.', schema: decisionAnswer },
    409: { description: 'The mirror refused it, and says why.', schema: decisionAnswer },
  },
  handle: async ({ params, body, person, key }, deps) => {
    const settings = settingsOf(deps, params.project);
    await demandDecider(deps.records, {
      about: mirrorId(settings.project.name),
      person,
      roles: [RELEASE_MANAGER],
      decision: body.kind,
      reason: body.reason,
    });
    const by = { id: person.id, roles: person.roles };
    const request = { ...body, by, ...(key === undefined ? {} : { id: key }) };
    const answer = await decideMirror(deps, { settings, request });
    const where = `mirror of ${params.project}`;
    return answerTo(answer, { where, command: `signalbox mirror status ${params.project}` });
  },
});

export const MIRRORS: readonly Endpoint[] = [list, show, changes, decide];
