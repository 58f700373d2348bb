import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { currentDetails } from '../domain/current-details';
import type { Milestone, ReleaseKind, SideState } from '../domain/milestones';
import { isProven, type SignedDecision } from '../domain/decision';
import type { Actor, ApprovalPolicy, ReleaseSettings } from '../domain/release';
import { ReleaseState, words } from '../domain/release-state';
import type { Evidence, Verdict } from '../domain/verdict';
import type { Done, EffectInput, VersionPlan } from '../activities/effects';
import { effect } from './effect-proxies';
import { failureVerdict } from './failure-verdict';
import * as messages from './release.messages';
import { VersionUnit } from './version-unit';

const STATE = defineSearchAttributeKey('SignalboxState', 'KEYWORD');

export interface NewProcess {
  readonly kind: ReleaseKind;
  readonly title: string;
  readonly milestones: readonly Milestone[];
  readonly settings: ReleaseSettings;
  readonly startedBy: Actor;
  readonly awaitMilestones: readonly Milestone[];
}

/** What monthly and patch releases share: gates, holds, approvals, failed steps, abort, and the publication of versions as a unit. */
export class ReleaseProcess {
  readonly id = workflowInfo().workflowId;
  readonly state: ReleaseState;
  readonly unit: VersionUnit;
  private readonly due = new Set<Milestone>();
  private aborted: messages.Decision | undefined;
  private isPublic = false;
  private shown: Milestone | SideState | undefined;

  constructor(readonly input: NewProcess) {
    const { kind, title, milestones } = input;
    this.state = new ReleaseState({ id: this.id, kind, title, milestones });
    this.unit = new VersionUnit(this);
    this.answerPeople();
    setHandler(messages.milestoneDue, ({ milestone }) => void this.due.add(milestone));
    setHandler(messages.status, () => this.state.status());
  }

  get settings(): ReleaseSettings {
    return this.input.settings;
  }

  /** Walks the release; an abort ends the walk, takes back what is not public, and closes the books. */
  async run(walk: () => Promise<void>): Promise<void> {
    const scope = new CancellationScope();
    const walked = scope.run(walk);
    const stopped = condition(() => this.aborted !== undefined).then(() => scope.cancel());
    try {
      await Promise.race([walked, stopped.then(() => walked)]);
    } catch (error) {
      if (!isCancellation(error) || this.aborted === undefined) throw error;
      await this.takeBack(this.aborted);
    }
  }

  private async takeBack(decision: messages.Decision): Promise<void> {
    const { by, reason, at } = decision;
    this.state.abort({ by, reason, at });
    this.show();
    const versions = this.unit.unpublished;
    const { settings } = this;
    if (versions.length > 0) {
      await this.step('withdraw', (common) =>
        effect('withdrawVersions', 'Take back what is not public', {
          ...common,
          settings,
          versions,
          reason,
          by,
        }),
      );
      for (const { version } of versions) this.state.dropVersion(version);
    }
    await this.record();
    this.show();
  }

  /** Waits until a milestone may be entered: the calendar says so, nobody holds the release, and whoever has to has approved. */
  async gate(milestone: Milestone): Promise<void> {
    if (this.input.awaitMilestones.includes(milestone)) await this.waitForCalendar(milestone);
    await this.waitOutHold();
    for (const policy of this.policiesBefore(milestone)) {
      await this.waitForApprovals(policy);
      await this.waitOutHold();
    }
  }

  private async waitForCalendar(milestone: Milestone): Promise<void> {
    if (this.due.has(milestone)) return;
    this.state.wait('the calendar', `${words(milestone)} is entered at its published time`);
    await this.record();
    this.show();
    await condition(() => this.due.has(milestone));
    this.state.stopWaiting();
  }

