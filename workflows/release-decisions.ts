import { setHandler } from '@temporalio/workflow';
import { turnAnswer, turnRefusal } from '../domain/internal/approval-turns';
import { decisionRefusal, isInstant } from '../domain/release/decision';
import { words } from '../domain/release/release-state';
import { cutAgainSentence } from './recut-wishes';
import { refusal } from './refusal';
import * as messages from './release.messages';
import type { ReleaseProcess } from './release-process';

type Kind =
  | 'approve'
  | 'hold'
  | 'resume'
  | 'abort'
  | 'pickCandidate'
  | 'handOver'
  | 'recut'
  | 'rehearse'
  | 'sign';

/** What people decide about a release, each refused at once where a rule forbids it. */
export class ReleaseDecisions {
  constructor(private readonly process: ReleaseProcess) {
    setHandler(messages.approve, (decision) => this.approve(decision), {
      description: 'Approve a milestone that policy asks an approval for',
      validator: (decision) => this.validate('approve', decision, () => this.refuseApproval(decision)),
    });
    setHandler(messages.hold, (decision) => this.hold(decision), {
      description: 'Hold the release before its next milestone',
      validator: (decision) => this.validate('hold', decision, () => this.refuseHold(decision)),
    });
    setHandler(messages.resume, (decision) => this.resume(decision), {
      description: 'End the hold, or try a failed step again',
      validator: (decision) => this.validate('resume', decision, () => this.refuseResume(decision)),
    });
    setHandler(messages.recut, (decision) => this.recut(decision), {
      description: 'Cut versions again from what there is now, under other numbers',
      validator: (decision) => this.validate('recut', decision, () => this.refuseRecut(decision)),
    });
    const { rehearsals } = process;
    setHandler(messages.rehearse, (decision) => rehearsals.want(decision), {
      description: 'Rehearse everything but the last flip',
      validator: (decision) => this.validate('rehearse', decision, () => this.refuseRehearsal()),
    });
    setHandler(messages.sign, (decision) => rehearsals.sign(decision), {
      description: 'Sign what was rehearsed, by its digest',
      validator: (decision) => this.validate('sign', decision, () => this.refuseRehearsalOf(decision)),
    });
    setHandler(messages.abort, (decision) => this.abort(decision), {
      description: 'Take back everything that is not public and end',
      validator: (decision) => this.validate('abort', decision, () => this.refuseAbort()),
    });
  }

  /** Refuses a decision that no gateway of ours has proven, that is for another release, or that a rule forbids. */
  validate(kind: Kind, decision: messages.Decision, rule: () => string | undefined): void {
    const { settings, id, isAborted } = this.process;
    const { gatewayKeys } = settings;
    const decider = { id, gatewayKeys, name: 'this release', command: '`signalbox release` or in Slack' };
    const stands = decisionRefusal({ kind, decision }, decider);
    if (stands !== undefined) throw refusal(stands);
    // What an abort could not take back is still tried again by hand.
    if (isAborted && kind !== 'resume') throw refusal('It is being aborted already.');
    const said = rule();
    if (said !== undefined) throw refusal(said);
  }

  private refuseApproval({ before, by }: messages.ApproveDecision): string | undefined {
    const policies = this.process.gates.policiesBefore(before);
    const roles = [...new Set(policies.flatMap((policy) => policy.roles))];
    if (policies.length === 0) return `No approval is asked for before ${words(before)}.`;
    if (this.process.state.hasReached(before)) return `It is ${words(before)} already.`;
    const turns = this.process.gates.turnsBefore(before);
    if (turns !== undefined) return turnRefusal(turns, by);
    if (!roles.some((role) => by.roles.includes(role)))
      return `Only ${roles.join(' or ')} may approve this, which ${by.id} is not.`;
    return this.process.state.hasApproved(by.id, before) ? `${by.id} has approved this already.` : undefined;
  }

