import { z } from 'zod';
import { ALL_MILESTONES } from '../domain/release/milestones';
import { SIGNERS } from '../domain/release/rehearsal';
import { someDuration } from './durations';
import { anInstant } from './instants';
import { environmentName, name, sentence } from './names';

const RELEASE_KINDS = ['monthly', 'patch', 'internal'] as const;
const milestone = z.enum(ALL_MILESTONES);

const maintenanceException = z.strictObject({
  minor: z
    .string()
    .regex(/^\d+\.\d+$/, 'a minor such as 18.3')
    .describe('Which one; it has to be out by then.'),
  from: anInstant.describe('From then on it gets fixes; an instant with its zone.'),
  until: anInstant.describe('From then on it gets none; an instant with its zone.'),
  approvedBy: name.describe('Who has approved it, by the id in people.json.'),
  reason: z.string().regex(/\S/, 'a sentence').describe('Why; everybody reads it.'),
});

export const maintenancePolicy = z.strictObject({
  from: z.iso
    .date({ error: 'a date such as 2025-08-21' })
    .describe('First day on which it holds; it holds until the next one does.'),
  previousMinors: z
    .int()
    .min(0)
    .default(2)
    .describe('How many minors before the newest published one get fixes.'),
  exceptions: z
    .array(maintenanceException)
    .exactOptional()
    .describe(
      'Minors that get fixes for a while though no policy gives them any. They hold by their own dates.',
    ),
});

export const candidate = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('environment').describe('The candidate is the commit that an environment runs.'),
    environment: environmentName.describe('Name of that environment, one of `environments`.'),
    migrations: environmentName
      .exactOptional()
      .describe(
        'Environment that records which commits had their post-deploy migrations: `db/gprd`. A candidate is then one of those. Absent: the commit that runs now.',
      ),
  }),
  z.strictObject({
    from: z
      .literal('default-branch')
      .describe('The candidate is the newest commit of the default branch whose pipeline passed.'),
  }),
]);

export const approval = z.strictObject({
  kinds: z.array(z.enum(RELEASE_KINDS)).min(1).describe('The kinds of release that need it.'),
  before: milestone.describe('The milestone that waits for it; each of `kinds` must have it.'),
  roles: z.array(name).min(1).describe('Who may give it: any one of these `roles`.'),
  count: z.int().min(1).default(1).describe('How many people must give it.'),
  remindAfter: someDuration
    .prefault('4h')
    .describe('Duration after which those who may give it are reminded, again and again.'),
});

const pipelineLimits = {
  retries: z.int().min(0).max(10),
  timeout: someDuration,
};

const pipelineOverride = z.strictObject({
  retries: pipelineLimits.retries.exactOptional().describe('As above, for this kind of release.'),
  timeout: pipelineLimits.timeout.exactOptional().describe('As above, for this kind of release.'),
});

export const pipelines = z.strictObject({
  retries: pipelineLimits.retries
    .default(2)
    .describe('How often a failed pipeline is retried before a person is asked.'),
  timeout: pipelineLimits.timeout
    .prefault('2h')
    .describe('Duration that a pipeline may take before its step fails.'),
  byKind: z
    .strictObject({
      monthly: pipelineOverride.exactOptional().describe('Other limits for monthly releases.'),
      patch: pipelineOverride.exactOptional().describe('Other limits for patch releases.'),
      internal: pipelineOverride.exactOptional().describe('Other limits for internal releases.'),
    })
    .prefault({})
    .describe('Limits that differ for one kind of release.'),
});

export const holds = z.strictObject({
  expiry: someDuration
    .prefault('24h')
    .describe('Duration after which a hold without an expiry of its own expires.'),
  onExpiry: z
    .enum(['resume', 'remind'])
    .default('remind')
    .describe(
      'What happens then. `resume`: the hold ends by itself. `remind`: its owner is reminded, and it goes on.',
    ),
});

export const rehearsal = z.strictObject({
  signedBy: z
    .array(z.enum(SIGNERS))
    .default([])
    .describe(
      'Who has to sign what was rehearsed before a patch is published: one person for each of these `roles`, of those that see it. Empty: nobody.',
    ),
});

const systemException = z.strictObject({
  system: environmentName.describe('Which one, of `managedSystems`.'),
  approvedBy: name.describe('Who has approved it, by the id in people.json.'),
  reason: z
    .string()
    .regex(/\S/, 'a sentence')
    .describe('Why it cannot be fixed in time; everybody who reads a patch reads it.'),
  until: anInstant.describe('From then on the system is waited for again; an instant with its zone.'),
});

export const disclosure = z.strictObject({
  managedSystems: z
    .array(environmentName)
    .default([])
    .describe(
      'Managed systems that have a fix before a patch discloses it, by names of `environments`. Empty: whoever seals it says so.',
    ),
  exceptions: z
    .array(systemException)
    .default([])
    .describe(
      'Managed systems that cannot be fixed in time: patches that start from now on do not wait for them. Each is named in the record of every such patch.',
    ),
});

export const roles = z.record(name, sentence.describe('What it may do, in a sentence.'));
