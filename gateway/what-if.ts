import { z } from 'zod';
import { askWhatIf, WHAT_IF_QUESTIONS, type WhatIfAnswer } from '../starters/what-if';
import { endpoint, type Endpoint } from './endpoint';
import { systemException } from './schemas';

const answer: z.ZodType<WhatIfAnswer> = z.object({
  orders: z
    .array(
      z.object({
        order: z.array(z.string()).readonly(),
        numbers: z.array(z.object({ release: z.string(), number: z.string() })).readonly(),
        burns: z
          .array(
            z.object({
              release: z.string(),
              number: z.string(),
              replacedBy: z.string(),
              reason: z.string(),
            }),
          )
          .readonly(),
        recompositions: z.int().describe('Versions that are composed and built once more'),
        rebuildMinutes: z.number().exactOptional().describe('Of all of them; absent where none was measured'),
        delayed: z.array(z.object({ release: z.string(), sentence: z.string() })).readonly(),
      }),
    )
    .readonly()
    .describe('As it was asked, then the other way round'),
  basis: z.string().describe('What the minutes rest on'),
  exceptions: z
    .array(systemException)
    .readonly()
    .exactOptional()
    .describe('Managed systems that a patch which starts now does not wait for'),
});

const ask = endpoint({
  method: 'get',
  path: '/api/v1/what-if',
  summary: 'What the order of publications would cost; nothing is changed',
  query: z.strictObject({ question: z.enum(WHAT_IF_QUESTIONS) }),
  answers: {
    200: { description: 'Numbers, burns, builds and delays, in both orders.', schema: answer },
  },
  handle: async ({ query: { question }, person }, { records, settingsOf, gitlab }) => ({
    status: 200,
    body: await askWhatIf({ records, settings: settingsOf('patch'), gitlab: gitlab() }, { question, person }),
  }),
});

export const WHAT_IF: readonly Endpoint[] = [ask];
