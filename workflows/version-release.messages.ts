import { defineSignal } from '@temporalio/workflow';
import type { ReleaseKind } from '../domain/release/milestones';
import type { ReleaseSettings, VersionStatus } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { TaggedProject, VersionPlan } from '../activities/effects';

export interface VersionReleaseInput {
  readonly settings: ReleaseSettings;
  readonly release: string;
  readonly kind: ReleaseKind;
  readonly plan: VersionPlan;
  /** Instant the version was closed: date of everything that is composed for it. */
  readonly closedAt: string;
}

export interface VersionOutcome {
  readonly at: string;
  readonly tagged: readonly TaggedProject[];
}

/** Child to release. */
export const versionReached =
  defineSignal<
    [{ readonly version: string; readonly reached: VersionStatus['reached']; readonly at: string }]
  >('versionReached');

/** Child to release: a step needs a person. */
export const stepFailed = defineSignal<[{ readonly step: string; readonly verdict: Verdict }]>('stepFailed');

/** Release to child: the unit is claimed, go public. */
export const publishVersion = defineSignal('publishVersion');

/** Release to child: a person wants the step tried again. */
export const resumeStep = defineSignal<[{ readonly step: string }]>('resumeStep');