  private approve({ before, by, at, reason }: messages.ApproveDecision): messages.DecisionTaken {
    const { state, gates, id } = this.process;
    state.approve({ before, by, at, reason });
    const turns = gates.turnsBefore(before);
    if (turns !== undefined) return { sentence: turnAnswer(turns) };
    const lacking = Math.max(...gates.policiesBefore(before).map((policy) => state.lacking(policy)));
    const rest = lacking === 0 ? `${id} may go on to ${words(before)}` : `${lacking} more to go`;
    return { sentence: `Approved: ${rest}.` };
  }

  private refuseHold({ at, until }: messages.HoldDecision): string | undefined {
    const { state, gates } = this.process;
    if (state.held !== undefined) return `It is held already by ${state.held.by.id}: ${state.held.reason}`;
    if (until !== undefined && !isInstant(until))
      return `${until} is no instant such as 2026-12-01T12:00:00Z.`;
    if (until !== undefined && Date.parse(until) <= Date.parse(at))
      return `A hold until ${until} is over already.`;
    return gates.areLeft ? undefined : 'It is about to end; there is no milestone left to hold it before.';
  }

  private hold({ by, reason, at, until }: messages.HoldDecision): messages.DecisionTaken {
    const { state, settings, id } = this.process;
    const expires = new Date(until ?? Date.parse(at) + settings.holdExpiryMs).toISOString();
    state.hold({ by, reason, since: at, until: expires });
    this.process.show();
    return { sentence: `${id} stops before its next milestone, until ${expires} at the latest.` };
  }

  private refuseResume({ step }: messages.ResumeDecision): string | undefined {
    const { state } = this.process;
    if (step === undefined) return state.held === undefined ? 'Nobody holds it.' : undefined;
    if (state.isBlocked(step)) return undefined;
    const failed = state.blockers.map((blocker) => `"${blocker.step}"`).join(', ');
    return `"${step}" has not failed. ${failed === '' ? 'No step has.' : `Failed: ${failed}.`}`;
  }

  private async resume({ step, by, reason }: messages.ResumeDecision): Promise<messages.DecisionTaken> {
    const { state, unit, id } = this.process;
    if (step === undefined) {
      state.endHold({ sentence: `${by.id} ended the hold: ${reason}`, actor: by, to: 'resumed' });
      this.process.show();
      return { sentence: `${id} goes on.` };
    }
    state.unblock(step, { actor: by, reason });
    this.process.show();
    await unit.resume(step, { actor: by, reason });
    return { sentence: `${step} is tried again.` };
  }

  private refuseRehearsal(): string | undefined {
    const { input, rehearsals } = this.process;
    return input.kind === 'patch' ? rehearsals.refuseRehearsal() : 'Only a patch is rehearsed.';
  }

  private refuseRehearsalOf(decision: messages.SignDecision): string | undefined {
    const { input, rehearsals } = this.process;
    return input.kind === 'patch' ? rehearsals.refuseSignature(decision) : 'Only a patch is rehearsed.';
  }

  private refuseRecut(decision: messages.RecutDecision): string | undefined {
    const { unit, input } = this.process;
    if (input.kind !== 'patch') return 'Only a patch is cut again; a monthly takes another candidate.';
    return unit.wishes.refusal(decision);
  }

  private recut(decision: messages.RecutDecision): messages.DecisionTaken {
    const { state, unit } = this.process;
    const sentence = cutAgainSentence(unit.wishes.add(decision));
    state.note({ to: 'cut_again', sentence });
    return { sentence };
  }

  private refuseAbort(): string | undefined {
    const { unit, state } = this.process;
    if (state.hasReached('handed_over'))
      return 'It is handed over, and installations may run it; from here on the only way is forward.';
    return unit.isGoingPublic || state.hasReached('published')
      ? 'Its versions are public or about to be; from here on the only way is forward.'
      : undefined;
  }

  private abort(decision: messages.Decision): messages.DecisionTaken {
    this.process.abort(decision);
    return { sentence: `${this.process.id} ends; what is not public is taken back.` };
  }
}
