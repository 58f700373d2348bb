import { z } from 'zod';
import { RELEASE_MANAGER } from '../domain/roles';
import { withTaggedBefore, type NumberOfMinor } from '../starters/tagged-before';
import type { Records } from '../records/records';
import { versionsOfMinor, versionStatus } from '../starters/version-status';
import { successorOf, withdrawVersion } from '../starters/withdraw-version';
import { answerTo, decisionAnswer } from './decision-answer';
import { endpoint, type Endpoint } from './endpoint';
import { aReason, instant } from './schemas';

const states = ['reserved', 'tagged', 'built', 'publishing', 'published', 'burned', 'withdrawn'] as const;

const where = z.object({
  version: z.string(),
  state: z.enum([...states, 'planned']),
  release: z.string().exactOptional().describe('Absent for a version of before Signalbox'),
  since: instant.exactOptional(),
  successor: z
    .string()
    .exactOptional()
    .describe('Of a withdrawn version: the release that brings what follows'),
  sentence: z.string(),
});

const find = endpoint({
  method: 'get',
  path: '/api/v1/status',
  summary: 'Which release carries a version, and how far it is',
  query: z.object({ version: z.string().describe('`18.6.2`, or `18.6` for the newest of a minor') }),
  answers: { 200: { description: 'Where it is.', schema: where } },
  handle: async ({ query, person }, { records, settingsOf, gitlab }) => {
    const deps = { records, settings: settingsOf('patch'), gitlab: gitlab() };
    return { status: 200, body: await versionStatus(deps, { asked: query.version, person }) };
  },
});

const version = z.object({
  number: z.string(),
  minor: z.string(),
  state: z.enum(states),
  release: z.string().exactOptional().describe('Absent for a version of before Signalbox'),
  reason: z.string().nullable().describe('Why it was burned or withdrawn'),
  successor: z
    .string()
    .exactOptional()
    .describe('Of a withdrawn version: the release that brings what follows'),
  reservedAt: instant.exactOptional(),
  changedAt: instant.exactOptional(),
});

const list = endpoint({
  method: 'get',
  path: '/api/v1/versions',
  summary: 'Every number of a minor that was ever given out, in order',
  query: z.object({
    minor: z.string().describe('`18.6`'),
    before: z
      .enum(['true', 'false'])
      .default('false')
      .describe('`true`: with those that were public before Signalbox, as the tags of canonical tell'),
  }),
  answers: { 200: { description: 'Numbers and their states.', schema: z.array(version) } },
  handle: async ({ query, person }, { records, settingsOf, gitlab }) => {
    const rows = await versionsOfMinor(records, { minor: query.minor, person });
    const numbers =
      query.before === 'true'
        ? await withTaggedBefore(
            { settings: settingsOf('patch'), gitlab: gitlab() },
            { minor: query.minor, rows },
          )
        : rows;
    const body = await Promise.all(numbers.map((row) => listedVersion(records, row)));
    return { status: 200, body };
  },
});

async function listedVersion(
  records: Records,
  { number, minor, state, release, reason, reservedAt, changedAt }: NumberOfMinor,
): Promise<z.output<typeof version>> {
  const successor = state === 'withdrawn' ? await successorOf(records, number) : undefined;
  return {
    number,
    minor,
    state,
    reason,
    ...(release === undefined ? {} : { release }),
    ...(successor === undefined ? {} : { successor }),
    ...(reservedAt === undefined ? {} : { reservedAt }),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

const withdraw = endpoint({
  method: 'post',
  path: '/api/v1/versions/:version/withdrawal',
  summary: 'Take a published version out of use, and start the patch that follows it',
  role: RELEASE_MANAGER,
  key: 'required',
  params: z.object({ version: z.string().describe('`18.6.2`') }),
  body: z.strictObject({
    reason: aReason.describe('Why, in a sentence. Everybody reads it.'),
  }),
  answers: {
    200: { description: 'It is withdrawn, now or before.', schema: decisionAnswer },
    409: { description: 'It cannot be, and why.', schema: decisionAnswer },
  },
  handle: async ({ params, body, person, key = '' }, { client, records, signer, settingsOf }) => {
    const by = { id: person.id, roles: person.roles };
    const answer = await withdrawVersion(
      { client, records, signer, settings: settingsOf('patch') },
      { version: params.version, reason: body.reason, by, id: key },
    );
    return answerTo(answer, {
      where: `version ${params.version}`,
      command: `signalbox status ${params.version}`,
    });
  },
});

export const VERSIONS: readonly Endpoint[] = [find, list, withdraw];
