import { z } from 'zod';
import { someDuration } from './durations';
import { environmentName } from './names';

const pressure = z.strictObject({
  changes: z
    .int()
    .min(1)
    .default(50)
    .describe('How many merged changes of one minor may wait for a version.'),
  within: someDuration
    .prefault('10d')
    .describe('Duration within which a patch is to follow, once more of them wait.'),
});

const errorBudget = z.strictObject({
  objective: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.95)
    .describe('Share of the promises about fixes that are to be met, between 0 and 1.'),
  window: someDuration.prefault('90d').describe('Duration over which it is counted.'),
});

const timeToProduction = z.strictObject({
  environment: environmentName.describe('That of production, as `environments` names it.'),
  within: someDuration
    .prefault('12h')
    .describe('Duration within which half of the changes run there, from merge on.'),
  window: someDuration.prefault('7d').describe('Duration over which it is counted.'),
});

const blocked = z.strictObject({
  atMost: someDuration
    .prefault('40h')
    .describe('Duration for which releases may be blocked, or wait for people, within `window`.'),
  window: someDuration.prefault('7d').describe('Duration over which it is counted.'),
});

/** By what the calendar is judged beside deadlines. */
export const measures = z.strictObject({
  lookEvery: someDuration
    .prefault('15m')
    .describe('Duration after which repositories and GitLab are asked again. What keeps the Schedules asks.'),
  pressure: pressure
    .exactOptional()
    .describe(
      'How much may be merged to the stable branches of a minor and be in no version. Absent: it is not judged. Needs `calendar.starting`.',
    ),
  errorBudget: errorBudget
    .exactOptional()
    .describe(
      'How many deadlines may be missed before a release manager is asked about all that are at risk. Absent: it is not judged.',
    ),
  timeToProduction: timeToProduction
    .exactOptional()
    .describe(
      'How long it takes from merge to the successful deployment to production. Absent: it is not judged. Needs `calendar.starting`.',
    ),
  blocked: blocked
    .exactOptional()
    .describe('For how long releases may be blocked, by their records. Absent: it is not judged.'),
});
