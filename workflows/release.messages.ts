import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { InstalledState } from '../domain/internal/hand-over';
import type { InternalRequest } from '../domain/internal/internal-request';
import type { Milestone } from '../domain/release/milestones';
import type { Actor, ReleaseSettings, ReleaseStatus } from '../domain/release/release';
import type { Candidate } from '../activities/effects';

export interface MonthlyReleaseInput {
  readonly settings: ReleaseSettings;
  readonly minor: string;
  readonly startedBy: Actor;
  /** Milestones that wait for the calendar's `milestoneDue`; none means that the release goes on by itself. */
  readonly awaitMilestones: readonly Milestone[];
}

export interface PatchReleaseInput {
  readonly settings: ReleaseSettings;
  readonly type: 'planned' | 'critical' | 'out-of-band';
  /** Of an out-of-band patch: address of the exception request, which names its incident and who has approved it. */
  readonly exception?: string;
  readonly minors: readonly string[];
  readonly startedBy: Actor;
  readonly awaitMilestones: readonly Milestone[];
}

export interface InternalReleaseInput {
  readonly settings: ReleaseSettings;
  readonly request: InternalRequest;
  readonly startedBy: Actor;
}

/**
 * What a person decided, as the gateway proved it: `proof` is the gateway's Ed25519 signature over the decision (see
 * domain/decision.ts). A worker refuses an update without it.
 */
export interface Decision {
  readonly id: string;
  readonly release: string;
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
  readonly proof: string;
}

export interface ApproveDecision extends Decision {
  readonly before: Milestone;
}
export interface HoldDecision extends Decision {
  /** ISO 8601; absent: the configured expiry. */
  readonly until?: string;
}
export interface ResumeDecision extends Decision {
  /** The failed step to try again: `18.6.2 gitaly tag`; absent: end the hold. */
  readonly step?: string;
}
export interface PickCandidateDecision extends Decision {
  readonly candidate: Candidate;
}
export interface HandOverDecision extends Decision {
  readonly installation: string;
  readonly state: InstalledState;
}
export interface RecutDecision extends Decision {
  /** Whose versions are cut again; absent: all that are not public. */
  readonly minors?: readonly string[];
}
export interface SignDecision extends Decision {
  /** Of what was rehearsed, as the person has seen it. */
  readonly digest: string;
}
/** The answer a person sees at once. */
export interface DecisionTaken {
  readonly sentence: string;
}

export const approve = defineUpdate<DecisionTaken, [ApproveDecision]>('approve');
export const hold = defineUpdate<DecisionTaken, [HoldDecision]>('hold');
export const resume = defineUpdate<DecisionTaken, [ResumeDecision]>('resume');
export const pickCandidate = defineUpdate<DecisionTaken, [PickCandidateDecision]>('pickCandidate');
export const handOver = defineUpdate<DecisionTaken, [HandOverDecision]>('handOver');
export const recut = defineUpdate<DecisionTaken, [RecutDecision]>('recut');
export const rehearse = defineUpdate<DecisionTaken, [Decision]>('rehearse');
export const sign = defineUpdate<DecisionTaken, [SignDecision]>('sign');
export const abort = defineUpdate<DecisionTaken, [Decision]>('abort');

/** From the calendar: the milestone may be entered now. */
export const milestoneDue =
  defineSignal<[{ readonly milestone: Milestone; readonly at: string }]>('milestoneDue');

export const status = defineQuery<ReleaseStatus>('status');
