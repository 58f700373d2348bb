import { z } from 'zod';
import { someDuration } from './durations';

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
});
