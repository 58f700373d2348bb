import { z } from 'zod';
import { whatMoved, type Rehearsal } from '../domain/release/rehearsal';
import type { ShownRehearsal } from '../domain/release/shown-rehearsal';
import { NotThere } from '../starters/refusals';
import { demandRelease } from '../starters/internal-audience';
import { demandAudience } from './audience';
import { endpoint, type Endpoint } from './endpoint';
import { actor, instant, releaseId, verdict } from './schemas';

const page: z.ZodType<Rehearsal> = z.object({
  versions: z.array(z.string()).readonly(),
  pushes: z
    .array(
      z.object({
        project: z.string(),
        of: z.string().describe('The version, or the default branch'),
        refs: z
          .array(z.object({ ref: z.string(), from: z.string().exactOptional(), to: z.string() }))
          .readonly(),
        verdict: verdict.describe('What the gate says of this push'),
      }),
    )
    .readonly(),
  packages: z
    .array(z.object({ project: z.string(), version: z.string(), file: z.string(), sha256: z.string() }))
    .readonly(),
  texts: z.array(z.object({ project: z.string(), name: z.string(), text: z.string(), verdict })).readonly(),
  systems: z
    .array(verdict)
    .readonly()
    .exactOptional()
    .describe(
      'Whether managed systems have what is disclosed; the claim asks again. Absent where none is named',
    ),
});

const shown: z.ZodType<ShownRehearsal> = z.object({
  release: z.string(),
  digest: z.string().describe('SHA-256 of what will be public; this is what is signed'),
  at: instant.describe('When it was last found to be so'),
  rehearsal: page,
  moved: z.array(z.string()).readonly().describe('What is not as it was in the rehearsal before'),
  signatures: z
    .array(z.object({ by: actor, reason: z.string(), at: instant }))
    .readonly()
    .describe('Given for this digest, oldest first'),
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/releases/:id/rehearsal',
  summary: 'What publication will do; for release managers and security engineers',
  params: releaseId,
  answers: {
    200: {
      description: 'Each ref old and new, each package, each text, and what the gate says.',
      schema: shown,
    },
  },
  handle: async ({ params: { id }, person }, { records }) => {
    demandAudience(person);
    await demandRelease(records, { id, person });
    const [latest, before] = await records.rehearsals.ofRelease(id);
    if (latest === undefined)
      throw new NotThere({
        where: `rehearsal of ${id}`,
        what: 'it was not rehearsed yet',
        remedy: `Have it rehearsed: \`signalbox release rehearse ${id} --reason "…"\``,
      });
    const { digest, at, page: rehearsal } = latest;
    const decisions = await records.decisions.ofRelease(id);
    const signatures = decisions.filter(
      (one) => one.decision === 'sign' && one.accepted && one.digest === digest,
    );
    return {
      status: 200,
      body: {
        release: id,
        digest,
        at,
        rehearsal,
        moved: before === undefined ? [] : whatMoved(before.page, rehearsal),
        signatures: signatures.map(({ by, reason, at: signedAt }) => ({ by, reason, at: signedAt })),
      },
    };
  },
});

export const REHEARSALS: readonly Endpoint[] = [show];
