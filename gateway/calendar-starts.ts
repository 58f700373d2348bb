import { z } from 'zod';
import { NOTHING_SEEN, type KeeperStatus } from '../domain/calendar/keeper-status';
import { adviceNotices } from '../starters/advise-calendar';
import { readKeeper } from '../starters/start-calendar-keeper';
import type { GatewayDeps } from './deps';
import { endpoint, type Endpoint } from './endpoint';
import { adviceDeps } from './planning';
import { instant, milestone } from './schemas';

const notice = z.object({
  about: z
    .string()
    .describe(
      'A Schedule, `calendar:monthly:18.7.announced`; a milestone without the prefix; `planning`; `measures`; a fix; a line on which too much waits, `pressure:18.6`; `error-budget`; `time-to-production`; `blocked-hours`',
    ),
  what: z.string(),
  why: z.string(),
  how: z.string().describe('What to do'),
  at: instant.describe('When it was found first; of a deadline, since when nothing of it has changed'),
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
  isQuiet: true,
  summary:
    'What of the published calendar starts by itself next, what was found changed, late or too late, and which deadlines ask for a person',
  answers: {
    200: { description: 'As its keeper says; of deadlines what the asker may know.', schema: starts },
  },
  handle: async ({ person }, deps) => {
    const [status, notices] = await Promise.all([keeperOf(deps), adviceNotices(adviceDeps(deps), person)]);
    return { status: 200, body: { ...status, notices: [...status.notices, ...notices] } };
  },
});

async function keeperOf({
  client,
  starting,
}: Pick<GatewayDeps, 'client' | 'starting'>): Promise<KeeperStatus> {
  if (starting !== undefined) return readKeeper(client);
  return {
    ...NOTHING_SEEN,
    unknown: 'Nothing starts by itself: `calendar.starting` is not in signalbox.yaml.',
  };
}

export const CALENDAR_STARTS: readonly Endpoint[] = [show];
