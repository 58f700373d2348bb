import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { MirrorLook, MirrorSubject, MirrorSync } from '../activities/mirror-effects';
import { mirrorDetails } from '../domain/mirror/mirror-details';
import { MirrorState } from '../domain/mirror/mirror-state';
import type { MirrorSettings, MirrorStanding, RefApart, SettledRef } from '../domain/mirror/mirror-status';
import { isMirroredRef, refWords } from '../domain/mirror/mirrored-ref';
import type { Verdict } from '../domain/verdict';
import { engineInstant, engineTime } from './engine-time';
import { failureVerdict } from './failure-verdict';
import { MirrorDecisions, type Resolution } from './mirror-decisions';
import { mirrorEffect } from './mirror-effect-proxies';
import { mirrorStatus, pushed, type MirrorCarried, type MirrorInput } from './mirror.messages';
import { isWhole } from './received';

const STATE = defineSearchAttributeKey('SignalboxState', 'KEYWORD');
const LOOKS_PER_RUN = 200;
/** Of more pushes at once than this, everything is looked at. */
const MOST_ASKED = 50;
const FIRST_PAUSE_MS = 5_000;
/** Whoever has so many open tasks is not helped by another one. */
const MOST_TASKS = 20;

interface Synced {
  readonly settled: readonly SettledRef[];
  readonly isSilent: boolean;
}

/** Keeps the refs of one project equal on all sides, for ever: looks, brings forward, asks people, and waits for the next push. */
export class MirrorProcess {
  readonly id = workflowInfo().workflowId;
  readonly state: MirrorState;
  readonly settings: MirrorSettings;
  private readonly decisions: MirrorDecisions;
  private readonly asked = new Set<string>();
  private isEverythingAsked: boolean;
  private wholeLooksBegun = 0;
  private wholeLooksOver = 0;
  private looksInRun = 0;
  private failures = 0;
  private nextLookAt: number;
  private shown: MirrorStanding | undefined;

  constructor(private readonly input: MirrorInput) {
    const { settings, carried } = input;
    this.settings = settings;
    this.state = new MirrorState({ id: this.id, settings }, carried?.memory);
    this.nextLookAt = carried?.nextLookAt ?? engineTime() + settings.lookEveryMs;
    // What was pushed while one run ended and the next began is in the signals; the rest is in the memory.
    this.isEverythingAsked = carried === undefined;
    this.decisions = new MirrorDecisions(this, carried?.taken ?? []);
    setHandler(pushed, (told) => {
      if (isWhole(told, 'ref')) this.ask(told.ref);
    });
    setHandler(mirrorStatus, () => this.state.status());
  }

  /** Ends when the run is long enough. @returns what the next one has to know */
  async run(): Promise<MirrorCarried> {
    this.show();
    for (;;) {
      for (const resolution of this.decisions.takeWaiting()) await this.carryOut(resolution);
      if (this.isDue) await this.turn();
      this.show();
      if (this.hasNews) continue;
      if (this.isLong && (await this.comesToRest()))
        return { memory: this.state.memory, taken: this.decisions.carried, nextLookAt: this.nextLookAt };
      await condition(() => this.hasNews, Math.max(1, this.nextLookAt - engineTime()));
    }
  }

  /** @returns whether a look that began from now on is over */
  askForEverything(): () => boolean {
    const begun = this.wholeLooksBegun;
    this.isEverythingAsked = true;
    return () => this.wholeLooksOver > begun;
  }

  private ask(ref: string): void {
    if (!isMirroredRef(this.settings.project, ref)) return;
    if (this.asked.size < MOST_ASKED) this.asked.add(ref);
    else this.isEverythingAsked = true;
  }

  private get hasNews(): boolean {
    return this.isEverythingAsked || this.asked.size > 0 || this.decisions.areWaiting;
  }

  private get isDue(): boolean {
    return this.hasNews || engineTime() >= this.nextLookAt;
  }

