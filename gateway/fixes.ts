import { z } from 'zod';
import { FIX_KINDS } from '../domain/backport/backport';
import { FIX_STATES, type BoardedFix } from '../domain/fix/fix-board';
import type { Verdict } from '../domain/verdict';
import { fixesFor } from '../starters/fixes';
import { acceptRevert } from '../starters/accept-revert';
import { pullFix } from '../starters/pull-fix';
import { endpoint, type Endpoint } from './endpoint';
import { aReason, errorBody, sha, systemException, verdict } from './schemas';

const fix: z.ZodType<BoardedFix> = z.object({
  id: z.string().describe('`embargo:k3v9x0q2ab`, or the merge request of a public change: `gitlab!1234`'),
  kind: z.enum(FIX_KINDS),
  title: z.string(),
  owner: z.string(),
  severity: z.string().exactOptional().describe('Of a fix under embargo'),
  exceptions: z
    .array(systemException)
    .readonly()
    .exactOptional()
    .describe('Of a fix that is a secret still: managed systems that its disclosure does not wait for'),
  cells: z
    .array(
      z.object({
        project: z.string().exactOptional().describe('Absent while the fix has nothing anywhere'),
        minor: z.string().describe('Or `default`, where the default branch has lost it'),
        state: z.enum(FIX_STATES),
        verdict,
        release: z.string().exactOptional().describe('The release that has it'),
        version: z.string().exactOptional(),
      }),
    )
    .readonly()
    .describe('By project, then newest minor first'),
});

const list = endpoint({
  method: 'get',
  path: '/api/v1/fixes',
  isQuiet: true,
  summary: 'Where every fix stands, for each minor of each project',
  query: z.object({
    release: z.string().exactOptional().describe('`patch:7`: those that it has or left out alone'),
    all: z
      .enum(['true', 'false'])
      .default('false')
      .describe('`true`: those of which nothing is to come, too'),
  }),
  answers: {
    200: {
      description: 'Public backports for all; a fix under embargo for its audience, and for nobody else.',
      schema: z.array(fix),
    },
  },
  handle: async ({ query: { release, all }, person }, deps) => ({
    status: 200,
    body: [
      ...(await fixesFor(
        { ...deps, settings: deps.settingsOf('patch'), gitlab: deps.gitlab() },
        { person, all: all === 'true', ...(release === undefined ? {} : { release }) },
      )),
    ],
  }),
});

const taken = z.object({ accepted: z.boolean(), verdict, error: errorBody.shape.error.exactOptional() });

const decide = endpoint({
  method: 'post',
  path: '/api/v1/fixes/:id/decisions',
  isQuiet: true,
  summary: 'Pull a fix out of whatever has not claimed it, or return it; the same key does it once',
  key: 'required',
  params: z.object({ id: z.string().min(1).describe('`embargo:k3v9x0q2ab`') }),
  body: z.strictObject({
    kind: z.enum(['pull', 'return']),
    reason: aReason.describe('Why, in a sentence; its audience reads it'),
  }),
  answers: {
    200: { description: 'It is done.', schema: taken },
    409: { description: 'It may not be done now, or not by you; the verdict says why.', schema: taken },
  },
  handle: async ({ params: { id }, body, person, key = '' }, deps) => {
    const { kind: act, reason } = body;
    return answerOf(id, await pullFix(deps, { act, id, person, reason, key }));
  },
});

const decideRevert = endpoint({
  method: 'post',
  path: '/api/v1/reverts/:project/:commit/decisions',
  isQuiet: true,
  summary: 'Accept that a commit takes a disclosed fix back; the same key does it once',
  key: 'required',
  params: z.object({
    project: z.string().min(1),
    commit: sha.describe('As the command in `fix list` has it'),
  }),
  body: z.strictObject({
    kind: z.enum(['accept']),
    reason: aReason.describe('Why, in a sentence; the audience of the fix reads it'),
  }),
  answers: {
    200: { description: 'It is done.', schema: taken },
    409: { description: 'It may not be done now, or not by you; the verdict says why.', schema: taken },
  },
  handle: async ({ params: { project, commit }, body: { reason }, person, key = '' }, deps) =>
    answerOf(`${project} ${commit}`, await acceptRevert(deps, { project, commit, person, reason, key })),
});

function answerOf(where: string, answer: Verdict) {
  if (answer.verdict === 'pass') return { status: 200, body: { accepted: true, verdict: answer } } as const;
  const error = { where, what: answer.sentence.replace(/\.$/, ''), remedy: 'See `signalbox fix list`' };
  return { status: 409, body: { accepted: false, verdict: answer, error } } as const;
}

export const FIXES: readonly Endpoint[] = [list, decide, decideRevert];
