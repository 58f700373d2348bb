import { z } from 'zod';
import { EMBARGO_MOVES, EMBARGO_STATES, SEVERITIES, type EmbargoMove } from '../domain/embargo/embargo';
import type { EmbargoDetail, EmbargoTold } from '../domain/embargo/embargo-detail';
import { SECURITY_ENGINEER } from '../domain/roles';
import {
  admitTo,
  embargoDetail,
  embargoesFor,
  moveEmbargo,
  nameForPublic,
  openEmbargo,
} from '../starters/embargoes';
import { answerLeak } from '../starters/answer-leak';
import { endpoint, type Endpoint } from './endpoint';
import { actor, aReason, errorBody, evidence, instant, verdict, writtenInstant } from './schemas';

const line = z
  .string()
  .regex(/^(default|\d+\.\d+)$/, '`default`, or a minor such as 18.6')
  .describe('`default`, or a minor: `18.6`');
const severity = z.enum(SEVERITIES).describe('`S1` is the gravest');
const affected = z.strictObject({
  line,
  evidence: z.string().trim().min(1).describe('How it is known to have the hole'),
});
const person = z.string().trim().min(1).describe('A person, by id');
const reason = aReason.describe('Why, in a sentence; kept with your name');
const moves = z.enum(Object.keys(EMBARGO_MOVES) as [EmbargoMove, ...EmbargoMove[]]);

const newEmbargo = z.strictObject({
  title: z.string().trim().min(1).max(300).describe('For the audience alone'),
  owner: person,
  severity,
  affects: z.array(affected).min(1),
  notBefore: writtenInstant
    .exactOptional()
    .describe('A date agreed on with others; nothing is disclosed before'),
  reviewers: z.array(person).default([]),
  operators: z.array(person).default([]),
  reason,
});

const entry = z.object({
  who: z.union([z.strictObject({ person: z.string() }), z.strictObject({ role: z.string() })]),
  as: z.enum(['security', 'release', 'owner', 'reviewer', 'operator']),
  until: instant.describe('When the entry ends by itself'),
});

const embargo = {
  id: z.string().describe('`embargo:` and ten letters that mean nothing'),
  title: z.string(),
  owner: z.string(),
  severity,
  state: z.enum(EMBARGO_STATES),
  since: instant,
  affects: z.array(z.object({ line: z.string(), evidence: z.string() })).readonly(),
  notBefore: instant.exactOptional(),
  publicTitle: z.string().exactOptional().describe('What it is called from its disclosure on'),
  cve: z.string().exactOptional(),
  plan: z.string().exactOptional().describe('The release that discloses it'),
  pulled: z
    .object({ by: actor, reason: z.string(), since: instant })
    .exactOptional()
    .describe('Nothing takes it until somebody returns it'),
  audience: z.array(entry).readonly(),
  topics: z
    .array(z.object({ project: z.string(), line: z.string(), branch: z.string(), head: z.string() }))
    .readonly(),
};
const listed: z.ZodType<EmbargoTold> = z.object(embargo);
const detail: z.ZodType<EmbargoDetail> = z.object({
  ...embargo,
  moves: z
    .array(z.object({ move: moves, verdict }))
    .readonly()
    .describe('What may come next, and whether you may do it now'),
  findings: z
    .array(
      z.object({
        kind: z
          .enum(['denied', 'question', 'exposed'])
          .describe('What was stopped, what looks alike, what is public already'),
        project: z.string(),
        release: z.string(),
        sentence: z.string(),
        evidence: z.array(evidence).readonly(),
        at: instant,
      }),
    )
    .readonly(),
  history: z
    .array(
      z.object({
        act: z.string(),
        actor,
        reason: z.string(),
        details: z.record(z.string(), z.unknown()),
        at: instant,
      }),
    )
    .readonly(),
});

const UNCLEARED = 'Whoever is not in the audience of an embargo is told that it does not exist.';

const list = endpoint({
  method: 'get',
  path: '/api/v1/embargoes',
  summary: 'Embargoes that you are in the audience of',
  answers: { 200: { description: UNCLEARED, schema: z.array(listed) } },
  handle: async ({ person: asking }, { records }) => ({
    status: 200,
    body: [...(await embargoesFor(records, asking))],
  }),
});

const open = endpoint({
  method: 'post',
  path: '/api/v1/embargoes',
  summary: 'Put a fix under embargo; the same key does it once',
  role: SECURITY_ENGINEER,
  key: 'required',
  body: newEmbargo,
  answers: { 201: { description: 'It is opened.', schema: listed } },
  handle: async ({ body, person: asking, key = '' }, { records }) => ({
    status: 201,
    body: await openEmbargo(records, { ...body, person: asking, key }),
  }),
});

const id = z.object({ id: z.string().min(1).describe('`embargo:k3v9x0q2ab`') });