  private get isLong(): boolean {
    const { continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || this.looksInRun >= (this.input.looksPerRun ?? LOOKS_PER_RUN);
  }

  /** @returns false when something came in before everybody who asked was answered */
  private async comesToRest(): Promise<boolean> {
    await condition(() => this.hasNews || allHandlersFinished());
    return !this.hasNews;
  }

  private get subject(): MirrorSubject {
    const { project, line } = this.settings;
    return { mirror: this.id, project, line };
  }

  private async turn(): Promise<void> {
    // However much is pushed, the regular look comes.
    const isRegular = engineTime() >= this.nextLookAt;
    const isWholeLook = this.isEverythingAsked || isRegular || this.asked.size === 0;
    const refs = isWholeLook ? undefined : [...this.asked].toSorted();
    this.asked.clear();
    if (isWholeLook) {
      this.isEverythingAsked = false;
      this.wholeLooksBegun += 1;
    }
    this.looksInRun += 1;
    try {
      await this.walk(refs);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.state.fellSilent(engineInstant(), failureVerdict(error));
      this.pause();
    }
    if (isWholeLook) this.wholeLooksOver = this.wholeLooksBegun;
  }

  /** One look and what follows from it. @param refs those that were pushed; absent for all */
  private async walk(refs: readonly string[] | undefined): Promise<void> {
    const look = await this.look(refs);
    if (look.isWhole) this.nextLookAt = engineTime() + this.settings.lookEveryMs;
    const { settled, isSilent } = await this.sync(look);
    if (isSilent) this.pause();
    else this.failures = 0;
    await this.askPeople(look.isWhole);
    for (const ref of [...look.settled, ...settled]) await this.closeTask(ref);
    if (look.isWhole && patched('tell-owners')) await this.tellOwners();
  }

  /** Done by every mirror alike: one that did more than others would tell that it has something to keep. */
  private async tellOwners(): Promise<void> {
    try {
      await mirrorEffect('tellOwners', 'See what needs somebody soon', this.subject);
    } catch (error) {
      // It comes up again at the next look, and nothing else waits for it.
      if (!(error instanceof ActivityFailure)) throw error;
    }
  }

  private async look(refs: readonly string[] | undefined): Promise<MirrorLook> {
    const summary = refs === undefined ? 'Look at every ref' : `Look at ${refs.map(refWords).join(', ')}`;
    const asked = refs === undefined ? {} : { refs };
    const look = await mirrorEffect('lookAtRefs', summary.slice(0, 180), {
      ...this.subject,
      look: this.state.nextLook,
      ...asked,
    });
    this.state.looked(look, look.isWhole ? undefined : refs);
    this.show();
    return look;
  }

  /** Brings level what only has to go forward. @returns refs that people need not look at any more, and whether a side was silent */
  private async sync({ look, more, isWhole: wasWhole }: MirrorLook): Promise<Synced> {
    // What GitLab refuses is tried again at the regular look alone.
    const refs = this.state.moving.filter(({ state }) => wasWhole || state !== 'refused');
    if (refs.length === 0) return { settled: [], isSilent: false };
    const summary = `Bring ${refs.length === 1 ? refWords(refs[0]?.ref ?? '') : `${refs.length} refs`} forward`;
    const walked = await mirrorEffect('syncRefs', summary, { ...this.subject, look, refs });
    const [silent] = walked.silent;
    const silence: Verdict | undefined = silent && {
      verdict: 'unknown',
      sentence: `${silent.side} does not answer: ${silent.sentence}`,
      whoActs: 'operator',
      evidence: [],
    };
    const moving = refs.map(({ ref }) => ref);
    this.state.walked(walked, { moving, ...(silence === undefined ? {} : { silence }) });
    for (const ref of walked.moved) this.ask(ref);
    if (more > 0 && walked.apart.length < refs.length) this.isEverythingAsked = true;
    return { settled: settledOf(refs, walked), isSilent: silent !== undefined };
  }

  private async askPeople(isWholeLook: boolean): Promise<void> {
    let open = this.state.differing.filter(({ task }) => task !== undefined).length;
    for (const ref of this.state.differing) {
      const isTold = this.state.isTold(ref);
      if (ref.task !== undefined && isTold === undefined) this.state.tell(ref);
      if (!this.needsTelling(ref, { isTold, isWholeLook }) || (ref.task === undefined && open >= MOST_TASKS))
        continue;
      const told = await this.tell(ref, ref.task !== undefined);
      if (told && ref.task === undefined) open += 1;
    }
  }

  /** What is refused may be let in a moment later; only what stays refused is a task. */
  private needsTelling(
    { state, task, since }: RefApart,
    { isTold, isWholeLook }: { readonly isTold: boolean | undefined; readonly isWholeLook: boolean },
  ): boolean {
    if (task !== undefined) return isTold === false;
    if (state !== 'refused') return true;
    return isWholeLook && engineTime() - Date.parse(since) >= this.settings.lookEveryMs;
  }

  /** A task that cannot be opened now is opened at the next look; nothing else waits for it. */
  private async tell(ref: RefApart, hasChanged: boolean): Promise<boolean> {
    try {
      const summary = `Ask about the ${refWords(ref.ref)}`;
      const { task } = await mirrorEffect('openMirrorTask', summary, { ...this.subject, ref, hasChanged });
      this.state.tell(ref, task);
      return true;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return false;
    }
  }

  private async closeTask(ref: SettledRef): Promise<void> {
    try {
      await mirrorEffect('closeMirrorTask', `Close the task about the ${refWords(ref.ref)}`, {
        ...this.subject,
        ref,
      });
      this.state.settle(ref.ref);
    } catch (error) {
      // It is still noted as open, and so comes up again at the next look.
      if (!(error instanceof ActivityFailure)) throw error;
    }
  }

  private async carryOut(resolution: Resolution): Promise<void> {
    const { decision, ref } = resolution;
    const { id, by, reason, way } = decision;
    const input = { ...this.subject, ref, decision: { id, by, reason }, look: this.state.nextLook };
    const name = way === 'follow' ? 'followCanonical' : 'leaveDifference';
    try {
      await mirrorEffect(name, `${by.id}: ${way} the ${refWords(ref.ref)}`, input);
      const sentence =
        way === 'follow'
          ? `The ${refWords(ref.ref)} is set to what canonical has.`
          : `The ${refWords(ref.ref)} is left as it is until it changes.`;
      this.decisions.settle(resolution, { sentence });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.decisions.settle(resolution, { refusal: failureVerdict(error).sentence });
    }
    this.ask(ref.ref);
  }

  /** Until everything is looked at again: longer each time, and never longer than between two regular looks. */
  private pause(): void {
    const pauseMs = Math.min(this.settings.lookEveryMs, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    const now = engineTime();
    this.nextLookAt = this.nextLookAt > now ? Math.min(this.nextLookAt, now + pauseMs) : now + pauseMs;
  }

  /** What a reader of the engine's page sees of it, and those who search. */
  private show(): void {
    const status = this.state.status();
    setCurrentDetails(mirrorDetails(status, new Date(this.nextLookAt).toISOString()));
    if (this.shown === status.state) return;
    this.shown = status.state;
    upsertSearchAttributes([{ key: STATE, value: status.state }]);
  }
}

/** Refs that had a task and are the same everywhere after the walk. */
function settledOf(refs: readonly RefApart[], { apart, moved }: MirrorSync): readonly SettledRef[] {
  return refs.flatMap(({ ref, difference, task }) => {
    const isApart = apart.some((one) => one.ref === ref) || moved.includes(ref);
    return task === undefined || isApart ? [] : [{ ref, state: 'in_sync', difference, task }];
  });
}
