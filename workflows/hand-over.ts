import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import {
  acknowledged,
  acknowledgementRefusal,
  handOverSentence,
  isLate,
  isRolledOut,
  offerTo,
  outstanding,
  type HandOverStatus,
} from '../domain/internal/hand-over';
import type { InternalRequest } from '../domain/internal/internal-request';
import { worksSince } from '../domain/release/process-revision';
import { nextReminderMs } from '../domain/release/reminder';
import { effect } from './effect-proxies';
import { engineTime } from './engine-time';
import type { ReleaseProcess } from './release-process';
import { awaitRemediation } from './remediation';
import { handOver, type DecisionTaken, type HandOverDecision } from './release.messages';

/** When nothing is said about it in the settings. */
const REMIND_AFTER_MS = 4 * 60 * 60_000;

/** What is built goes to installations, and each says itself how far it is; whoever does not is reminded, and named when it is late. */
export class HandOver {
  private status: HandOverStatus | undefined;
  private newest = '';

  constructor(
    private readonly process: ReleaseProcess,
    private readonly request: InternalRequest,
  ) {
    setHandler(handOver, (decision) => this.acknowledge(decision), {
      description: 'Say that an installation has it, or has verified it',
      validator: (decision: HandOverDecision) =>
        process.decisions.validate('handOver', decision, () => acknowledgementRefusal(this.status, decision)),
    });
  }

  get sentence(): string {
    return this.status === undefined ? '' : handOverSentence(this.status, engineTime());
  }

  /** The point of no return: from here on installations may run it. @returns when it was offered */
  async offer(): Promise<string> {
    const { process, request } = this;
    const at = await (worksSince(6, process.settings) ? this.offerWhatStands() : this.offerOnceRead());
    process.leaveIfAborted();
    this.newest = at;
    this.tell(offerTo(request.installations, { at, withinMs: request.acknowledgeWithinMs }));
    return at;
  }

  /** Who pulls a fix of it stops it until it is written that it is offered; and who holds it while it waits for that holds it. */
  private async offerWhatStands(): Promise<string> {
    const { process, request } = this;
    const { settings, unit } = process;
    for (;;) {
      await process.gate('handed_over');
      const built = unit.fixes;
      const found = await process.step('hand over', (common) =>
        effect('offerBuild', 'Hand it over', { ...common, settings, request, built }),
      );
      if (found.verdict.verdict === 'pass') return found.at;
      await awaitRemediation(process, { request, built, first: found });
    }
  }

  /** Releases of an older revision read first whether its fixes stand, and those before them do not even that. */
  private async offerOnceRead(): Promise<string> {
    const { process, request } = this;
    const { settings, unit } = process;
    await process.gate('handed_over');
    if (worksSince(5, settings)) await awaitRemediation(process, { request, built: unit.fixes });
    const { at } = await process.step('hand over', (common) =>
      effect('recordTransitions', 'Hand it over', common),
    );
    return at;
  }

  private acknowledge(decision: HandOverDecision): DecisionTaken {
    const { status, process } = this;
    if (status === undefined) throw ApplicationFailure.nonRetryable('Nothing is handed over yet.');
    const { installation, state, by, reason, at } = decision;
    this.newest = at;
    this.tell(acknowledged(status, decision));
    process.state.note({
      to: 'acknowledged',
      sentence: `${by.id} says that ${installation} is ${state}: ${reason}`,
      actor: by,
      evidence: [{ label: installation, value: state }],
    });
    process.describe();
    return { sentence: `${installation} is ${state}: ${this.sentence}` };
  }

  private tell(status: HandOverStatus): void {
    this.status = status;
    this.process.state.handOver = status;
  }

  /** @returns when the last installation was verified */
  async verifiedByAll(): Promise<string> {
    const { state } = this.process;
    for (let reminders = 0; ; reminders++) {
      const status = this.status;
      if (status === undefined || isRolledOut(status)) break;
      const rest = outstanding(status);
      state.wait([...new Set(rest.map(({ role }) => role))].join(', '), this.sentence);
      await this.process.waitFor(() => this.status !== status, this.patience(status, reminders));
      if (this.status !== status) reminders -= 1;
      else this.remind(status);
    }
    state.stopWaiting();
    return this.newest;
  }

  /** Until the next reminder, or until it is due where that is sooner. */
  private patience(status: HandOverStatus, reminders: number): number {
    const { internal } = this.process.settings;
    const next = nextReminderMs(internal?.remindAfterMs ?? REMIND_AFTER_MS, reminders);
    const leftMs = Date.parse(status.dueAt) - engineTime();
    return leftMs > 0 ? Math.min(next, leftMs) : next;
  }

  private remind(status: HandOverStatus): void {
    const to = isLate(status, engineTime()) ? 'acknowledgement_late' : 'acknowledgement_reminded';
    this.process.state.note({ to, sentence: this.sentence });
  }
}
