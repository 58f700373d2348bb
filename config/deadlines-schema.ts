import { z } from 'zod';
import { SEVERITIES } from '../domain/embargo/embargo';
import { someDuration } from './durations';

const security = z
  .strictObject({
    mitigated: someDuration
      .exactOptional()
      .describe('Duration until every managed system has the fix. Absent: none is promised.'),
    published: someDuration.describe('Duration until the fix is disclosed.'),
  })
  .exactOptional();

const backport = someDuration.exactOptional();

/** Within what time fixes are out. */
export const deadlines = z.strictObject({
  security: z
    .strictObject({
      S1: security.describe('For fixes of this severity. Absent: they have no deadline.'),
      S2: security.describe('As above.'),
      S3: security.describe('As above.'),
      S4: security.describe('As above.'),
    })
    .prefault({})
    .describe('Of fixes under embargo, by severity; counted from the opening of the embargo.'),
  backports: z
    .strictObject({
      bug: backport.describe('Duration for what mends a bug. Absent: it has no deadline.'),
      perf: backport.describe('As above, for what makes it faster.'),
      security: backport.describe('As above, for public security fixes.'),
    })
    .prefault({})
    .describe('Of backports, by what they mend; from when a minor owes one until a version has it.'),
  critical: z
    .array(z.enum(SEVERITIES))
    .default(['S1', 'S2'])
    .describe('Severities for which a patch of its own is proposed where no planned one can be in time.'),
  warnBefore: someDuration
    .prefault('7d')
    .describe('How long before the last patch in time closes a fix that is not ready is told of.'),
});