  private async waitOutHold(): Promise<void> {
    while (this.state.held !== undefined) {
      const { since, until } = this.state.held;
      await this.record();
      this.show();
      const leftMs = Math.max(1, Date.parse(until) - Date.parse(since));
      const ended = await condition(
        () => this.state.held === undefined || this.state.held.until !== until,
        leftMs,
      );
      if (!ended) this.expireHold();
    }
    this.show();
  }

  private expireHold(): void {
    const hold = this.state.held;
    if (hold === undefined) return;
    const { holdExpiryMs, onHoldExpiry } = this.settings;
    if (onHoldExpiry === 'resume') {
      const sentence = `The hold of ${hold.by.id} has run out; the release goes on.`;
      this.state.endHold({ at: hold.until, sentence, to: 'hold_expired' });
    } else this.state.extendHold(new Date(Date.parse(hold.until) + holdExpiryMs).toISOString());
  }

  private policiesBefore(milestone: Milestone): readonly ApprovalPolicy[] {
    return this.settings.approvals.filter(
      ({ kinds, before }) => before === milestone && kinds.includes(this.input.kind),
    );
  }

  private async waitForApprovals(policy: ApprovalPolicy): Promise<void> {
    const isApproved = (): boolean => this.state.lacking(policy) === 0;
    while (!isApproved()) {
      const command = `signalbox release approve ${this.id} --before ${policy.before} --reason "…"`;
      this.state.wait(
        policy.roles.join(' or '),
        `${this.state.lacking(policy)} approval of ${words(policy.before)} is missing: ${command}`,
      );
      await this.record();
      this.show();
      if (!(await condition(isApproved, policy.remindAfterMs)))
        this.state.note({
          to: 'approval_reminded',
          sentence: `Still waits for ${policy.roles.join(' or ')} to approve ${words(policy.before)}.`,
        });
    }
    this.state.stopWaiting();
    this.show();
  }

