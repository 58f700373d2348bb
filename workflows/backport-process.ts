import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { BackportStep, BackportSubject } from '../activities/backport-effects';
import type { MergedFix } from '../domain/backport/backport';
import { backportDetails } from '../domain/backport/backport-details';
import { isSettled } from '../domain/backport/backport-state';
import type { BackportSettings, BackportStanding, BackportStatus } from '../domain/backport/backport-status';
import { decisionRefusal } from '../domain/release/decision';
import { worksSince } from '../domain/release/process-revision';
import type { Verdict } from '../domain/verdict';
import { backportEffect } from './backport-effect-proxies';
import {
  backportStatus,
  decline,
  lookAgain,
  type BackportInput,
  type DeclineDecision,
} from './backport.messages';
import { failureVerdict } from './failure-verdict';
import { refusal } from './refusal';
import type { DecisionTaken } from './release.messages';

const STATE = defineSearchAttributeKey('SignalboxState', 'KEYWORD');
/** Looks after which it goes on as a new run. */
const LOOKS_PER_RUN = 200;
/** The look itself, where a minor is named. */
const ALL = 'all';

/** Brings one change to every minor that owes it, each by itself, until nothing is left to be done. */
export class BackportProcess {
  private readonly id = workflowInfo().workflowId;
  private readonly settings: BackportSettings;
  private readonly standings = new Map<string, BackportStanding>();
  private readonly problems = new Map<string, Verdict>();
  private fix: MergedFix | undefined;
  private isAsked = true;
  private looks = 0;
  private shown = '';

  constructor(private readonly input: BackportInput) {
    this.settings = input.settings;
    setHandler(lookAgain, () => void (this.isAsked = true));
    setHandler(backportStatus, () => this.status());
    setHandler(decline, (decision) => this.decline(decision), {
      description: 'Decide that a minor does not get the change',
      validator: (decision) => this.refuseDecline(decision),
    });
  }

  /** @returns whether everything is settled; else the run is long enough */
  async run(): Promise<boolean> {
    for (;;) {
      this.isAsked = false;
      this.looks += 1;
      await this.look();
      this.show();
      if (this.isAsked) continue;
      if (this.isOver) {
        await condition(() => this.isAsked || allHandlersFinished());
        if (this.isAsked && !this.isOver) continue;
        return true;
      }
      if (this.isLong && (await this.comesToRest())) return false;
      await condition(() => this.isAsked || this.isOver, this.settings.lookEveryMs);
    }
  }

  private get subject(): BackportSubject {
    return { backport: this.id, settings: this.settings };
  }

  private get isOver(): boolean {
    return this.problems.size === 0 && this.open.length === 0;
  }

  private get open(): readonly BackportStanding[] {
    return [...this.standings.values()].filter(({ state }) => !isSettled(state));
  }

  private get isLong(): boolean {
    return workflowInfo().continueAsNewSuggested || this.looks >= LOOKS_PER_RUN;
  }

  private async comesToRest(): Promise<boolean> {
    await condition(() => this.isAsked || allHandlersFinished());
    return !this.isAsked;
  }

  /** One failing minor stops no other, and neither does a look that fails: what was owed before goes on. */
  private async look(): Promise<void> {
    await this.trying(ALL, async () => {
      const { iid } = this.input;
      const survey = await backportEffect('surveyBackports', `Read !${iid} and the branches there are`, {
        ...this.subject,
        iid,
      });
      this.fix = survey.fix ?? this.fix;
      for (const standing of survey.backports) this.standings.set(standing.minor, standing);
    });
    this.show();
    const { fix } = this;
    if (fix === undefined) return;
    const brought = await this.bringTogether(fix);
    const left = this.open.filter(({ minor }) => !brought.has(minor));
    await Promise.all(left.map((standing) => this.trying(standing.minor, () => this.goOn(fix, standing))));
  }

