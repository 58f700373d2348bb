import { condition, isCancellation } from '@temporalio/workflow';
import type { EffectInput, Rehearsed } from '../activities/effects';
import { worksSince } from '../domain/release/process-revision';
import { rolesToSign, type RehearsalSignature } from '../domain/release/rehearsal';
import { rehearsalRefusal, signatureRefusal } from '../domain/release/unit-refusals';
import { RELEASE_MANAGER } from '../domain/roles';
import type { Verdict } from '../domain/verdict';
import { effect } from './effect-proxies';
import type { ReleaseProcess } from './release-process';
import type { DecisionTaken, Decision, SignDecision } from './release.messages';

/** Everybody reads it, and why it failed may tell what the release carries: that stands in the engine alone. */
const NOT_REHEARSED = 'It could not be rehearsed; the history of its workflow in the engine tells why.';

function notRehearsed({ verdict, whoActs = RELEASE_MANAGER }: Verdict): Verdict {
  return { verdict, sentence: NOT_REHEARSED, whoActs, evidence: [] };
}

/** Everything but the last flip, as often as people want it; where policy says so, signed before anything is published. */
export class Rehearsals {
  private latest: Rehearsed | undefined;
  private signatures: readonly RehearsalSignature[] = [];
  private isWanted = false;
  private isUnderWay = false;

  constructor(private readonly process: ReleaseProcess) {}

  /** What the record says of the milestone. The same for every patch, whatever it discloses. */
  get sentence(): string {
    if (this.latest === undefined) return 'No release environment is configured.';
    const signed = this.missing.length === 0 && this.roles.length > 0 ? ', and signed' : '';
    return this.latest.isClear
      ? `Everything but the last flip was rehearsed${signed}; nothing is in the way.`
      : `Everything but the last flip was rehearsed${signed}; something is in the way.`;
  }

  private get roles(): readonly string[] {
    return this.process.settings.rehearsal?.roles ?? [];
  }

  private get missing(): readonly string[] {
    const { latest, signatures } = this;
    return latest === undefined ? this.roles : rolesToSign(this.roles, { digest: latest.digest, signatures });
  }

  refuseRehearsal(): string | undefined {
    const { unit, state } = this.process;
    return rehearsalRefusal({
      ...unit.standing,
      isTagged: state.hasReached('tagged'),
      isWanted: this.isWanted,
    });
  }

  /** Everybody reads the line; the reason is kept with the decision. */
  want({ by }: Decision): DecisionTaken {
    this.isWanted = true;
    this.process.state.note({ to: 'rehearsal', sentence: `${by.id} had it rehearsed.`, actor: by });
    return { sentence: `It is rehearsed; see \`signalbox release rehearsal ${this.process.id}\`.` };
  }

  refuseSignature(decision: SignDecision): string | undefined {
    const { latest, signatures, roles } = this;
    const { isOut } = this.process.unit.standing;
    return signatureRefusal(decision, { isOut, latest: latest?.digest, roles, signatures });
  }

  sign({ digest, by, reason, at }: SignDecision): DecisionTaken {
    this.signatures = [...this.signatures, { digest, by, reason, at }];
    // Everybody reads it; what was looked at is for those who see the page.
    this.process.state.note({ to: 'rehearsal', sentence: `${by.id} signed what was rehearsed.`, actor: by });
    const { missing } = this;
    return {
      sentence: missing.length === 0 ? 'Signed.' : `Signed; ${missing.join(' and ')} is still to sign.`,
    };
  }

  /** Fulfils wishes for as long as the walk lasts. */
  follow(): void {
    void this.fulfil();
  }

  private async fulfil(): Promise<void> {
    try {
      for (;;) {
        await condition(() => this.isWanted);
        await this.oneAtATime(() => this.fulfilWish());
        this.isWanted = false;
      }
    } catch (error) {
      // An abort ends what was wanted, too.
      if (!isCancellation(error)) throw error;
    }
  }

  /** Where policy asks for signatures: rehearses, and waits until everybody who has to has signed. */
  async beSigned(): Promise<void> {
    if (this.roles.length === 0) return;
    await this.rehearse();
    await this.waitForSignatures();
  }

  /** As the last thing before publication: what was signed is what there is, or it is signed again. */
  async stillStand(): Promise<void> {
    if (this.roles.length === 0) return;
    for (;;) {
      const before = this.latest?.digest;
      await this.rehearse();
      if (before !== this.latest?.digest) this.tellMoved();
      if (this.missing.length === 0) return;
      await this.waitForSignatures();
    }
  }

  private tellMoved(): void {
    const sentence = 'What was rehearsed has moved since: it is to be signed again.';
    this.process.state.note({ to: 'rehearsal', sentence });
  }

  private async waitForSignatures(): Promise<void> {
    const { state, id } = this.process;
    if (this.missing.length === 0) return;
    const who = this.missing.join(' and ');
    state.wait(who, `what was rehearsed is to be signed: \`signalbox release rehearsal ${id}\``);
    await this.process.waitFor(() => this.missing.length === 0);
    state.stopWaiting();
  }

  /** What an older one has seen must not stand for what a newer one has. */
  private async oneAtATime(rehearse: () => Promise<void>): Promise<void> {
    if (worksSince(3, this.process.settings)) await condition(() => !this.isUnderWay);
    this.isUnderWay = true;
    try {
      await rehearse();
    } finally {
      this.isUnderWay = false;
    }
  }

  private async rehearse(): Promise<void> {
    await this.oneAtATime(async () => {
      const rehearseNow = await this.readyToRehearse();
      this.latest = await this.process.step('rehearse', rehearseNow, notRehearsed);
    });
  }

  /** Nobody waits for what was merely wanted: it fails without holding up the release, and is left when the claim was quicker. */
  private async fulfilWish(): Promise<void> {
    const { state, unit } = this.process;
    const rehearseNow = await this.readyToRehearse();
    if (!worksSince(3, this.process.settings)) {
      this.latest = await this.process.step('rehearse', rehearseNow, notRehearsed);
      return;
    }
    const { isOut, isClaiming } = unit.standing;
    if (isClaiming || isOut) return;
    const tried = await this.process.attempt(rehearseNow);
    if ('done' in tried) this.latest = tried.done;
    else state.note({ to: 'rehearsal', sentence: NOT_REHEARSED });
  }

  /** @returns the effect, on the versions as they are once all are verified */
  private async readyToRehearse(): Promise<(common: EffectInput) => Promise<Rehearsed>> {
    const { unit, settings } = this.process;
    await unit.allReached('verified');
    const versions = unit.closedVersions;
    return (common) =>
      effect('rehearseRelease', 'Rehearse everything but the last flip', { ...common, settings, versions });
  }
}
