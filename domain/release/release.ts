import type { HandOverStatus } from '../internal/hand-over';
import type { InternalSettings } from '../internal/internal-request';
import type { MaintenancePolicy } from '../version/maintenance';
import type { SystemException } from '../version/system-exceptions';
import type { OfRevision } from './process-revision';
import type { Milestone, ReleaseKind, SideState } from './milestones';
import type { Project } from '../project';
import type { Evidence, Verdict } from '../verdict';

/** The rules a release was started with. They do not change under a running release. */
export interface ReleaseSettings extends OfRevision {
  readonly product: string;
  readonly projects: readonly Project[];
  readonly candidate: CandidatePolicy;
  /** Which minors get fixes, since when; oldest first. */
  readonly maintenance: readonly MaintenancePolicy[];
  readonly approvals: readonly ApprovalPolicy[];
  /** Who has to sign what was rehearsed before anything is published: one person for each role. Absent: nobody. */
  readonly rehearsal?: { readonly roles: readonly string[] };
  /** Environments that have a fix before a patch discloses it. Absent: whoever seals it says that they do. */
  readonly managedSystems?: readonly string[];
  /** Those of them that are not waited for, for a while. Absent: none. */
  readonly systemExceptions?: readonly SystemException[];
  /** How often a failed pipeline is retried before a person is asked. */
  readonly pipelineRetries: number;
  /** Milliseconds a pipeline may take before its step fails. */
  readonly pipelineTimeoutMs: number;
  /** Milliseconds after which a hold without an expiry of its own expires. */
  readonly holdExpiryMs: number;
  /** What happens when a hold expires: it ends by itself, or its owner is reminded and it goes on. */
  readonly onHoldExpiry: 'resume' | 'remind';
  /** Ed25519 public keys (hex) of the gateways whose decisions the workflow believes. */
  readonly gatewayKeys: readonly string[];
  /** Of internal releases; absent where none can be made. */
  readonly internal?: InternalSettings;
}

/** Where a monthly is cut from: what the named environment runs, or the newest commit of the default branch whose pipeline passed. */
export type CandidatePolicy =
  | {
      readonly from: 'environment';
      readonly environment: string;
      /** Environment that records the commits whose post-deploy migrations ran; absent where that is not asked. */
      readonly migrations?: string;
    }
  | { readonly from: 'default-branch' };

export interface ApprovalPolicy {
  readonly kinds: readonly ReleaseKind[];
  /** The milestone that waits for the approval. */
  readonly before: Milestone;
  readonly roles: readonly string[];
  readonly count: number;
  /** Milliseconds after which the approvers are reminded, again and again. */
  readonly remindAfterMs: number;
}

/** Who did something: a person through the gateway, or the engine itself. */
export interface Actor {
  readonly id: string;
  readonly roles: readonly string[];
}

export const ENGINE: Actor = { id: 'signalbox', roles: ['engine'] };

/** One append-only line of a release's record. `ordinal` is counted in workflow state, so that a retry repeats it. */
export interface Transition {
  readonly ordinal: number;
  readonly to: Milestone | SideState | TransitionNote;
  readonly actor: Actor;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

/** Things worth a line that are no state of their own. */
export type TransitionNote =
  | 'resumed'
  | 'approved'
  | 'approval_reminded'
  | 'hold_expired'
  | 'candidate_picked'
  | 'lines_left_out'
  | 'cut_again'
  | 'rehearsal'
  | 'step_failed'
  | 'step_resumed'
  | 'version_reached'
  | 'acknowledged'
  | 'acknowledgement_reminded'
  | 'acknowledgement_late';

export interface Approval {
  readonly before: Milestone;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string;
}

export interface Hold {
  readonly by: Actor;
  readonly reason: string;
  readonly since: string;
  readonly until: string;
}

export interface Blocker {
  /** What is stopped: `version:18.6.2 gitaly tag`, or the milestone of the release itself. */
  readonly step: string;
  readonly verdict: Verdict;
  readonly since: string;
}

/** An effect that has failed for now and is tried again by itself: nobody has to act, but nothing moves until it goes. */
export interface RetriedStep {
  /** `survey lines`, `18.6.2 tag project`. */
  readonly step: string;
  /** The attempt that is under way or comes next, counted from 1. */
  readonly attempt: number;
  /** Why the last one failed. */
  readonly sentence: string;
  /** When this attempt begins or began. */
  readonly lookAgainAt?: string;
}

/** What `status` answers, and what the Temporal UI's current details are rendered from. */
export interface ReleaseStatus {
  readonly id: string;
  readonly kind: ReleaseKind;
  readonly title: string;
  readonly state: Milestone | SideState;
  readonly since: string;
  readonly reached: readonly { readonly milestone: Milestone; readonly at: string }[];
  readonly next?: { readonly milestone: Milestone; readonly sentence: string };
  readonly waitingFor?: { readonly who: string; readonly sentence: string };
  readonly hold?: Hold;
  readonly blockers: readonly Blocker[];
  readonly approvals: readonly Approval[];
  readonly versions: readonly VersionStatus[];
  /** Of an internal release, once its packages are offered. */
  readonly handOver?: HandOverStatus;
}

export interface VersionStatus {
  readonly version: string;
  readonly workflowId: string;
  readonly reached: 'started' | 'tagged' | 'built' | 'verified' | 'published';
}