  /**
   * To all minors that have no merge request yet, by one push. Where that fails each is brought by itself and tells why it fails.
   * @returns the minors that it was brought to
   */
  private async bringTogether(fix: MergedFix): Promise<ReadonlySet<string>> {
    const lines = this.open
      .filter(({ state }) => !('mergeRequest' in state))
      .map(({ minor, branch }) => ({ minor, branch }));
    if (lines.length < 2 || !worksSince(9, this.settings)) return new Set();
    const summary = `Bring it to ${lines.map(({ branch }) => branch).join(', ')}`;
    try {
      const step = { ...this.subject, fix, lines };
      const { standings } = await backportEffect('proposeBackports', summary, step);
      for (const standing of standings) {
        this.settle(standing);
        this.problems.delete(standing.minor);
      }
      return new Set(lines.map(({ minor }) => minor));
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return new Set();
    }
  }

  private async goOn(fix: MergedFix, standing: BackportStanding): Promise<void> {
    const step = this.stepOf(fix, standing);
    const isProposed = 'mergeRequest' in standing.state;
    let after = standing;
    if (!isProposed)
      after = (await backportEffect('proposeBackport', `Bring it to ${standing.branch}`, step)).standing;
    // What was proposed just now was looked at by the same effect.
    const isSeen = !isProposed && worksSince(8, this.settings);
    if (!isSeen && 'mergeRequest' in after.state && !isSettled(after.state)) {
      const { mergeRequest } = after.state;
      const summary = `See how !${mergeRequest.iid} for ${standing.minor} is`;
      after = (await backportEffect('followBackport', summary, { ...step, mergeRequest })).standing;
    }
    this.settle(after);
  }

  /** What was settled while an effect was under way stays settled. */
  private settle(standing: BackportStanding): void {
    const before = this.standings.get(standing.minor);
    const isLate = before !== undefined && isSettled(before.state) && !isSettled(standing.state);
    if (!isLate) this.standings.set(standing.minor, standing);
    this.show();
  }

  private stepOf(fix: MergedFix, { minor, branch }: BackportStanding): BackportStep {
    return { ...this.subject, fix, minor, branch };
  }

  private async trying(minor: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problems.delete(minor);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.problems.set(minor, failureVerdict(error));
    }
  }

  private refuseDecline(decision: DeclineDecision): void {
    const { gatewayKeys, decliners } = this.settings;
    const decider = { id: this.id, gatewayKeys, name: 'this backport', command: '`signalbox backport`' };
    const stands = decisionRefusal({ kind: 'decline', decision }, decider);
    if (stands !== undefined) throw refusal(stands);
    if (!decision.by.roles.some((role) => decliners.includes(role)))
      throw refusal(`Only ${decliners.join(' or ')} may decline it, which ${decision.by.id} is not.`);
    const standing = this.standings.get(decision.minor);
    if (standing === undefined)
      throw refusal(`${decision.minor} does not owe it; there is nothing to decline.`);
    if (isSettled(standing.state)) throw refusal(`${decision.minor}: ${standing.sentence}`);
  }

  private async decline({ minor, by, reason }: DeclineDecision): Promise<DecisionTaken> {
    const { fix } = this;
    const standing = this.standings.get(minor);
    if (fix === undefined || standing === undefined) throw refusal(`${minor} does not owe it.`);
    const { state } = standing;
    const proposed = 'mergeRequest' in state ? { mergeRequest: state.mergeRequest } : {};
    const step = { ...this.stepOf(fix, standing), by, reason, ...proposed };
    try {
      this.settle((await backportEffect('declineBackport', `${by.id} declines ${minor}`, step)).standing);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      throw refusal(failureVerdict(error).sentence);
    }
    this.problems.delete(minor);
    return { sentence: `${minor} does not get ${fix.project}!${fix.iid}.` };
  }

  private status(): BackportStatus {
    const { fix, settings, input } = this;
    return {
      id: this.id,
      project: settings.project.name,
      iid: input.iid,
      ...(fix === undefined ? {} : { title: fix.title }),
      backports: [...this.standings.values()],
      problems: [...this.problems].map(([minor, verdict]) => ({ minor, verdict })),
    };
  }

  /** What a reader of the engine's page sees of it, and those who search. */
  private show(): void {
    setCurrentDetails(backportDetails(this.status()));
    const state = this.open.length === 0 ? 'settled' : 'owed';
    if (this.shown === state) return;
    this.shown = state;
    upsertSearchAttributes([{ key: STATE, value: state }]);
  }
}
