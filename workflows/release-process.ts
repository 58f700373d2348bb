import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { currentDetails } from '../domain/release/current-details';
import { dependencyOrder } from '../domain/dependency-order';
import type { Milestone, ReleaseKind, SideState } from '../domain/release/milestones';
import { worksSince } from '../domain/release/process-revision';
import { ENGINE, type Actor, type ReleaseSettings, type Transition } from '../domain/release/release';
import { ReleaseState, type EarlyEnd } from '../domain/release/release-state';
import type { Evidence, Verdict } from '../domain/verdict';
import type { ClosedRelease, Done, EffectInput, ReleaseEffects } from '../activities/effects';
import { effect } from './effect-proxies';
import { engineInstant, engineTime } from './engine-time';
import { failureVerdict } from './failure-verdict';
import { Gates } from './gates';
import { readInput } from './received';
import { Rehearsals } from './rehearsals';
import { ReleaseDecisions } from './release-decisions';
import { status, type Decision } from './release.messages';
import { VersionUnit } from './version-unit';

const STATE = defineSearchAttributeKey('SignalboxState', 'KEYWORD');
/** The one step whose failure cannot be written down before it is tried again. */
const RECORD = 'record';

export interface NewProcess {
  readonly kind: ReleaseKind;
  readonly title: string;
  readonly milestones: readonly Milestone[];
  readonly settings: ReleaseSettings;
  readonly startedBy: Actor;
  readonly awaitMilestones: readonly Milestone[];
  /** Where approvals are given one after the other: the person who gives the first. */
  readonly firstApprover?: string;
}

/** Somebody aborted it, or a rule forbids it. */
interface Ending extends EarlyEnd {
  readonly reason: string;
}

/** An effect of the release itself, with what every effect is told. */
type Work<T> = (common: EffectInput & { readonly transitions: readonly Transition[] }) => Promise<T>;

/** What came of one. */
type Tried<T> = { readonly done: T } | { readonly failed: Verdict };

export interface Walk {
  readonly walk: () => Promise<void>;
  /** After an abort has taken back what was not public. */
  readonly afterAbort: () => Promise<unknown>;
}

/** What all releases share: waits, failed steps, abort, and the publication of versions as a unit. */
export class ReleaseProcess {
  readonly id = workflowInfo().workflowId;
  readonly state: ReleaseState;
  readonly unit: VersionUnit;
  readonly rehearsals: Rehearsals;
  readonly gates: Gates;
  readonly decisions: ReleaseDecisions;
  /** Releases that began before it write to the index with each effect, and have no step that discloses fixes. */
  private readonly indexesOnlyWaits: boolean;
  private ending: Ending | undefined;
  private shown: Milestone | SideState | undefined;

  constructor(readonly input: NewProcess) {
    const { kind, title, milestones, settings } = input;
    readInput(() => dependencyOrder(settings.projects));
    this.indexesOnlyWaits = worksSince(1, settings) || patched('index-only-waits');
    this.state = new ReleaseState({ id: this.id, kind, title, milestones });
    this.unit = new VersionUnit(this);
    this.rehearsals = new Rehearsals(this);
    this.gates = new Gates(this);
    this.decisions = new ReleaseDecisions(this);
    setHandler(status, () => this.state.status());
  }

  get settings(): ReleaseSettings {
    return this.input.settings;
  }

  get isAborted(): boolean {
    return this.ending !== undefined;
  }

  abort({ by, reason, at }: Decision): void {
    this.ending = { by, reason, at, sentence: `${by.id} aborted it: ${reason}`, evidence: [] };
  }

