import { defineUpdate } from '@temporalio/workflow';
import type { ReleaseSettings } from '../domain/release/release';
import type { Decision, DecisionTaken } from './release.messages';

export interface WithdrawalInput {
  readonly settings: ReleaseSettings;
  readonly version: string;
  /** Workflow id of the release that has published it. */
  readonly carrier: string;
}

/** What a person decided; answered once the version is marked and its successor runs. */
export const withdraw = defineUpdate<DecisionTaken, [Decision]>('withdraw');