  /** An effect of the release itself; one that failed for good waits for a person, who has it tried again. */
  async step<T extends Done | readonly Done[]>(
    name: string,
    work: (common: EffectInput) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const transitions = this.state.takeTransitions();
      this.show();
      try {
        return await work({ release: this.id, kind: this.input.kind, transitions });
      } catch (error) {
        this.state.returnTransitions(transitions);
        if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
        await this.blockOn(name, failureVerdict(error));
      }
    }
  }

  private async blockOn(step: string, verdict: Verdict): Promise<void> {
    this.state.block({ step, verdict, since: this.state.status().since });
    await this.record();
    this.show();
    await condition(() => !this.state.isBlocked(step));
  }

  /** Writes lines that no effect is there to carry. */
  async record(): Promise<void> {
    if (!this.state.hasPending) return;
    const transitions = this.state.takeTransitions();
    await effect('recordTransitions', 'Write the record', {
      release: this.id,
      kind: this.input.kind,
      transitions,
    });
  }

  reach(
    milestone: Milestone,
    told: { readonly at: string; readonly sentence: string; readonly evidence?: readonly Evidence[] },
  ): void {
    this.state.reach(milestone, told);
    this.show();
  }

  /** From here on the only way is forward. */
  passNoReturn(): void {
    this.isPublic = true;
  }

  show(): void {
    setCurrentDetails(currentDetails(this.state.status(), this.input.milestones));
    if (this.shown === this.state.state) return;
    this.shown = this.state.state;
    upsertSearchAttributes([{ key: STATE, value: this.shown }]);
  }

  private answerPeople(): void {
    setHandler(messages.approve, (decision) => this.approve(decision), {
      description: 'Approve a milestone that policy asks an approval for',
      validator: (decision) => this.validate('approve', decision, () => this.refuseApproval(decision)),
    });
    setHandler(messages.hold, (decision) => this.hold(decision), {
      description: 'Hold the release before its next milestone',
      validator: (decision) =>
        this.validate('hold', decision, () =>
          this.state.held === undefined
            ? undefined
            : `It is held already by ${this.state.held.by.id}: ${this.state.held.reason}`,
        ),
    });
    setHandler(messages.resume, (decision) => this.resume(decision), {
      description: 'End the hold, or try a failed step again',
      validator: (decision) => this.validate('resume', decision, () => this.refuseResume(decision)),
    });
    setHandler(messages.abort, (decision) => this.abort(decision), {
      description: 'Take back everything that is not public and end',
      validator: (decision) => this.validate('abort', decision, () => this.refuseAbort()),
    });
  }

  /** Refuses a decision that no gateway of ours has proven, that is for another release, or that a rule forbids. */
  validate(kind: string, decision: SignedDecision & messages.Decision, rule: () => string | undefined): void {
    if (!isProven({ kind, decision }, this.settings.gatewayKeys))
      throw refusal(
        'It carries no proof of a gateway that this release knows. Decide with `signalbox release` or in Slack, not in the engine.',
      );
    if (decision.release !== this.id) throw refusal(`It is a decision about ${decision.release}.`);
    if (decision.reason.trim() === '') throw refusal('Say why: a decision has a reason.');
    const said = rule();
    if (said !== undefined) throw refusal(said);
  }

  private refuseApproval({ before, by }: messages.ApproveDecision): string | undefined {
    const policies = this.policiesBefore(before);
    const [policy] = policies;
    if (policy === undefined) return `No approval is asked for before ${words(before)}.`;
    if (this.state.hasReached(before)) return `It is ${words(before)} already.`;
    if (!policies.some(({ roles }) => roles.some((role) => by.roles.includes(role))))
      return `${policy.roles.join(' or ')} may approve this, and ${by.id} is neither.`;
    return this.state.hasApproved(by.id, before) ? `${by.id} has approved this already.` : undefined;
  }

  private approve({ before, by, at, reason }: messages.ApproveDecision): messages.DecisionTaken {
    this.state.approve({ before, by, at, reason });
    return { sentence: `Approved: ${this.id} may go on to ${words(before)}.` };
  }

  private hold({ by, reason, at, until }: messages.HoldDecision): messages.DecisionTaken {
    const expires = until ?? new Date(Date.parse(at) + this.settings.holdExpiryMs).toISOString();
    this.state.hold({ by, reason, since: at, until: expires });
    this.show();
    return { sentence: `${this.id} stops before its next milestone, until ${expires} at the latest.` };
  }

  private refuseResume({ step }: messages.ResumeDecision): string | undefined {
    if (step === undefined) return this.state.held === undefined ? 'Nobody holds it.' : undefined;
    if (this.state.isBlocked(step)) return undefined;
    const failed = this.state.blockers.map((blocker) => `"${blocker.step}"`).join(', ');
    return `"${step}" has not failed. ${failed === '' ? 'No step has.' : `Failed: ${failed}.`}`;
  }

  private async resume({ step, by, reason, at }: messages.ResumeDecision): Promise<messages.DecisionTaken> {
    if (step === undefined) {
      this.state.endHold({ at, sentence: `${by.id} ended the hold: ${reason}`, actor: by, to: 'resumed' });
      this.show();
      return { sentence: `${this.id} goes on.` };
    }
    this.state.unblock(step, { actor: by, reason });
    this.show();
    await this.unit.resume(step);
    return { sentence: `${step} is tried again.` };
  }

  private refuseAbort(): string | undefined {
    if (this.aborted !== undefined) return 'It is being aborted already.';
    return this.isPublic
      ? 'Its versions are public or about to be; from here on the only way is forward.'
      : undefined;
  }

  private abort(decision: messages.Decision): messages.DecisionTaken {
    this.aborted = decision;
    return { sentence: `${this.id} ends; what is not public is taken back.` };
  }

  /** For decisions that only one kind of release knows. */
  get versions(): readonly VersionPlan[] {
    return this.unit.unpublished;
  }
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'RefusedByPolicy');
}