  /**
   * Walks the release; an abort ends the walk, takes back what is not public, and closes the books. A cancellation from
   * outside changes nothing: it carries no proof of who asked for it.
   */
  async run({ walk, afterAbort }: Walk): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      const scope = new CancellationScope();
      const holds = scope.run(() => this.gates.watchHolds());
      holds.catch(() => undefined);
      const walked = scope.run(walk);
      void condition(() => this.isAborted).then(() => scope.cancel());
      try {
        await walked;
        if (this.indexesOnlyWaits) this.show();
      } catch (error) {
        if (!isCancellation(error) || this.ending === undefined) throw error;
        await this.takeBack(this.ending, afterAbort);
      }
      await condition(allHandlersFinished);
    });
  }

  private async takeBack(ending: Ending, afterAbort: Walk['afterAbort']): Promise<void> {
    const { by, reason } = ending;
    this.state.abort(ending);
    this.show();
    await this.unit.wishes.ended();
    await this.unit.stop();
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
    await afterAbort();
    await this.record();
    this.show();
  }

  /** Ends it before anything was done: a rule forbids it. */
  reject({ verdict, at }: { readonly verdict: Verdict; readonly at: string }): void {
    const { sentence, whoActs, evidence } = verdict;
    this.ending = {
      by: ENGINE,
      reason: sentence,
      at,
      sentence: `It is rejected: ${sentence}`,
      evidence: whoActs === undefined ? evidence : [...evidence, { label: 'who acts', value: whoActs }],
    };
    this.leaveIfAborted();
  }

  /** For a point in the walk that nothing may pass once an abort was accepted. */
  leaveIfAborted(): void {
    if (this.isAborted) throw new CancelledFailure('The release is being aborted');
  }

  gate(milestone: Milestone): Promise<void> {
    return this.gates.pass(milestone);
  }

  /**
   * An effect of the release itself; one that failed for good waits for a person, who has it tried again.
   * @param tell what everybody reads of a failure, where its own words are not for everybody
   */
  async step<T extends Done | readonly Done[]>(
    name: string,
    work: Work<T>,
    tell = (failed: Verdict): Verdict => failed,
  ): Promise<T> {
    for (;;) {
      const tried = await this.attempt(work);
      if (!('failed' in tried)) return tried.done;
      await this.blockOn(name, tell(tried.failed));
    }
  }

  /** As {@link step}, for what nobody has to wait for: one that failed for good is told to the caller. */
  async attempt<T extends Done | readonly Done[]>(work: Work<T>): Promise<Tried<T>> {
    const transitions = this.state.takeTransitions();
    if (this.indexesOnlyWaits) this.describe();
    else this.show();
    try {
      return { done: await work({ release: this.id, kind: this.input.kind, transitions }) };
    } catch (error) {
      this.state.returnTransitions(transitions);
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      return { failed: failureVerdict(error) };
    }
  }

  /**
   * Freezes the lists and reserves the numbers. An abort waits for the end of it: a number that is taken but not known here
   * could not be given back.
   */
  async close(
    summary: string,
    cut: Parameters<ReleaseEffects['closeRelease']>[0]['cut'],
  ): Promise<ClosedRelease> {
    const { settings } = this;
    const closed = await this.step('close', (common) =>
      CancellationScope.nonCancellable(() => effect('closeRelease', summary, { ...common, settings, cut })),
    );
    this.unit.adopt(closed);
    return closed;
  }

  /** Says that a step waits for a person. */
  block(step: string, verdict: Verdict): void {
    this.state.block({ step, verdict, since: engineInstant() });
    this.show();
  }

  private async blockOn(step: string, verdict: Verdict): Promise<void> {
    this.block(step, verdict);
    const isResumed = (): boolean => !this.state.isBlocked(step);
    await (step === RECORD ? condition(isResumed) : this.waitFor(isResumed));
  }

  /** Waits, and meanwhile writes down what happens. @returns false when the time ran out */
  async waitFor(isOver: () => boolean, timeoutMs?: number): Promise<boolean> {
    const deadline = timeoutMs === undefined ? undefined : engineTime() + timeoutMs;
    while (!isOver()) {
      await this.record();
      this.show();
      const isNews = (): boolean => isOver() || this.state.hasPending;
      if (deadline === undefined) await condition(isNews);
      else if (!(await condition(isNews, Math.max(1, deadline - engineTime())))) return false;
    }
    return true;
  }

  /** Writes lines that no effect is there to carry. */
  async record(): Promise<void> {
    if (!this.state.hasPending) return;
    await this.step(RECORD, (common) => effect('recordTransitions', 'Write the record', common));
  }

  reach(
    milestone: Milestone,
    told: { readonly at: string; readonly sentence: string; readonly evidence?: readonly Evidence[] },
  ): void {
    this.state.reach(milestone, told);
    this.describe();
  }

  /** Releases of an older revision publish no texts of their own. */
  get tellsTheWorld(): boolean {
    return worksSince(2, this.settings);
  }

  get disclosesFixes(): boolean {
    return this.indexesOnlyWaits || patched('disclose-fixes');
  }

  /** What a reader of the engine's page sees of it. */
  describe(): void {
    setCurrentDetails(currentDetails(this.state.status(), this.input.milestones));
  }

  /**
   * As {@link describe}, and for those who search: each time is an event and a write to the index, so only before somebody
   * or something is waited for. An effect that ends in seconds is not; one that fails is blocked on, and shown.
   */
  show(): void {
    this.describe();
    if (this.shown === this.state.state) return;
    this.shown = this.state.state;
    upsertSearchAttributes([{ key: STATE, value: this.shown }]);
  }
}
