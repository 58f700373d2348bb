import { z } from 'zod';
import { backports } from './backports-schema';
import { calendar } from './calendar-schema';
import { deadlines } from './deadlines-schema';
import { channel, CHANNELS, environment, ring, slo } from './fleet-schema';
import { internal } from './internal-schema';
import { measures } from './measures-schema';
import { mirrors } from './mirrors-schema';
import { name } from './names';
import { outside } from './outside-schema';
import {
  approval,
  candidate,
  disclosure,
  holds,
  maintenancePolicy,
  pipelines,
  rehearsal,
  roles,
} from './policy-schema';
import { project } from './project-schema';

/** All of `signalbox.yaml`. Durations are read as milliseconds. */
export const configuration = z
  .strictObject({
    product: z
      .strictObject({ name: name.describe('Name of the product that all versions belong to.') })
      .describe('What is released.'),
    projects: z
      .array(project)
      .min(1)
      .describe('The source trees that are tagged together for a version of the product.'),
    candidate: candidate.describe('What a monthly release is cut from.'),
    calendar: calendar.prefault({}).describe('When releases happen.'),
    deadlines: deadlines.prefault({}).describe('Within what time fixes are out.'),
    measures: measures.prefault({}).describe('By what the calendar is judged beside deadlines.'),
    maintenance: z
      .array(maintenancePolicy)
      .min(1)
      .prefault([{ from: '1970-01-01' }])
      .describe('Which minors get fixes, by date; the oldest policy first.'),
    roles: roles.default({}).describe('What people may be, and what that lets them do.'),
    approvals: z.array(approval).prefault([]).describe('What waits for people.'),
    pipelines: pipelines.prefault({}).describe('How pipelines are treated.'),
    rehearsal: rehearsal.prefault({}).describe('How publication is rehearsed.'),
    disclosure: disclosure.prefault({}).describe('What a fix needs before it is disclosed.'),
    holds: holds.prefault({}).describe('How long a release may be held.'),
    mirrors: mirrors
      .prefault({})
      .describe('How the repositories of a project are kept equal, and what else may write to them.'),
    backports: backports.prefault({}).describe('How merged changes get to the minors that owe them.'),
    internal: internal
      .exactOptional()
      .describe('Internal releases of fixes under embargo. Absent: none can be made.'),
    environments: z
      .array(environment)
      .default([])
      .describe('Where the product runs. Candidates and trains refer to them by name.'),
    rings: z.array(ring).prefault([]).describe('Groups of cells that get a package one after the other.'),
    channels: z
      .array(channel)
      .default([...CHANNELS])
      .describe('What customers subscribe to.'),
    slos: z.array(slo).prefault([]).describe('Service levels that releases and deployments are held to.'),
    outside: outside.describe(
      'The systems outside. Only here may `${NAME}` stand for a variable of the environment.',
    ),
  })
  .describe('What Signalbox releases, when, and by which rules.');

export type Configuration = z.output<typeof configuration>;
