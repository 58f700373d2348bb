import { z } from 'zod';
import { EVENT_STATUSES } from '../domain/calendar/calendar-event';
import { badgeSvg, COLOURS, mergeByBadge, type Badge } from '../domain/calendar/badge';
import { backportSentence, nextSentence, type Carrying } from '../domain/calendar/merge-by-sentence';
import type { Boarding } from '../domain/calendar/merge-by';
import { mergeByNow } from '../starters/merge-by';
import { NotThere } from '../starters/refusals';
import type { GatewayDeps } from './deps';
import { endpoint, type Endpoint } from './endpoint';
import { openDocument } from './open-document';
import { instant } from './schemas';

const project = z.object({ project: z.string().min(1).describe('As the configuration names it: `gitaly`') });

const boarding: z.ZodType<Boarding> = z.object({
  release: z.string().describe('As the calendar names it'),
  line: z.string(),
  by: instant.describe('What is there before is carried, what comes later is not'),
  status: z.enum(EVENT_STATUSES).describe('Of that date'),
  publishedAt: instant.describe('When the release is to be published'),
});
const told = z.object({
  project: z.string(),
  next: z.object({
    boarding: boarding.exactOptional().describe('Absent where no monthly is to come'),
    sentence: z.string().describe('What a change on the default branch has to have come to'),
  }),
  backports: z
    .array(
      z.object({
        line: z.string(),
        boarding: boarding.exactOptional().describe('Absent where no patch of the line is to come'),
        sentence: z.string(),
      }),
    )
    .describe('Of each line that gets fixes, newest first'),
});

/** @throws NotThere */
function carryingOf({ settingsOf }: GatewayDeps, name: string): Carrying {
  const { projects, candidate } = settingsOf('monthly');
  const found = projects.find((one) => one.name === name);
  if (found !== undefined) return { project: found, projects, candidate };
  throw new NotThere({
    where: `project ${name}`,
    what: 'no project has that name',
    remedy: `Name one of ${projects.map((one) => one.name).join(', ')}`,
  });
}

const show = endpoint({
  method: 'get',
  path: '/api/v1/projects/:project/merge-by',
  summary:
    'By when a change of a project has to be merged to be in the next monthly, and in patches of each line',
  params: project,
  answers: { 200: { description: 'By the published calendar, and the releases that run.', schema: told } },
  handle: async ({ params }, deps) => {
    const carrying = carryingOf(deps, params.project);
    const { next, backports } = await mergeByNow(deps);
    return {
      status: 200,
      body: {
        project: params.project,
        next: {
          ...(next === undefined ? {} : { boarding: next }),
          sentence: nextSentence(next, carrying),
        },
        backports: backports.map((one) => ({ ...one, sentence: backportSentence(one, carrying) })),
      },
    };
  },
});

async function badgeOf(deps: GatewayDeps, name: string): Promise<Badge> {
  // A badge for what is no project of ours would promise something.
  carryingOf(deps, name);
  return mergeByBadge(await mergeByNow(deps), deps.calendarNow().toUTC().toISO());
}

const picture = openDocument({
  path: '/badge/:project.svg',
  summary:
    'By when a change of a project has to be merged to be in the next monthly, as a picture for its page',
  type: 'image/svg+xml; charset=utf-8',
  params: project,
  write: async (params, deps) => ({ text: badgeSvg(await badgeOf(deps, params.project)) }),
});

/** Shields keeps a badge no shorter than this. */
const BADGE_KEPT_SECONDS = 300;

const forShields = openDocument({
  path: '/badge/:project.json',
  summary: 'The same for shields.io, which draws it (endpoint badge)',
  type: 'application/json; charset=utf-8',
  params: project,
  write: async (params, deps) => {
    const { label, message, tone } = await badgeOf(deps, params.project);
    const badge = {
      schemaVersion: 1,
      label,
      message,
      color: COLOURS[tone],
      cacheSeconds: BADGE_KEPT_SECONDS,
    };
    return { text: `${JSON.stringify(badge)}\n` };
  },
});

export const MERGE_BY: readonly Endpoint[] = [show, picture, forShields];
