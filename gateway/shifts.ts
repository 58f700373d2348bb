import { z } from 'zod';
import { rosterFindings, type RosterFinding } from '../domain/shift/roster-findings';
import { onShift, type RosterRevision, type Shift } from '../domain/shift/roster';
import type { HandOverItem } from '../domain/shift/hand-over';
import { isAudience, RELEASE_MANAGER } from '../domain/roles';
import { adviceNotices } from '../starters/advise-calendar';
import { handOver } from '../starters/hand-over';
import { reviseRoster, roster } from '../starters/revise-roster';
import { refuseOtherProduct } from '../starters/refuse-other-product';
import { endpoint, type Endpoint } from './endpoint';
import { adviceDeps } from './planning';
import { rolesOf } from './people';
import { actor, aReason, instant, schemaVersion, writtenInstant } from './schemas';

const id = z.string().describe('`shift:3`, after the revision that it came with');
const entry = {
  id,
  people: z.tuple([z.string()], z.string()).readonly().describe('They share it'),
  from: instant,
  until: instant.describe('The first instant that is not of it'),
  zone: z.string().describe('In which they count their days: `Europe/Berlin`'),
};
const shift: z.ZodType<Shift> = z.object({
  ...entry,
  isCancelled: z.boolean(),
  sequence: z.int().describe('How often it was changed or cancelled'),
  revisedAt: instant,
  notes: z.array(z.string()).readonly(),
});
const revision: z.ZodType<RosterRevision> = z.object({
  number: z.int(),
  kind: z.enum(['set', 'cancel']),
  shift: z.object(entry),
  by: actor,
  reason: z.string(),
  madeAt: instant,
});
const finding: z.ZodType<RosterFinding> = z.object({
  kind: z.enum(['gap', 'overlap']),
  from: instant,
  until: instant,
  sentence: z.string(),
});
const SCHEMA_VERSION = 1;
const findings = z.array(finding).readonly().describe('From now on, until the last shift ends');

const show = endpoint({
  method: 'get',
  path: '/api/v1/shifts',
  summary:
    'Who manages releases from when to when, who does now, and where nobody or more than one shift does',
  answers: {
    200: {
      description: 'The roster, with every revision of it.',
      schema: z.object({
        schemaVersion: schemaVersion(SCHEMA_VERSION),
        current: z.array(shift).readonly(),
        next: shift.exactOptional(),
        findings,
        shifts: z.array(shift).readonly().describe('By their beginning'),
        revisions: z.array(revision).readonly().describe('Oldest first'),
      }),
    },
  },
  handle: async (_asked, { records, calendarNow }) => {
    const told = await roster(records);
    const now = calendarNow().toUTC().toISO();
    const standing = { ...onShift(told.shifts, now), findings: rosterFindings(told.shifts, now) };
    return { status: 200, body: { schemaVersion: SCHEMA_VERSION, ...standing, ...told } };
  },
});

const reason = aReason.describe('Why, for everybody to read');
const wanted = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('set'),
    shift: id.exactOptional().describe('The one that is changed; absent for a new one'),
    people: z.array(z.string().min(1)).min(1).max(8).describe('Their ids'),
    from: writtenInstant,
    until: writtenInstant,
    zone: z.string().default('UTC').describe('IANA name'),
    reason,
  }),
  z.strictObject({ kind: z.literal('cancel'), shift: id, reason }),
]);

const revise = endpoint({
  method: 'post',
  path: '/api/v1/shifts/revisions',
  summary: 'Set a shift, change or cancel one; the same key does it once',
  role: RELEASE_MANAGER,
  key: 'required',
  body: wanted,
  answers: { 200: { description: 'It is done.', schema: z.object({ revision, findings }) } },
  handle: async (
    { body, person, key = '' },
    { records, calendar, calendarNow, settingsOf, secretsFolder },
  ) => {
    await refuseOtherProduct({ records, settings: calendar });
    const now = calendarNow().toUTC().toISO();
    const made = await reviseRoster(
      {
        records,
        projects: settingsOf('monthly').projects,
        isKnown: (one) => rolesOf(secretsFolder, one) !== undefined,
        now,
      },
      { wanted: body, by: { id: person.id, roles: person.roles }, key },
    );
    const { shifts } = await roster(records);
    return { status: 200, body: { revision: made, findings: rosterFindings(shifts, now) } };
  },
});

const item: z.ZodType<HandOverItem> = z.object({
  about: z
    .string()
    .describe(
      '`patch:7`, `mirror:gitaly`, `calendar:monthly:18.7.announced`, `embargo:k3v9x0q2ab`, `roster`',
    ),
  since: instant.exactOptional(),
  who: z.string().describe('A role or a person'),
  sentence: z.string(),
  how: z.string().describe('What to do, or where to look'),
});

const notes = endpoint({
  method: 'get',
  path: '/api/v1/hand-over',
  isQuiet: true,
  summary:
    'What waits for people, to be handed to whoever comes on shift; as far as the asker may know of it',
  answers: { 200: { description: 'What waits longest first.', schema: z.array(item).readonly() } },
  handle: async ({ person }, deps) => {
    const { shifts } = await roster(deps.records);
    const found = rosterFindings(shifts, deps.calendarNow().toUTC().toISO());
    const mirrors = isAudience(person) ? deps.mirrors : [];
    const deadlines = await adviceNotices(adviceDeps(deps), person);
    return { status: 200, body: await handOver(deps, { person, mirrors, roster: found, deadlines }) };
  },
});

export const SHIFTS: readonly Endpoint[] = [show, revise, notes];
