import type { Milestone, ReleaseKind, SideState } from './milestones';
import type { HandOverStatus } from '../internal/hand-over';
import { firstOf } from '../version/naming';
import { compareNumbers, minorOf } from '../version/number';
import {
  ENGINE,
  type Actor,
  type Approval,
  type ApprovalPolicy,
  type Blocker,
  type Hold,
  type ReleaseStatus,
  type Transition,
  type TransitionNote,
  type VersionStatus,
} from './release';
import { failedStepLine, resumedStepLine } from './step-lines';
import type { Evidence, Verdict } from '../verdict';

export interface NewReleaseState {
  readonly id: string;
  readonly kind: ReleaseKind;
  readonly title: string;
  readonly milestones: readonly Milestone[];
}

interface Line {
  readonly to: Transition['to'];
  readonly sentence: string;
  readonly actor?: Actor;
  readonly evidence?: readonly Evidence[];
}

/** Who or what ends a release before it is through. */
export interface EarlyEnd {
  readonly by: Actor;
  /** ISO 8601 */
  readonly at: string;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

/** What a release knows of itself. Lives in workflow state; whatever changes it also writes a line for the record. */
export class ReleaseState {
  private ordinal = 0;
  private pending: Transition[] = [];
  private reached: { readonly milestone: Milestone; readonly at: string }[] = [];
  private next: ReleaseStatus['next'];
  private waitingFor: ReleaseStatus['waitingFor'];
  private currentHold: Hold | undefined;
  private stopped: Blocker[] = [];
  private given: Approval[] = [];
  private versions: VersionStatus[] = [];
  private abortedAt: string | undefined;
  /** Since when something outside keeps it, which goes by itself. */
  private keptSince: string | undefined;
  private handedOver: HandOverStatus | undefined;

  constructor(private readonly release: NewReleaseState) {}

  status(): ReleaseStatus {
    const { id, kind, title } = this.release;
    return {
      id,
      kind,
      title,
      state: this.state,
      since: this.since,
      reached: this.reached,
      ...(this.next === undefined ? {} : { next: this.next }),
      ...(this.waitingFor === undefined ? {} : { waitingFor: this.waitingFor }),
      ...(this.currentHold === undefined ? {} : { hold: this.currentHold }),
      blockers: this.stopped,
      approvals: this.given,
      versions: this.versions,
      ...(this.handedOver === undefined ? {} : { handOver: this.handedOver }),
    };
  }

  get state(): Milestone | SideState {
    if (this.abortedAt !== undefined) return 'aborted';
    if (this.currentHold !== undefined) return 'held';
    if (this.stopped.length > 0) return 'failed_step';
    if (this.keptSince !== undefined) return 'blocked';
    return this.reached.at(-1)?.milestone ?? this.release.milestones[0] ?? 'opened';
  }

  /** Empty before anything was reached. */
  private get since(): string {
    if (this.abortedAt !== undefined) return this.abortedAt;
    if (this.currentHold !== undefined) return this.currentHold.since;
    return this.stopped[0]?.since ?? this.keptSince ?? this.reached.at(-1)?.at ?? '';
  }

  /** Lines for the record that have not been handed to an effect yet; they are handed out once. */
  takeTransitions(): readonly Transition[] {
    const taken = this.pending;
    this.pending = [];
    return taken;
  }

  /** An effect failed for good, so its lines were not written. */
  returnTransitions(transitions: readonly Transition[]): void {
    this.pending = [...transitions, ...this.pending];
  }

  get hasPending(): boolean {
    return this.pending.length > 0;
  }

  reach(
    milestone: Milestone,
    { at, sentence, evidence = [] }: { at: string; sentence: string; evidence?: readonly Evidence[] },
  ): void {
    this.reached = [...this.reached, { milestone, at }];
    const { milestones } = this.release;
    const following = milestones[milestones.indexOf(milestone) + 1];
    this.next =
      following === undefined
        ? undefined
        : { milestone: following, sentence: `goes on to ${words(following)}` };
    this.note({ to: milestone, sentence, evidence });
  }

  hasReached(milestone: Milestone): boolean {
    return this.reached.some((one) => one.milestone === milestone);
  }

  /** Says what the release does until the next milestone. */
  plan(sentence: string): void {
    if (this.next !== undefined) this.next = { ...this.next, sentence };
  }

  wait(who: string, sentence: string): void {
    this.waitingFor = { who, sentence };
  }

