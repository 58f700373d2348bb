import { z } from 'zod';
import { EVENT_STATUSES, type CalendarEvent } from '../domain/calendar/calendar-event';
import { REVISION_KINDS, type CalendarRevision } from '../domain/calendar/published-calendar';
import { RELEASE_MANAGER } from '../domain/roles';
import type { PublishedCalendar, Revised } from '../domain/calendar/wanted-revision';
import { refuseOtherProduct } from '../starters/refuse-other-product';
import { publishedCalendar, reviseCalendar } from '../starters/revise-calendar';
import { tellRevised } from '../starters/start-calendar-keeper';
import type { GatewayDeps } from './deps';
import { endpoint, type Endpoint } from './endpoint';
import { actor, aReason, instant, milestone, schemaVersion } from './schemas';

const entry = {
  release: z
    .string()
    .describe('`monthly:18.7`; of a patch the day that it was planned for first: `patch:2026-12-09`'),
  kind: z.enum(['monthly', 'patch']),
  minors: z.array(z.string()).readonly().describe('Newest first'),
  milestone,
  at: z.string().describe('ISO 8601'),
  status: z.enum(EVENT_STATUSES).describe('`confirmed`: promised'),
  notes: z.array(z.string()).readonly(),
};
const event: z.ZodType<CalendarEvent> = z.object({
  ...entry,
  sequence: z.int().describe('How often it was moved or cancelled'),
  revisedAt: instant,
});
const revision: z.ZodType<CalendarRevision> = z.object({
  number: z.int(),
  kind: z.enum(REVISION_KINDS),
  entries: z.array(z.object(entry)).readonly(),
  by: actor,
  reason: z.string(),
  madeAt: instant,
});
const SCHEMA_VERSION = 1;

interface CalendarDocument extends PublishedCalendar {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly product: string;
}

const calendar: z.ZodType<CalendarDocument> = z.object({
  schemaVersion: schemaVersion(SCHEMA_VERSION),
  product: z.string(),
  events: z.array(event).readonly().describe('By their time'),
  revisions: z.array(revision).readonly().describe('Oldest first'),
});

const show = endpoint({
  method: 'get',
  path: '/api/v1/calendar',
  summary: 'The published calendar, and every revision of it',
  answers: { 200: { description: 'Dates, each with its promise and its history.', schema: calendar } },
  handle: async (_asked, { records, calendar: { product } }) => ({
    status: 200,
    body: { schemaVersion: SCHEMA_VERSION, product, ...(await publishedCalendar(records)) },
  }),
});

const reason = aReason.describe('Why, for everybody to read');
const wished = reason.exactOptional().describe('Absent: nothing is done, and what it would break is told');
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day such as 2026-12-18');
const release = z.string().min(1).describe('As the calendar names it');

const wanted = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('publish'), until: day, reason }),
  z.strictObject({
    kind: z.literal('move'),
    release,
    milestone: milestone
      .default('published')
      .describe('With the publication goes all that is to come before it'),
    day,
    reason: wished,
  }),
  z.strictObject({ kind: z.literal('cancel'), release, reason: wished }),
]);

const revised: z.ZodType<Revised> = z.object({
  revision: revision.exactOptional().describe('Absent where there was nothing to revise'),
  breaks: z.array(z.string()).readonly(),
  departures: z
    .array(
      z.object({
        release: z.string(),
        milestone,
        planned: z.string(),
        published: z.string().exactOptional().describe('Absent where the release stays out'),
        because: z.string().exactOptional().describe('Why it stays out'),
      }),
    )
    .readonly()
    .describe('Dates that the rules have otherwise; publishing moves none of them'),
});

/** What is recorded is recorded: where the keeper cannot be told, it looks by itself soon. */
async function haveItLookedAt({
  client,
  starting,
  logger,
}: Pick<GatewayDeps, 'client' | 'starting' | 'logger'>): Promise<void> {
  if (starting === undefined) return;
  await tellRevised(client, starting).catch((err: unknown) =>
    logger.warn({ err }, 'The calendar is looked at later'),
  );
}

const revise = endpoint({
  method: 'post',
  path: '/api/v1/calendar/revisions',
  summary: 'Publish what is planned, move a date, cancel a release; the same key does it once',
  role: RELEASE_MANAGER,
  key: 'required',
  body: wanted,
  answers: { 200: { description: 'It is done.', schema: revised } },
  handle: async (
    { body, person, key = '' },
    { records, calendar: plannedBy, calendarNow, planning, settingsOf, ...deps },
  ) => {
    await refuseOtherProduct({ records, settings: plannedBy });
    const by = { id: person.id, roles: person.roles };
    const { projects } = settingsOf('monthly');
    const revising = { records, calendar: plannedBy, planning, projects, now: calendarNow() };
    const answer = await reviseCalendar(revising, { wanted: body, by, key });
    await haveItLookedAt(deps);
    return { status: 200, body: answer };
  },
});

export const CALENDAR: readonly Endpoint[] = [show, revise];
