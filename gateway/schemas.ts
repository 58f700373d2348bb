import { z } from 'zod';
import { INSTALLED_STATES } from '../domain/internal/hand-over';
import { ALL_MILESTONES, SIDE_STATES } from '../domain/release/milestones';
import type { Actor, RetriedStep, TransitionNote } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { SystemException } from '../domain/version/system-exceptions';
import type { RecordedTransition } from '../records/transitions';
import type { ToldStatus } from '../starters/release-status';

export const milestone = z.enum(ALL_MILESTONES);
export const state = z.enum([...ALL_MILESTONES, ...SIDE_STATES]);
export const kind = z.enum(['monthly', 'patch', 'internal']);
export const instant = z.string().describe('ISO 8601, UTC');
/** Why somebody does something, in their words. */
export const aReason = z.string().trim().min(1).max(1_000);
/** As whoever asks writes it, in whatever zone. */
export const writtenInstant = z.iso.datetime({
  offset: true,
  error: 'an instant such as 2026-12-01T12:00:00Z or 2026-12-01T13:00:00+01:00',
});
/** Of an answer that programs of others read. Raised when a field goes or comes to mean something else; a new field raises nothing. */
export function schemaVersion<Version extends number>(version: Version): z.ZodLiteral<Version> {
  return z
    .literal(version)
    .describe('Raised when a field goes or comes to mean something else; there may be more fields any day');
}

export const releaseId = z.object({
  id: z.string().min(1).describe('`monthly:18.7`, `patch:7`, `internal:k3v9x0q2ab`'),
});

export const errorBody = z.object({
  error: z.object({
    where: z.string().describe('The place: field, header, release, file'),
    what: z.string(),
    remedy: z.string().describe('What would be right, or what to do next'),
  }),
});

export const actor: z.ZodType<Actor> = z.object({ id: z.string(), roles: z.array(z.string()) });

export const evidence = z.object({
  label: z.string(),
  value: z.string(),
  url: z.string().exactOptional(),
});

export const verdict: z.ZodType<Verdict> = z.object({
  verdict: z
    .enum(['pass', 'wait', 'fail', 'unknown'])
    .describe('`unknown`: it could not be measured, which is neither pass nor fail'),
  sentence: z.string(),
  whoActs: z.string().exactOptional(),
  lookAgainAt: instant.exactOptional(),
  evidence: z.array(evidence),
});

export const systemException: z.ZodType<SystemException> = z.object({
  system: z.string(),
  approvedBy: z.string().describe('Id of a person'),
  reason: z.string(),
  until: instant,
});

const handOver = z.object({
  offeredAt: instant,
  dueAt: instant.describe('By when every installation is to be verified'),
  installations: z
    .array(
      z.object({
        name: z.string(),
        role: z.string().describe('Who runs it'),
        state: z.enum(['offered', ...INSTALLED_STATES]),
        since: instant,
        by: z.string().exactOptional(),
      }),
    )
    .readonly(),
});

const status = {
  id: z.string(),
  kind,
  title: z.string(),
  state,
  since: instant,
  reached: z.array(z.object({ milestone, at: instant })),
  next: z.object({ milestone, sentence: z.string() }).exactOptional(),
  waitingFor: z.object({ who: z.string(), sentence: z.string() }).exactOptional(),
  hold: z.object({ by: actor, reason: z.string(), since: instant, until: instant }).exactOptional(),
  blockers: z
    .array(z.object({ step: z.string(), verdict, since: instant }))
    .describe('One of verdict `unknown` says that the release itself did not answer'),
  approvals: z.array(z.object({ before: milestone, by: actor, at: instant, reason: z.string() })),
  versions: z.array(
    z.object({
      version: z.string(),
      workflowId: z.string(),
      reached: z.enum(['started', 'tagged', 'built', 'verified', 'published']),
    }),
  ),
  handOver: handOver
    .exactOptional()
    .describe('Of an internal release, once its packages are offered to installations'),
};

const note = z.enum([
  'resumed',
  'approved',
  'approval_reminded',
  'hold_expired',
  'candidate_picked',
  'lines_left_out',
  'cut_again',
  'rehearsal',
  'step_failed',
  'step_resumed',
  'version_reached',
  'acknowledged',
  'acknowledgement_reminded',
  'acknowledgement_late',
] satisfies TransitionNote[]);

const recordedTransition = z.object({
  workflowId: z.string(),
  ordinal: z.int(),
  to: z.union([state, note]),
  actor,
  sentence: z.string(),
  evidence: z.array(evidence).readonly(),
  at: instant,
});

const retriedStep: z.ZodType<RetriedStep> = z.object({
  step: z.string(),
  attempt: z.int().describe('The one that is under way or comes next'),
  sentence: z.string().describe('Why the last attempt failed'),
  lookAgainAt: instant.exactOptional(),
});

/** A release as it says itself, with its record. */
export interface ReleaseDetail extends ToldStatus {
  readonly transitions: readonly RecordedTransition[];
}

export const releaseDetail: z.ZodType<ReleaseDetail> = z.object({
  ...status,
  retrying: z
    .array(retriedStep)
    .readonly()
    .describe('Effects that failed for now and are tried again by themselves; nobody has to act'),
  transitions: z.array(recordedTransition).readonly().describe('The record, oldest first'),
});

export const sha = z.string().regex(/^[0-9a-f]{40}$/, 'a full SHA of 40 hex digits');