  /** Something outside keeps it; it goes on by itself once that clears. Told once for each thing that keeps it. */
  keep({ verdict, at }: { readonly verdict: Verdict; readonly at: string }): void {
    const who = verdict.whoActs ?? 'what is outside';
    if (this.waitingFor?.sentence !== verdict.sentence)
      this.note({ to: 'blocked', sentence: verdict.sentence, evidence: verdict.evidence });
    this.keptSince ??= at;
    this.wait(who, verdict.sentence);
  }

  letGo(): void {
    this.keptSince = undefined;
    this.stopWaiting();
  }

  stopWaiting(): void {
    this.waitingFor = undefined;
  }

  note({ to, sentence, actor = ENGINE, evidence = [] }: Line): void {
    this.pending = [...this.pending, { ordinal: ++this.ordinal, to, actor, sentence, evidence }];
  }

  approve(approval: Approval): void {
    this.given = [...this.given, approval];
    const sentence = `${approval.by.id} approved ${words(approval.before)}: ${approval.reason}`;
    this.note({ to: 'approved', sentence, actor: approval.by });
  }

  /** How many approvals a policy still lacks. */
  lacking(policy: ApprovalPolicy): number {
    const valid = this.given.filter(
      ({ before, by }) => before === policy.before && by.roles.some((role) => policy.roles.includes(role)),
    );
    return Math.max(0, policy.count - valid.length);
  }

  /** Oldest first. */
  approvalsOf(before: Milestone): readonly Approval[] {
    return this.given.filter((approval) => approval.before === before);
  }

  hasApproved(person: string, before: Milestone): boolean {
    return this.given.some((approval) => approval.by.id === person && approval.before === before);
  }

  hold(hold: Hold): void {
    this.currentHold = hold;
    this.note({ to: 'held', sentence: `${hold.by.id} holds it: ${hold.reason}`, actor: hold.by });
  }

  get held(): Hold | undefined {
    return this.currentHold;
  }

  endHold({
    sentence,
    actor = ENGINE,
    to,
  }: {
    readonly sentence: string;
    readonly actor?: Actor;
    readonly to: TransitionNote;
  }): void {
    this.currentHold = undefined;
    this.note({ to, sentence, actor });
  }

  extendHold(until: string): void {
    if (this.currentHold === undefined) return;
    this.currentHold = { ...this.currentHold, until };
    this.note({
      to: 'hold_expired',
      sentence: `The hold of ${this.currentHold.by.id} has run out and goes on until ${until}.`,
    });
  }

  block(blocker: Blocker): void {
    this.stopped = [...this.stopped.filter(({ step }) => step !== blocker.step), blocker];
    this.note({
      to: 'step_failed',
      sentence: failedStepLine(blocker.step, blocker.verdict.sentence),
      evidence: blocker.verdict.evidence,
    });
  }

  isBlocked(step: string): boolean {
    return this.stopped.some((blocker) => blocker.step === step);
  }

  get blockers(): readonly Blocker[] {
    return this.stopped;
  }

  unblock(step: string, by: { readonly actor: Actor; readonly reason: string }): void {
    this.stopped = this.stopped.filter((blocker) => blocker.step !== step);
    this.note({ to: 'step_resumed', sentence: resumedStepLine(step, by.reason), actor: by.actor });
  }

  abort({ by, at, sentence, evidence }: EarlyEnd): void {
    this.abortedAt = at;
    this.currentHold = undefined;
    this.next = undefined;
    this.waitingFor = undefined;
    this.keptSince = undefined;
    this.stopped = [];
    this.note({ to: 'aborted', sentence, actor: by, evidence });
  }

  version(version: VersionStatus): void {
    const others = this.versions.filter((one) => one.version !== version.version);
    this.versions = [...others, version].toSorted(newestMinorFirst);
  }

  set handOver(status: HandOverStatus) {
    this.handedOver = status;
  }

  dropVersion(version: string): void {
    this.versions = this.versions.filter((one) => one.version !== version);
  }
}

/** Within a minor the candidate comes before the version that is made of it. */
function newestMinorFirst({ version: left }: VersionStatus, { version: right }: VersionStatus): number {
  const minors = compareNumbers(firstOf(minorOf(right)), firstOf(minorOf(left)));
  return minors === 0 ? compareNumbers(left, right) : minors;
}

/** A state as people read it. */
export function words(state: string): string {
  return state.replaceAll('_', ' ');
}
