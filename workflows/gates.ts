import { condition, setHandler } from '@temporalio/workflow';
import { CALENDAR } from '../domain/calendar/starting';
import type { Milestone } from '../domain/release/milestones';
import { GIVEN_IN_TURN, lackingInTurn, type Turns } from '../domain/internal/approval-turns';
import { worksSince } from '../domain/release/process-revision';
import type { ApprovalPolicy } from '../domain/release/release';
import { words } from '../domain/release/release-state';
import { nextReminderMs } from '../domain/release/reminder';
import { engineTime } from './engine-time';
import { isWhole } from './received';
import { milestoneDue } from './release.messages';
import type { ReleaseProcess } from './release-process';

/** What has to be true before a release enters a milestone: the calendar says so, nobody holds it, and whoever has to has approved. */
export class Gates {
  private readonly due = new Set<Milestone>();
  private last: Milestone | undefined;

  constructor(private readonly process: ReleaseProcess) {
    setHandler(milestoneDue, (told) => {
      if (isWhole(told, 'milestone')) this.due.add(told.milestone);
    });
  }

  /** Whether a hold would stop anything: there is a gate ahead. */
  get areLeft(): boolean {
    return this.last !== this.process.input.milestones.at(-1);
  }

  policiesBefore(milestone: Milestone): readonly ApprovalPolicy[] {
    const { settings, kind } = this.process.input;
    return settings.approvals.filter(({ kinds, before }) => before === milestone && kinds.includes(kind));
  }

  /** How many approvals of a policy are missing. */
  lacking(policy: ApprovalPolicy): number {
    const turns = this.turnsBefore(policy.before);
    return turns === undefined ? this.process.state.lacking(policy) : lackingInTurn(turns, policy);
  }

  /** Where approvals are given one after the other; everywhere else whoever has a role gives them in any order. */
  turnsBefore(milestone: Milestone): Turns | undefined {
    const { state, input } = this.process;
    const { firstApprover: first, settings } = input;
    if (first === undefined) return undefined;
    // Internal releases of an older revision have turns before every milestone.
    if (milestone !== GIVEN_IN_TURN && worksSince(3, settings)) return undefined;
    return { policies: this.policiesBefore(milestone), approvals: state.approvalsOf(milestone), first };
  }

  async pass(milestone: Milestone): Promise<void> {
    if (this.process.input.awaitMilestones.includes(milestone)) await this.waitForCalendar(milestone);
    await this.waitOutHold();
    for (const policy of this.policiesBefore(milestone)) {
      await this.waitForApprovals(policy);
      await this.waitOutHold();
    }
    this.last = milestone;
    this.process.describe();
  }

  private async waitForCalendar(milestone: Milestone): Promise<void> {
    const { state } = this.process;
    const isDue = (): boolean => this.due.has(milestone);
    if (isDue()) return;
    state.wait(CALENDAR.id, `${words(milestone)} is entered at its published time`);
    await this.process.waitFor(isDue);
    state.stopWaiting();
  }

  private async waitOutHold(): Promise<void> {
    await this.process.waitFor(() => this.process.state.held === undefined);
  }

  private async waitForApprovals(policy: ApprovalPolicy): Promise<void> {
    const { state, id } = this.process;
    const who = policy.roles.join(' or ');
    let reminders = 0;
    for (;;) {
      const lacking = this.lacking(policy);
      if (lacking === 0) break;
      const command = `\`signalbox release approve ${id} --before ${policy.before} --reason "…"\``;
      state.wait(who, `${lacking} approval of ${words(policy.before)} is missing: ${command}`);
      const patience = nextReminderMs(policy.remindAfterMs, reminders);
      if (await this.process.waitFor(() => this.lacking(policy) !== lacking, patience)) continue;
      reminders += 1;
      state.note({
        to: 'approval_reminded',
        sentence: `Still waits for ${who} to approve ${words(policy.before)}.`,
      });
    }
    state.stopWaiting();
  }

  /** Ends or extends holds when their time is over, wherever the release is by then. */
  async watchHolds(): Promise<void> {
    const { state } = this.process;
    for (;;) {
      await condition(() => state.held !== undefined);
      const hold = state.held;
      if (hold === undefined) continue;
      const leftMs = Math.max(1, Date.parse(hold.until) - engineTime());
      const isOver = await condition(() => state.held !== hold, leftMs);
      if (!isOver) this.expireHold();
    }
  }

  private expireHold(): void {
    const { state, settings } = this.process;
    const hold = state.held;
    if (hold === undefined) return;
    if (settings.onHoldExpiry === 'resume') {
      const sentence = `The hold of ${hold.by.id} has run out; the release goes on.`;
      state.endHold({ sentence, to: 'hold_expired' });
    } else state.extendHold(new Date(engineTime() + settings.holdExpiryMs).toISOString());
    this.process.show();
  }
}
