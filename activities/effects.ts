import type { DisclosedFix } from '../domain/embargo/disclosed-fix';
import type { LeakReport } from '../domain/embargo/leak-report';
import type { RecipeTopic } from '../domain/embargo/composition';
import type { InternalRequest } from '../domain/internal/internal-request';
import type { RequestFacts } from '../domain/internal/request-verdict';
import type { ReleaseKind } from '../domain/release/milestones';
import type { Project, Versioning } from '../domain/project';
import type { Actor, ReleaseSettings, Transition } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';

/** What every effect is told: whose it is, and the lines of the record that are written in the same transaction as its own. */
export interface EffectInput {
  /** Workflow id of the release: `patch:7`. First part of every idempotency key. */
  readonly release: string;
  readonly kind: ReleaseKind;
  readonly transitions?: readonly Transition[];
}

/** Every effect says when it was done, so that workflow code needs no clock. ISO 8601. */
export interface Done {
  readonly at: string;
}

/** A minor of the product and the commits a version of it would be made of. */
export interface Line extends Done {
  readonly minor: string;
  /** Newest published version of the minor; absent before its `.0`. */
  readonly published?: string;
  readonly projects: readonly LineProject[];
}

export interface LineProject {
  readonly project: string;
  /** Branch of the project for this minor, e.g. `18-6-stable-ee`. */
  readonly stableBranch: string;
  readonly head: string;
  /** Newest version of the project on this line, in its own numbering. */
  readonly previousVersion?: string;
  readonly previousTag?: string;
}

export interface Candidate extends Done {
  readonly projects: readonly CandidateProject[];
}

export interface CandidateProject {
  readonly project: string;
  readonly sha: string;
  /** Why this commit: the deployment or pipeline that vouches for it. */
  readonly sentence: string;
}

/** Everything that is fixed once a version is closed: its number, and what each project of it is cut from. */
export interface VersionPlan {
  /** `18.6.2`, `18.7.0`, `18.7.0-rc42` or `18.6.2-internal0`. */
  readonly version: string;
  readonly minor: string;
  readonly projects: readonly ProjectPlan[];
}

export interface ProjectPlan {
  readonly project: string;
  /** In the project's own numbering: equal to the product's unless the project has a line of its own. */
  readonly version: string;
  readonly base: string;
  /** What is disclosed with it, or given to installations alone: the base is these, merged into this commit of canonical. Absent where nothing is. */
  readonly disclosed?: Disclosed;
  /** The branch of this release alone: `release/patch-7/18-6`. */
  readonly releaseBranch: string;
  readonly stableBranch: string;
  readonly previousTag?: string;
  /** False for a project of its own versioning while a candidate is made. */
  readonly tagged: boolean;
  /** How many merge requests are in. */
  readonly changes: number;
}

/** The fixes that become public with one project of one version. */
export interface Disclosed {
  /** Commit of canonical: everything that is said in public is computed from it. */
  readonly twin: string;
  /** In registry order. */
  readonly topics: readonly RecipeTopic[];
  /** ISO 8601; date of the merges, so that they can be made again. */
  readonly at: string;
  /** Commit of the version before it in the same unit, merged in last: X.Y.1 that comes out together with X.Y.0. */
  readonly after?: string;
}

export interface ClosedRelease extends Done {
  readonly versions: readonly VersionPlan[];
}

/** A version with the instant at which it was closed. */
export interface ClosedVersion {
  readonly plan: VersionPlan;
  readonly closedAt: string;
}

/** A rehearsal as the release knows it; what was rehearsed stands in the records, for those who may read it. */
export interface Rehearsed extends Done {
  /** Of everything that will be public: the same again means that nothing has moved. */
  readonly digest: string;
  /** Whether the gate would let all of it pass. */
  readonly isClear: boolean;
}

export interface Tag {
  readonly name: string;
  /** The commit, peeled. */
  readonly sha: string;
}

export interface TaggedProject extends Done {
  readonly project: string;
  readonly versioning: Versioning;
  readonly version: string;
  readonly tags: readonly Tag[];
  /** Head of the release's own branch. */
  readonly commit: string;
}

export interface PipelineResult extends Done {
  readonly verdict: Verdict;
  readonly url?: string;
}

export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface BuiltPackages extends Done {
  readonly project: string;
  readonly files: readonly PackageFile[];
}

/** Answer of the compare-and-set before the first public byte of a unit. */
export interface PublicationClaim extends Done {
  readonly claimed: boolean;
  /** Versions whose number was overtaken by a version published in between, or that were made of something that has moved. */
  readonly overtaken: readonly string[];
  /**
   * Minors of which the unit has to have one more version: they came out since a patch of every maintained one opened, or the
   * first version of a monthly lacks a fix that is public by now.
   */
  readonly lacking?: readonly string[];
  /** Other releases whose claim has to become public before those are made. */
  readonly unfinished?: readonly string[];
}

