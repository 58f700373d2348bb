import type { MergedFix } from '../domain/backport/backport';
import type { BackportMergeRequest } from '../domain/backport/backport-state';
import type { BackportSettings, BackportStanding } from '../domain/backport/backport-status';
import type { Actor } from '../domain/release/release';
import type { Done } from './effects';

/** What all effects of a change's backports are told. */
export interface BackportSubject {
  /** Workflow id: `backport:gitlab:12`. First part of every idempotency key. */
  readonly backport: string;
  readonly settings: BackportSettings;
}

/** Where a change is brought to. */
export interface BackportLine {
  readonly minor: string;
  /** The stable branch. */
  readonly branch: string;
}

/** One backport of a change. */
export interface BackportStep extends BackportSubject, BackportLine {
  readonly fix: MergedFix;
}

export interface BackportSurvey extends Done {
  /** Absent where there is nothing to backport: not merged, or not asked for. */
  readonly fix?: MergedFix;
  /** Why there is nothing, or what was found. */
  readonly sentence: string;
  /** Everything that is or was owed, newest minor first. */
  readonly backports: readonly BackportStanding[];
}

/** Labelled changes of a project whose backports are nobody's yet. */
export interface LabelledChanges extends Done {
  readonly iids: readonly number[];
}

/** What backports do to the world. Each effect may be done again and beside itself; failures are of the closed set in `errors.ts`. */
export interface BackportEffects {
  /** Reads the change and the branches there are; notes what it is owed to, and tells its author of what came since and of what is refused. */
  surveyBackports(input: BackportSubject & { readonly iid: number }): Promise<BackportSurvey>;
  /** Picks the change onto its own branch, opens the merge request and follows it once; or finds it there, contained, or in conflict, and says so. */
  proposeBackport(input: BackportStep): Promise<Done & { readonly standing: BackportStanding }>;
  /**
   * As {@link proposeBackport}, to several minors at once, with one judgement and one push of all. Where one of them fails none
   * is told, though some may have been brought: each goes on by itself then.
   */
  proposeBackports(
    input: BackportSubject & { readonly fix: MergedFix; readonly lines: readonly BackportLine[] },
  ): Promise<Done & { readonly standings: readonly BackportStanding[] }>;
  /** Reads the merge request, its pipeline and its approvals; has a failed pipeline tried again. */
  followBackport(
    input: BackportStep & { readonly mergeRequest: BackportMergeRequest },
  ): Promise<Done & { readonly standing: BackportStanding }>;
  /** A person decided that the minor does not get it. */
  declineBackport(
    input: BackportStep & {
      readonly by: Actor;
      readonly reason: string;
      readonly mergeRequest?: BackportMergeRequest;
    },
  ): Promise<Done & { readonly standing: BackportStanding }>;
  /** Merged changes that ask for backports, found by asking: webhooks get lost. */
  findLabelledChanges(input: { readonly settings: BackportSettings }): Promise<LabelledChanges>;
}
