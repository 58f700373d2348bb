import { z } from 'zod';
import type { DoorKind } from '../domain/embargo/doors';
import { someDuration } from './durations';
import { sentence } from './names';

const DOOR_KINDS = [
  'push-mirror',
  'deploy-key',
  'member',
  'branch-rule',
  'tag-rule',
] as const satisfies DoorKind[];

const door = z.strictObject({
  kind: z
    .enum(DOOR_KINDS)
    .describe('What lets somebody write: as `signalbox doctor` names it when it finds the door.'),
  name: sentence.describe(
    'Its name, as `signalbox doctor` tells it: a user name, the title of a key, an address.',
  ),
  why: sentence.describe('Why it is there, and who answers for it, in a sentence.'),
});

export const mirrors = z.strictObject({
  lookEvery: someDuration
    .prefault('5m')
    .describe(
      'Duration between two looks at every mirrored ref. A push that a webhook tells of is looked at once.',
    ),
  doors: z
    .array(door)
    .default([])
    .describe(
      'What may write to canonical repositories besides Signalbox. `signalbox doctor` shows any other door in red.',
    ),
});
