import { z } from 'zod';
import { exposureFor, type FixExposure } from '../starters/exposure';
import { endpoint, type Endpoint } from './endpoint';
import { instant, systemException } from './schemas';

const fix: z.ZodType<FixExposure> = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.string(),
  publicSince: instant
    .exactOptional()
    .describe('When everybody could first know of the hole; absent while it is a secret'),
  places: z
    .array(
      z.object({
        place: z.string().describe('An environment, `packages`, `source`'),
        fixedSince: instant.exactOptional(),
        fixedButSecretHours: z.number(),
        publicButUnfixedHours: z.number(),
        unknownSince: instant.exactOptional().describe('Its source does not answer; hours until then'),
        exception: systemException
          .exactOptional()
          .describe('Of a managed system without the fix that no patch waits for'),
      }),
    )
    .readonly(),
});

/** Less than whoever asks waits, so that they are told what could be found until then; the rest is unknown. */
const ASKED_FOR_MS = 20_000;

const list = endpoint({
  method: 'get',
  path: '/api/v1/exposure',
  isQuiet: true,
  summary: 'How long which place had a hole that is public, or a fix that is a secret',
  answers: {
    200: { description: 'Of each fix, for its audience, and for nobody else.', schema: z.array(fix) },
  },
  handle: async ({ person }, { records, settingsOf, gitlab }) => {
    const asked = {
      records,
      settings: settingsOf('patch'),
      gitlab: gitlab(AbortSignal.timeout(ASKED_FOR_MS)),
    };
    return { status: 200, body: [...(await exposureFor(asked, person))] };
  },
});

export const EXPOSURE: readonly Endpoint[] = [list];