const show = endpoint({
  method: 'get',
  path: '/api/v1/embargoes/:id',
  summary: 'An embargo: its topics, what was found of it, and what may come next',
  params: id,
  answers: { 200: { description: UNCLEARED, schema: detail } },
  handle: async ({ params, person: asking }, { records }) => ({
    status: 200,
    body: await embargoDetail(records, { id: params.id, person: asking }),
  }),
});

const moved = z.object({ accepted: z.boolean(), verdict, error: errorBody.shape.error.exactOptional() });

const move = endpoint({
  method: 'post',
  path: '/api/v1/embargoes/:id/moves',
  summary: 'Take an embargo on in its life; the same key does it once',
  key: 'required',
  params: id,
  body: z.strictObject({
    move: moves,
    reason,
    plan: z.string().exactOptional().describe('With `disclose`: the release that does it'),
  }),
  answers: {
    200: { description: 'It is done.', schema: moved },
    409: { description: 'It may not be done now, or not by you; the verdict says why.', schema: moved },
  },
  handle: async ({ params, body, person: asking, key = '' }, { records }) => {
    const answer = await moveEmbargo(records, { ...body, id: params.id, person: asking, key });
    if (answer.verdict === 'pass') return { status: 200, body: { accepted: true, verdict: answer } };
    const error = {
      where: params.id,
      what: answer.sentence.replace(/\.$/, ''),
      remedy: `See \`signalbox embargo check ${params.id}\``,
    };
    return { status: 409, body: { accepted: false, verdict: answer, error } };
  },
});

const admit = endpoint({
  method: 'post',
  path: '/api/v1/embargoes/:id/audience',
  summary: 'Add somebody to the audience of an embargo, or have their entry end at another time',
  key: 'required',
  params: id,
  body: z.strictObject({
    who: entry.shape.who,
    as: entry.shape.as,
    until: writtenInstant.describe('When the entry ends by itself; one that is past ends it now'),
    reason,
  }),
  answers: { 200: { description: 'The embargo with its audience.', schema: listed } },
  handle: async ({ params, body: { reason: why, ...admitted }, person: asking, key = '' }, { records }) => ({
    status: 200,
    body: await admitTo(records, { id: params.id, person: asking, entry: admitted, reason: why, key }),
  }),
});

const name = endpoint({
  method: 'post',
  path: '/api/v1/embargoes/:id/public-name',
  summary: 'Say what a fix is called in public once it is disclosed',
  key: 'required',
  params: id,
  body: z
    .strictObject({
      publicTitle: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .exactOptional()
        .describe('For everybody, from the disclosure on'),
      cve: z
        .string()
        .regex(/^CVE-\d{4}-\d{4,}$/, 'a number such as CVE-2026-12345')
        .exactOptional(),
      reason,
    })
    .refine(({ publicTitle, cve }) => publicTitle !== undefined || cve !== undefined, {
      error: 'a title or a CVE number',
    }),
  answers: { 200: { description: 'The embargo with its public name.', schema: listed } },
  handle: async ({ params, body, person: asking, key = '' }, { records }) => ({
    status: 200,
    body: await nameForPublic(records, { ...body, id: params.id, person: asking, key }),
  }),
});

const exposure = z.object({
  project: z.string(),
  repository: z.string(),
  objects: z.array(z.string()).readonly(),
  refs: z.array(z.string()).readonly(),
});
const report = z.object({
  exposed: z.array(exposure).readonly(),
  closed: z.array(z.string()).readonly().describe('Doors that were closed'),
  open: z.array(z.string()).readonly().describe('What only a person can close'),
  critical: z
    .object({ verdict, command: z.string() })
    .describe('The patch with which what is ready goes out'),
});
const answered = z.object({
  accepted: z.boolean(),
  verdict,
  report: report.exactOptional(),
  error: errorBody.shape.error.exactOptional(),
});

const leak = endpoint({
  method: 'post',
  path: '/api/v1/embargoes/:id/leak',
  summary: 'It has leaked: mark it, close doors, list what is exposed, and say how what is ready goes out',
  key: 'required',
  params: id,
  body: z.strictObject({ reason }),
  answers: {
    200: { description: 'What was found and done.', schema: answered },
    409: { description: 'It may not be done now, or not by you; the verdict says why.', schema: answered },
  },
  handle: async ({ params, body, person: asking, key = '' }, { client, records, settingsOf }) => {
    const deps = { client, records, settings: settingsOf('patch') };
    const answer = await answerLeak(deps, { id: params.id, person: asking, reason: body.reason, key });
    if (answer.verdict.verdict === 'pass') return { status: 200, body: { accepted: true, ...answer } };
    const error = {
      where: params.id,
      what: answer.verdict.sentence.replace(/\.$/, ''),
      remedy: `See \`signalbox embargo check ${params.id}\``,
    };
    return { status: 409, body: { accepted: false, ...answer, error } };
  },
});

export const EMBARGOES: readonly Endpoint[] = [list, open, show, move, admit, name, leak].map((one) => ({
  ...one,
  isQuiet: true,
}));
