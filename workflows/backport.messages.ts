import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackportSettings, BackportStatus } from '../domain/backport/backport-status';
import type { Decision, DecisionTaken } from './release.messages';

/** One merged change. Everything else is read from GitLab and the records, so a run that follows another knows as much. */
export interface BackportInput {
  readonly settings: BackportSettings;
  /** Its merge request. */
  readonly iid: number;
}

/** `release` of the decision is the id of the workflow: `backport:gitlab:12`. */
export interface DeclineDecision extends Decision {
  readonly minor: string;
}

/** A regular look for changes whose webhook was lost. */
export interface BackportRoundInput {
  readonly settings: readonly BackportSettings[];
}

/** Something has happened to the change or to one of its backports. */
export const lookAgain = defineSignal('lookAgain');

/** The minor does not get the change. */
export const decline = defineUpdate<DecisionTaken, [DeclineDecision]>('decline');

export const backportStatus = defineQuery<BackportStatus>('status');
