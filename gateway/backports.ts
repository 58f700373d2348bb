import { z } from 'zod';
import {
  backportFigures,
  type BackportFigures,
  type CountedBackport,
} from '../domain/backport/backport-figures';
import { backportId, FIX_KINDS } from '../domain/backport/backport';
import { isSettled, type BackportState } from '../domain/backport/backport-state';
import type { BackportSettings, FixBackports } from '../domain/backport/backport-status';
import { declineBackport } from '../starters/decline-backport';
import { NotThere } from '../starters/refusals';
import type { GatewayDeps } from './deps';
import { answerTo, decisionAnswer, demandDecider } from './decision-answer';
import { endpoint, type Endpoint } from './endpoint';
import { aReason, instant } from './schemas';

const mergeRequest = z.object({ iid: z.int(), url: z.string() });
const state: z.ZodType<BackportState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('owed') }),
  z.object({ state: z.literal('proposed'), mergeRequest }),
  z.object({ state: z.literal('checked'), mergeRequest }),
  z.object({ state: z.literal('merged'), mergeRequest }),
  z.object({ state: z.literal('conflicted'), files: z.array(z.string()).readonly() }),
  z.object({ state: z.literal('declined'), by: z.string(), reason: z.string() }),
  z.object({ state: z.literal('not_needed').describe('The branch has it already') }),
]);

const fix: z.ZodType<FixBackports> = z.object({
  project: z.string(),
  iid: z.int().describe('The merge request of the change'),
  title: z.string(),
  author: z.string(),
  team: z.string().exactOptional(),
  kind: z.enum(FIX_KINDS),
  backports: z
    .array(
      z.object({
        minor: z.string(),
        branch: z.string(),
        state,
        sentence: z.string(),
        asked: z.boolean().describe('Somebody was asked about it; nobody is asked twice'),
        owedSince: instant,
        since: instant,
        missedAt: instant.exactOptional().describe('When its minor got no fixes any more while it was open'),
      }),
    )
    .readonly(),
});

const figures: z.ZodType<BackportFigures> = z.object({
  team: z.string().exactOptional().describe('Absent: of changes of nobody’s'),
  owed: z.int(),
  made: z.int(),
  missed: z.int().describe('Not made while the minor got fixes'),
  medianAgeMs: z.int().exactOptional().describe('Of what is owed now'),
});

const list = endpoint({
  method: 'get',
  path: '/api/v1/backports',
  summary: 'Backports that are owed, with the figures of each team',
  query: z.object({
    project: z.string().exactOptional(),
    team: z.string().exactOptional().describe('`source code`, without the prefix of its label'),
    all: z
      .enum(['true', 'false'])
      .default('false')
      .describe('`true`: changes whose backports are settled too'),
  }),
  answers: {
    200: {
      description: 'Changes, what was noted last first.',
      schema: z.object({ figures: z.array(figures).readonly(), changes: z.array(fix).readonly() }),
    },
  },
  handle: async ({ query: { project, team, all } }, deps) => {
    if (project !== undefined) settingsOf(deps, project);
    const asked = { ...(project === undefined ? {} : { project }), ...(team === undefined ? {} : { team }) };
    const changes = await deps.records.backports.list(asked);
    const body = {
      figures: backportFigures(changes.flatMap(countedOf), { at: new Date().toISOString() }),
      changes: all === 'true' ? changes : changes.filter(isOpen),
    };
    return { status: 200, body };
  },
});

function isOpen({ backports }: FixBackports): boolean {
  return backports.some((one) => !isSettled(one.state));
}

function countedOf({ team, backports }: FixBackports): readonly CountedBackport[] {
  return backports.map(({ state: { state: name }, owedSince, missedAt }) => ({
    state: name,
    owedSince,
    ...(team === undefined ? {} : { team }),
    ...(missedAt === undefined ? {} : { missedAt }),
  }));
}

function settingsOf({ backports }: GatewayDeps, name: string): BackportSettings {
  const found = backports.find((one) => one.project.name === name);
  if (found !== undefined) return found;
  throw new NotThere({
    where: `backports of ${name}`,
    what: 'no project has that name',
    remedy: `Name one of ${backports.map((one) => one.project.name).join(', ')}`,
  });
}

const decision = z.strictObject({
  kind: z.literal('decline'),
  minor: z.string().regex(/^\d+\.\d+$/, 'a minor such as 18.6'),
  reason: aReason.describe('Why, in a sentence'),
});
const decide = endpoint({
  method: 'post',
  path: '/api/v1/backports/:project/:iid/decisions',
  summary: 'Decide that a minor does not get a change',
  key: 'optional',
  params: z.object({ project: z.string().min(1), iid: z.coerce.number().int().min(1) }),
  body: decision,
  answers: {
    200: { description: 'It counts.', schema: decisionAnswer },
    409: { description: 'It was refused, and why.', schema: decisionAnswer },
  },
  handle: async ({ params, body, person, key }, deps) => {
    const { project, iid } = params;
    const { minor, reason } = body;
    const about = backportId(params);
    const roles = settingsOf(deps, project).decliners;
    await demandDecider(deps.records, { about, person, roles, decision: 'decline', reason });
    const by = { id: person.id, roles: person.roles };
    const request = { project, iid, minor, reason, by, ...(key === undefined ? {} : { id: key }) };
    const answer = await declineBackport(deps, request);
    return answerTo(answer, { where: `${project}!${iid}`, command: `signalbox backport status ${project}` });
  },
});

export const BACKPORTS: readonly Endpoint[] = [list, decide];
