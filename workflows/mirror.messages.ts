import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ResolveWay } from '../domain/mirror/mirror-advice';
import type { MirrorMemory } from '../domain/mirror/mirror-state';
import type { MirrorSettings, MirrorStatus } from '../domain/mirror/mirror-status';
import type { RefObjects } from '../domain/mirror/mirrored-ref';
import type { Decision, DecisionTaken } from './release.messages';

export interface MirrorInput {
  readonly settings: MirrorSettings;
  /** Looks after which it goes on as a new run; 200 by default. */
  readonly looksPerRun?: number;
  /** What the run before knew. */
  readonly carried?: MirrorCarried;
}

export interface MirrorCarried {
  readonly memory: MirrorMemory;
  /** Milliseconds of the engine's time: when everything is looked at next. */
  readonly nextLookAt: number;
  /** Decisions that were taken lately, by id: one that comes again is answered as before. */
  readonly taken: readonly { readonly id: string; readonly sentence: string }[];
}

/** What a person decided about one ref. `release` of the decision is the id of the mirror. */
export interface ResolveDecision extends Decision {
  readonly ref: string;
  readonly way: ResolveWay;
  /** What the person saw; refused where it has changed since. */
  readonly seen: RefObjects;
}

/** Something was pushed to a side. */
export const pushed = defineSignal<[{ readonly ref: string }]>('pushed');

/** Looks at everything now, and says what is found. */
export const verify = defineUpdate<DecisionTaken, [Decision]>('verify');
export const resolve = defineUpdate<DecisionTaken, [ResolveDecision]>('resolve');

export const mirrorStatus = defineQuery<MirrorStatus>('status');
