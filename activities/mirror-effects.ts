import type { MirrorTask, RefApart, SettledRef } from '../domain/mirror/mirror-status';
import type { MirrorSide } from '../domain/mirror/mirrored-ref';
import type { Project } from '../domain/project';
import type { Actor } from '../domain/release/release';
import type { Done } from './effects';

/** Whose refs are kept equal. */
export interface MirrorSubject {
  /** Workflow id: `mirror:gitlab`. First part of every idempotency key. */
  readonly mirror: string;
  readonly project: Project;
  /** What the project's numbers are counted on: `product`, or its own name. */
  readonly line: string;
}

export interface MirrorLook extends Done {
  /** Its number: of a mirror that was started anew the one after the newest that is recorded. */
  readonly look: number;
  /** Whether all refs were looked at, asked for or because it was needed. */
  readonly isWhole: boolean;
  /** How many refs are mirrored. */
  readonly refs: number;
  /** Those that are not the same everywhere; of many only the first. */
  readonly apart: readonly RefApart[];
  /** How many more there are. */
  readonly more: number;
  /** Refs that agree again while their task is open. */
  readonly settled: readonly SettledRef[];
}

export interface MirrorSync extends Done {
  /** What is still not the same everywhere of the refs that were to be moved. */
  readonly apart: readonly RefApart[];
  /** Refs that have moved meanwhile, to be looked at again. */
  readonly moved: readonly string[];
  /** Sides that could not be reached, and why. */
  readonly silent: readonly { readonly side: MirrorSide; readonly sentence: string }[];
}

/** A person's word about a difference, for the record. */
export interface DifferenceDecision {
  readonly id: string;
  readonly by: Actor;
  readonly reason: string;
}

/** What a mirror does to the world. Each effect may be done again and beside itself; failures are of the closed set in `errors.ts`. */
export interface MirrorEffects {
  /** Reads refs on all sides, those named or all, says what is the matter with each and writes it down. */
  lookAtRefs(
    input: MirrorSubject & {
      /** Counted by the mirror from 1 on; an older look never overwrites a newer one. */
      readonly look: number;
      readonly refs?: readonly string[];
    },
  ): Promise<MirrorLook>;
  /** Brings refs forward on security and build, by SHA and lease. A ref or a side that cannot be moved stops no other. */
  syncRefs(
    input: MirrorSubject & { readonly look: number; readonly refs: readonly RefApart[] },
  ): Promise<MirrorSync>;
  /** Asks people about a difference: one issue, found again by its key, with a merge prepared where there is none in the way. */
  openMirrorTask(
    input: MirrorSubject & {
      readonly ref: RefApart;
      /** It was told before and has changed since. */
      readonly hasChanged: boolean;
    },
  ): Promise<Done & { readonly task: MirrorTask }>;
  /** All sides agree again: says so, closes the issue and removes what was prepared. */
  closeMirrorTask(input: MirrorSubject & { readonly ref: SettledRef }): Promise<Done>;
  /** Sets security and build to what canonical has, because a person says so; what would be lost is kept on a branch. */
  followCanonical(
    input: MirrorSubject & {
      readonly look: number;
      /** As the person saw it; refused where it has changed since. */
      readonly ref: RefApart;
      readonly decision: DifferenceDecision;
    },
  ): Promise<Done>;
  /** Lets a difference be, because a person says so, until it changes. */
  leaveDifference(
    input: MirrorSubject & {
      readonly look: number;
      readonly ref: RefApart;
      readonly decision: DifferenceDecision;
    },
  ): Promise<Done>;
  /**
   * Tells owners of fixes under embargo what will be in their way, and AppSec which disclosed fixes a branch has lost; asked of every
   * mirror, whether it has such fixes or not.
   */
  tellOwners(input: MirrorSubject): Promise<Done>;
}
