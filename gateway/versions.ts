import { z } from 'zod';
import { withTaggedBefore } from '../starters/tagged-before';
import { versionsOfMinor, versionStatus } from '../starters/version-status';
import { endpoint, type Endpoint } from './endpoint';
import { instant } from './schemas';

const states = ['reserved', 'tagged', 'built', 'publishing', 'published', 'burned', 'withdrawn'] as const;

const where = z.object({
  version: z.string(),
  state: z.enum([...states, 'planned']),
  release: z.string().exactOptional().describe('Absent for a version of before Signalbox'),
  since: instant.exactOptional(),
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
    const body = numbers.map(({ number, minor, state, release, reason, reservedAt, changedAt }) => ({
      number,
      minor,
      state,
      reason,
      ...(release === undefined ? {} : { release }),
      ...(reservedAt === undefined ? {} : { reservedAt }),
      ...(changedAt === undefined ? {} : { changedAt }),
    }));
    return { status: 200, body };
  },
});

export const VERSIONS: readonly Endpoint[] = [find, list];
