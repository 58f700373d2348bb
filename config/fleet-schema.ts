import { z } from 'zod';
import { duration, someDuration } from './durations';
import { environmentName, name, sentence } from './names';

export const ring = z.strictObject({
  number: z.int().min(0).describe('Its place: a package enters a ring after all rings below it.'),
  name: name.describe('Its name on pages.'),
  cells: z.array(name).default([]).describe('Names of its cells. Empty: as the fleet itself says.'),
  bake: duration
    .prefault('30m')
    .describe('Duration that a package must run well on all cells before the next ring.'),
});

export const channel = z.strictObject({
  name: z.enum(['experimental', 'beta', 'ga']).describe('What customers subscribe to.'),
  promise: sentence.describe('What a subscriber may rely on, in a sentence.'),
});

export const CHANNELS: readonly z.input<typeof channel>[] = [
  { name: 'experimental', promise: 'Every package that passed its tests; it may be taken back.' },
  { name: 'beta', promise: 'Packages that graduated; each can be upgraded to the next.' },
  { name: 'ga', promise: 'Published versions, maintained as the policy says.' },
];

export const environment = z.strictObject({
  name: environmentName.describe('Its name, as GitLab knows it: `gprd`.'),
  tier: z
    .enum(['production', 'staging', 'testing', 'development', 'other'])
    .describe("GitLab's deployment tier of it."),
  flavour: z
    .enum(['helm', 'omnibus', 'mixed'])
    .default('mixed')
    .describe('What it is installed from: chart, package, or both.'),
});

export const slo = z.strictObject({
  name: name.describe('Its name in metrics.'),
  objective: z.number().gt(0).lt(1).describe('Share of good events, between 0 and 1: 0.95.'),
  window: someDuration.describe('Duration over which the share is counted.'),
  within: someDuration
    .exactOptional()
    .describe(
      'Duration within which an event must be over to be good. Absent: events are good or bad by themselves.',
    ),
});
