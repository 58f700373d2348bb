import { z } from 'zod';
import { NOTHING_SEEN, type KeeperStatus } from '../domain/calendar/keeper-status';
import { readKeeper } from '../starters/start-calendar-keeper';
import { endpoint, type Endpoint } from './endpoint';
import { instant, milestone } from './schemas';

const notice = z.object({
  about: z
    .string()
    .describe('A Schedule, `calendar:monthly:18.7.announced`, or a milestone without the prefix'),
  what: z.string(),
  why: z.string(),
  how: z.string().describe('What to do'),
  at: instant.describe('When it was found first'),
});
const starts: z.ZodType<KeeperStatus> = z.object({
  lookedAt: instant.exactOptional(),
  next: z.array(z.object({ release: z.string(), milestone, at: instant })).readonly(),
  notices: z.array(notice).readonly().describe('Of the last look'),
  over: z.array(notice).readonly().describe('Of looks before, newest first'),
  unknown: z.string().exactOptional().describe('Why it is not known, or that nothing starts by itself'),
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/calendar/starts',
  summary:
    'What of the published calendar starts by itself next, and what was found changed, late or too late',
  answers: { 200: { description: 'As its keeper says.', schema: starts } },
  handle: async (_asked, { client, starting }) => ({
    status: 200,
    body:
      starting === undefined
        ? {
            ...NOTHING_SEEN,
            unknown: 'Nothing starts by itself: `calendar.starting` is not in signalbox.yaml.',
          }
        : await readKeeper(client),
  }),
});

export const CALENDAR_STARTS: readonly Endpoint[] = [show];