/** What the steps of one project of one version share. */
export interface ProjectStep extends EffectInput {
  readonly project: Project;
  readonly plan: ProjectPlan;
  /** The product's version. */
  readonly version: string;
  /** Instant the version was closed: author date of every commit and tag made for it, so that they can be made again. */
  readonly closedAt: string;
}

/** What the packages of a project are made of. */
export interface PackageStep extends ProjectStep {
  readonly tagged: TaggedProject;
  /** Everything that is tagged for the version, which the manifest names. Empty once packages wait in the build repository. */
  readonly components: readonly TaggedProject[];
}

/** What becomes public of a project. */
export interface PublishStep extends PackageStep {
  readonly pinned: readonly TaggedProject[];
  /** Absent for a project that ships no packages. */
  readonly built?: BuiltPackages;
}

/** What the texts of a release are computed from. */
export interface TextStep extends EffectInput {
  readonly settings: ReleaseSettings;
  readonly versions: readonly VersionPlan[];
  /** ISO 8601; when the last version became public. */
  readonly publishedAt: string;
}

/** A published version that is taken out of use; `release` is the one that has published it. */
export interface WithdrawalStep extends EffectInput {
  readonly version: string;
  readonly reason: string;
  readonly by: Actor;
}

/**
 * The effects a release walks. Each is idempotent by business key and safe beside itself; failures are of the closed set in
 * `errors.ts`.
 */
