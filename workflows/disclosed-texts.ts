import { ActivityFailure, isCancellation, setCurrentDetails, sleep } from '@temporalio/workflow';
import { textsDueAt } from '../domain/embargo/embargo';
import { worksSince } from '../domain/release/process-revision';
import { ENGINE, type Transition } from '../domain/release/release';
import { failedStepLine, resumedStepLine } from '../domain/release/step-lines';
import { textsDetails } from '../domain/texts/texts-details';
import type { Verdict } from '../domain/verdict';
import { effect } from './effect-proxies';
import type { DisclosedTextsInput } from './disclosed-texts.messages';
import { engineInstant, engineTime } from './engine-time';
import { failureVerdict } from './failure-verdict';

const A_DAY_MS = 24 * 60 * 60_000;
/** As the record of the release names it. */
const STEP = 'texts';

/** Waits until what a release has disclosed has no secret left, and publishes its texts. Every patch has one, whatever it holds. */
export async function disclosedTexts(input: DisclosedTextsInput): Promise<void> {
  await new DisclosedTexts(input).publishWhenDue();
}

class DisclosedTexts {
  /** Lines of the record that are written. */
  private written = 0;
  /** Whether the newest of them says that it has failed. */
  private isFailureTold = false;

  constructor(private readonly input: DisclosedTextsInput) {}

  async publishWhenDue(): Promise<void> {
    const { release, disclosedAt } = this.input;
    let due: string | undefined = textsDueAt(disclosedAt);
    let failure: Verdict | undefined;
    while (due !== undefined) {
      setCurrentDetails(textsDetails({ release, due, failure }));
      await sleep(Math.max(1, Date.parse(due) - engineTime()));
      ({ due, failure } = await this.publishOrPostpone());
    }
    setCurrentDetails(`What \`${release}\` has disclosed has no secret left since ${engineInstant()}.`);
  }

  /** @returns when to look again; a day later where it could not be done, for nobody waits and nothing may be left out */
  private async publishOrPostpone(): Promise<{ due: string | undefined; failure: Verdict | undefined }> {
    const { settings, release, version } = this.input;
    const transitions = this.isFailureTold
      ? [this.line('step_resumed', resumedStepLine(STEP, 'nothing stands in the way any more.'))]
      : [];
    try {
      const step = { kind: 'patch', settings, release, version, transitions } as const;
      const { lookAgainAt: due } = await effect('publishDisclosedTexts', 'Publish the texts', step);
      this.written += transitions.length;
      this.isFailureTold = false;
      return { due, failure: undefined };
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const failure = failureVerdict(error);
      await this.tellOnce(failure);
      return { due: new Date(engineTime() + A_DAY_MS).toISOString(), failure };
    }
  }

  /** Each day would be too much. Where not even this can be written, the next failure is told. */
  private async tellOnce({ sentence, evidence }: Verdict): Promise<void> {
    const { settings, release } = this.input;
    if (this.isFailureTold || !worksSince(4, settings)) return;
    const transitions = [this.line('step_failed', failedStepLine(STEP, sentence), evidence)];
    try {
      await effect('recordTransitions', 'Write the record', { kind: 'patch', release, transitions });
      this.written += 1;
      this.isFailureTold = true;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    }
  }

  private line(to: Transition['to'], sentence: string, evidence: Transition['evidence'] = []): Transition {
    return { ordinal: this.written + 1, to, actor: ENGINE, sentence, evidence };
  }
}
