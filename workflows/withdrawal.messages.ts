import { defineUpdate } from '@temporalio/workflow';
import type { ReleaseSettings } from '../domain/release/release';
import type { Decision, DecisionTaken } from './release.messages';

export interface WithdrawalInput {
  /** Those of the carrier: where it was published. */
  readonly settings: ReleaseSettings;
  /** As they are now, for what follows and for who may decide; absent in withdrawals that began without, which take those of the carrier. */
  readonly successorSettings?: ReleaseSettings;
  readonly version: string;
  /** Workflow id of the release that has published it. */
  readonly carrier: string;
}

/** What a person decided; answered once the version is marked and its successor runs. */
export const withdraw = defineUpdate<DecisionTaken, [Decision]>('withdraw');