export interface ReleaseEffects {
  /** Reads every line named and refuses what cannot be released: unknown minor, missing branch, version already released. */
  surveyLines(
    input: EffectInput & { readonly settings: ReleaseSettings; readonly minors: readonly string[] },
  ): Promise<readonly Line[]>;
  /** For a minor that is not born yet: the commit of each project that a monthly would be cut from. */
  chooseCandidate(
    input: EffectInput & { readonly settings: ReleaseSettings; readonly minor: string },
  ): Promise<Candidate>;
  /** The public task issue of the release, on the canonical repository of the last project. Found again by its key. */
  openReleaseIssue(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly title: string;
      readonly text: string;
    },
  ): Promise<Done & { readonly issue: number; readonly url: string }>;
  /** A note on the release issue, once per `step`; `close` ends the issue. */
  noteOnReleaseIssue(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly issue: number;
      readonly step: string;
      readonly text: string;
      readonly close?: boolean;
    },
  ): Promise<Done>;
  /** Freezes the inclusion list and reserves the numbers. The only moment at which a number is taken. */
  closeRelease(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly cut:
        | { readonly patch: readonly string[] }
        | { readonly candidate: Candidate; readonly minor: string; readonly rc: number }
        | { readonly final: string }
        /** The newest published version of each minor, with the fixes of these embargoes. */
        | { readonly internal: readonly string[]; readonly fixes: readonly string[] }
        /** Number of a version of the unit that is not public: the next one, with what canonical has by now, is cut on it. */
        | { readonly after: string };
    },
  ): Promise<ClosedRelease>;
  /** What an internal release is judged by before anybody is asked to approve it. */
  surveyInternal(
    input: EffectInput & { readonly settings: ReleaseSettings; readonly request: InternalRequest },
  ): Promise<Done & RequestFacts>;
  /**
   * Whether the managed systems have the fixes, read from GitLab's deployments each time. With a sentence that is known it
   * looks until there is another one, and for some hours at most. Of what is built: whether none of them was pulled, withdrawn or
   * reworked since.
   */
  readRemediation(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly request: InternalRequest;
      /** What the release was built with. */
      readonly built?: readonly DisclosedFix[];
      readonly known?: string;
    },
  ): Promise<Done & { readonly verdict: Verdict }>;
  /**
   * Offers what is built to the installations, unless one of its fixes was pulled, withdrawn or reworked since: judged and written in
   * one, so that nothing comes in between. What was offered once stays so.
   */
  offerBuild(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly request: InternalRequest;
      readonly built: readonly DisclosedFix[];
    },
  ): Promise<Done & { readonly verdict: Verdict }>;
  /** Version commit on the release's own branch, and the tags, pushed to security and build at once. */
  tagProject(input: ProjectStep & { readonly pinned: readonly TaggedProject[] }): Promise<TaggedProject>;
  /** Waits for the tag's pipeline on the build repository; retries it as often as `retries` says. */
  awaitPipeline(
    input: ProjectStep & { readonly tag: Tag; readonly retries: number },
  ): Promise<PipelineResult>;
  /** Archives of the tagged tree, checksums and the manifest of component commits, uploaded to the build repository's registry. */
  buildPackages(input: PackageStep): Promise<BuiltPackages>;
  /** Downloads what was uploaded and compares it with the tagged tree and the manifest. */
  verifyPackages(input: PackageStep & { readonly built: BuiltPackages }): Promise<Done>;
  /** {@link buildPackages}, then {@link verifyPackages}: what was found wrong and is taken away is built again when the step is resumed. */
  makePackages(input: PackageStep): Promise<BuiltPackages>;
  /** Everything but the last flip, on the repositories as they are: what each push, package and text will be, and what the gate says. */
  rehearseRelease(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly versions: readonly ClosedVersion[];
    },
  ): Promise<Rehearsed>;
  /** Compares the frozen lists of a version with what its tags hold: what is listed is there, and what is there is listed. */
  checkLists(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly plan: VersionPlan;
      readonly tagged: readonly TaggedProject[];
    },
  ): Promise<Done & { readonly verdict: Verdict }>;
  /** Compare-and-set over all versions of the unit; the last step that can be undone. */
  claimPublication(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly versions: readonly string[];
      /** What the versions disclose; from a claim on only this release may. */
      readonly fixes: readonly DisclosedFix[];
    },
  ): Promise<PublicationClaim>;
  /**
   * Does what is left of the publications that other releases have claimed, as they would do it themselves: a claimed unit is
   * complete and approved, and whoever has to contain it waits for nobody.
   */
  finishPublications(input: EffectInput & { readonly of: readonly string[] }): Promise<Done>;
  /** Point of no return: tags and the stable branch on canonical. */
  publishRefs(
    input: ProjectStep & { readonly tagged: TaggedProject; readonly pinned: readonly TaggedProject[] },
  ): Promise<Done & { readonly stable: string }>;
  publishPackages(input: PackageStep & { readonly built: BuiltPackages }): Promise<Done>;
  /** Release page, and a note on every merge request of the frozen list about the version that carries it: each once. */
  announceVersion(
    input: ProjectStep & { readonly tagged: TaggedProject; readonly built?: BuiltPackages },
  ): Promise<Done & { readonly notified: number }>;
  /** {@link publishRefs}, {@link publishPackages} and, but for a candidate, {@link announceVersion}. */
  publishProject(input: PublishStep): Promise<Done>;
  /** Marks the version published in the records; its minor's head moves. */
  markPublished(input: EffectInput & { readonly version: string }): Promise<Done>;
  /** Announcement, fixes against versions, and upgrade notes of what is public: files of the package registry, and a note on the release issue. */
  announceRelease(input: TextStep): Promise<Done & { readonly url: string }>;
  /** The advisory of what is disclosed, also where nothing is. */
  publishAdvisory(input: TextStep): Promise<Done & { readonly url: string }>;
  /** Opens the texts of what the release has disclosed, once they are due, and publishes them beside those of its newest version. */
  publishDisclosedTexts(
    input: EffectInput & { readonly settings: ReleaseSettings; readonly version: string },
  ): Promise<Done & { readonly lookAgainAt?: string }>;
  /** Fixes that are public in the versions: into the default branches on canonical, and their embargoes end. Nothing to do where there are none. */
  discloseFixes(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly fixes: readonly DisclosedFix[];
    } & Done,
  ): Promise<Done>;
  /** Undo before the point of no return: private tags, branches and packages go, the numbers are burned with the reason. */
  withdrawVersions(
    input: EffectInput & {
      readonly settings: ReleaseSettings;
      readonly versions: readonly VersionPlan[];
      readonly reason: string;
      readonly by: Actor;
    },
  ): Promise<Done>;
  /**
   * Marks a published version as withdrawn, and records the patch that brings its successor: started when it is approved to close.
   * Where that was done before, the answer tells the reason that was given then, and who opened the successor.
   */
  withdrawPublished(
    input: WithdrawalStep & {
      readonly settings: ReleaseSettings;
      readonly successorSettings: ReleaseSettings;
    },
  ): Promise<
    Done & {
      /** Absent in answers of before it was told; then it is that of whoever asked. */
      readonly reason?: string;
      readonly successor: {
        readonly id: string;
        readonly title: string;
        readonly settings: ReleaseSettings;
        /** Absent as the reason is. */
        readonly startedBy?: Actor;
      };
    }
  >;
  /** Tells of it wherever the version is found: release pages, the package registry, the issue of its release. */
  tellWithdrawal(
    input: WithdrawalStep & { readonly settings: ReleaseSettings; readonly successor: string },
  ): Promise<Done>;
  /** What is done at once when a secret is out; for the eyes of its audience. */
  answerLeak(
    input: EffectInput & { readonly settings: ReleaseSettings; readonly embargo: string },
  ): Promise<Done & LeakReport>;
  /** Lines of the record that belong to no effect. */
  recordTransitions(input: EffectInput & { readonly transitions: readonly Transition[] }): Promise<Done>;
}
