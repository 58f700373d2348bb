import type { ResolveWay } from './mirror-advice';
import type { RefPlan } from './mirror-plan';
import type { MirroredState } from './mirrored-ref';
import type { Project } from '../project';
import type { Verdict } from '../verdict';

/** The issue that asks a person about a difference. */
export interface MirrorTask {
  readonly issue: number;
  readonly url: string;
}

/** A ref that is not the same on all sides. */
export interface RefApart extends RefPlan {
  /** ISO 8601. */
  readonly since: string;
  /** How often it has come to differ; counts its tasks. */
  readonly difference: number;
  readonly task?: MirrorTask;
}

/** A ref that agrees again while its task is open. */
export interface SettledRef {
  readonly ref: string;
  readonly state: MirroredState;
  readonly difference: number;
  readonly task: MirrorTask;
}

/** What the mirror of a project is started with. */
export interface MirrorSettings {
  readonly project: Project;
  /** What the project's numbers are counted on: `product`, or its own name. */
  readonly line: string;
  /** Milliseconds between two looks at everything. */
  readonly lookEveryMs: number;
  /** Ed25519 public keys (hex) of the gateways whose decisions it believes. */
  readonly gatewayKeys: readonly string[];
}

/** `unknown`: a side could not be read or reached. */
export type MirrorStanding = 'in_sync' | 'syncing' | 'differs' | 'unknown';

/** A difference as people are told of it. */
export interface ToldDifference extends RefApart {
  /** What they may decide. */
  readonly ways: readonly ResolveWay[];
}

/** What `status` answers, and what the current details are rendered from. */
export interface MirrorStatus {
  readonly id: string;
  readonly project: string;
  readonly state: MirrorStanding;
  /** ISO 8601; empty before the first look. */
  readonly since: string;
  readonly verdict: Verdict;
  /** How many refs are mirrored. */
  readonly refs: number;
  /** ISO 8601: when everything was looked at last. */
  readonly lookedAt?: string;
  /** On their way, no person is needed. */
  readonly moving: readonly RefApart[];
  readonly differing: readonly ToldDifference[];
  /** How many more are not the same everywhere. */
  readonly more: number;
}
