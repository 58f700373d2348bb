import {
  ActivityFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { ENGINE, type Transition } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { Done, EffectInput } from '../activities/effects';
import { failureVerdict } from './failure-verdict';
import { isWhole } from './received';
import { resumeStep, stepFailed, type VersionReleaseInput } from './version-release.messages';

/** A gate said no. */
export class GateClosed extends Error {
  override readonly name = 'GateClosed';

  constructor(readonly verdict: Verdict) {
    super(verdict.sentence);
  }
}

/** The steps of a version. One that failed for good is told to the release and waits alone for a person; the others go on. */
export class PatientSteps {
  private readonly resumed = new Map<string, number>();
  private readonly waiting = new Map<string, Verdict>();
  private pending: readonly Transition[] = [];
  private ordinal = 0;
  /** When the newest of them was done. */
  latest = '';

  constructor(
    private readonly input: Pick<VersionReleaseInput, 'release' | 'kind' | 'plan'>,
    private readonly onChange: () => void,
  ) {
    setHandler(resumeStep, (told) => {
      if (isWhole(told, 'step')) this.resume(told.step);
    });
  }

  get failed(): readonly (readonly [step: string, verdict: Verdict])[] {
    return [...this.waiting];
  }

  /** How often a person has had the step tried again. */
  timesResumed(name: string): number {
    return this.resumed.get(this.fullName(name)) ?? 0;
  }

  note(to: Transition['to'], sentence: string): void {
    const line = { ordinal: ++this.ordinal, to, actor: ENGINE, sentence, evidence: [] };
    this.pending = [...this.pending, line];
  }

  async do<T extends Done>(name: string, work: (common: EffectInput) => Promise<T>): Promise<T> {
    const { release, kind } = this.input;
    for (;;) {
      const transitions = this.pending;
      this.pending = [];
      try {
        const done = await work({ release, kind, transitions });
        if (done.at > this.latest) this.latest = done.at;
        return done;
      } catch (error) {
        // An effect that came to its end, whatever it found, has written them down.
        if (!(error instanceof GateClosed)) this.pending = [...transitions, ...this.pending];
        if (isCancellation(error)) throw error;
        await this.waitForPerson(this.fullName(name), verdictOf(error));
      }
    }
  }

  private fullName(name: string): string {
    return `${this.input.plan.version} ${name}`;
  }

  private async waitForPerson(step: string, verdict: Verdict): Promise<void> {
    this.waiting.set(step, verdict);
    this.onChange();
    await getExternalWorkflowHandle(this.input.release).signal(stepFailed, { step, verdict });
    await condition(() => !this.waiting.has(step));
    this.onChange();
  }

  private resume(step: string): void {
    if (!this.waiting.delete(step)) return;
    this.resumed.set(step, 1 + (this.resumed.get(step) ?? 0));
  }
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof GateClosed) return error.verdict;
  if (error instanceof ActivityFailure) return failureVerdict(error);
  throw error;
}
