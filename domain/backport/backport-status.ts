import type { BackportLabels, FixKind, MergedFix } from './backport';
import type { BackportState } from './backport-state';
import type { MaintenancePolicy } from '../version/maintenance';
import type { Project } from '../project';
import type { OfRevision } from '../release/process-revision';
import type { Verdict } from '../verdict';

/** The rules that a backport was started with. They do not change under it. */
export interface BackportSettings extends OfRevision {
  readonly project: Project;
  readonly labels: BackportLabels;
  /** Oldest first. */
  readonly policies: readonly MaintenancePolicy[];
  /** How often a failed pipeline is retried before the author is asked. */
  readonly pipelineRetries: number;
  /** Milliseconds between two looks; webhooks make it look at once. */
  readonly lookEveryMs: number;
  /** Roles that may decline a backport. */
  readonly decliners: readonly string[];
  /** Ed25519 public keys (hex) of the gateways whose decisions it believes. */
  readonly gatewayKeys: readonly string[];
}

/** One backport as it stands. */
export interface BackportStanding {
  readonly minor: string;
  /** The stable branch. */
  readonly branch: string;
  readonly state: BackportState;
  readonly sentence: string;
  /** Somebody was asked about it; nobody is asked twice. */
  readonly asked: boolean;
  /** ISO 8601. */
  readonly owedSince: string;
  /** ISO 8601; since when it is in its state. */
  readonly since: string;
  /** When its minor got no fixes any more while it was open. */
  readonly missedAt?: string;
}

/** A change and its backports, as the records and the API tell them. */
export interface FixBackports extends Pick<MergedFix, 'project' | 'iid' | 'title' | 'author'> {
  readonly team?: string;
  readonly kind: FixKind;
  /** Newest minor first. */
  readonly backports: readonly BackportStanding[];
}

/** What the workflow of a change answers. */
export interface BackportStatus {
  readonly id: string;
  readonly project: string;
  readonly iid: number;
  /** Absent before the first look. */
  readonly title?: string;
  readonly backports: readonly BackportStanding[];
  /** What could not be done at the last look, by minor; `all` for the look itself. It is tried again at the next. */
  readonly problems: readonly { readonly minor: string; readonly verdict: Verdict }[];
}
