import {
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  setHandler,
  startChild,
  uuid4,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { ClosedRelease, ClosedVersion, VersionPlan } from '../activities/effects';
import { fixesIn, type DisclosedFix } from '../domain/embargo/disclosed-fix';
import { worksSince } from '../domain/release/process-revision';
import { compareNumbers } from '../domain/version/number';
import { ENGINE, type Actor, type Blocker, type VersionStatus } from '../domain/release/release';
import type { UnitStanding } from '../domain/release/unit-refusals';
import { effect } from './effect-proxies';
import { endVerdict } from './failure-verdict';
import { isWhole } from './received';
import { cutAgainSentence, RecutWishes, type CutAgain } from './recut-wishes';
import type { ReleaseProcess } from './release-process';
import type { versionRelease } from './version-release';
import {
  publishVersion,
  resumeStep,
  stepFailed,
  versionReached,
  type VersionReleaseInput,
} from './version-release.messages';

type Reached = VersionStatus['reached'];

const ORDER: readonly Reached[] = ['started', 'tagged', 'built', 'verified', 'published'];

/** What is done last before the numbers are claimed. */
type BeforeClaim = () => Promise<void>;

/** The child that works on a version; another one when a person has it started again. */
interface Run {
  readonly scope: CancellationScope;
  readonly child: ChildWorkflowHandle<typeof versionRelease>;
  isOver: boolean;
}

interface Member {
  readonly plan: VersionPlan;
  readonly closedAt: string;
  readonly reached: Map<Reached, string>;
  run?: Run;
  /** Its publication was asked for. */
  isClaimed: boolean;
  /** Its end is wanted, and no failure. */
  isStopped: boolean;
}

/** The versions of a release, each in a child of its own; they become public together or not at all. */
export class VersionUnit {
  /** Another list whenever one of them comes or goes. */
  private members: readonly Member[] = [];
  /** Between the claim of the numbers and the last public byte. */
  isGoingPublic = false;
  /** While the numbers are compared, and claimed or cut again. */
  isClaiming = false;
  /** When the numbers were claimed, by the clock of the records. ISO 8601; empty before. */
  claimedAt = '';
  readonly wishes = new RecutWishes(this);
  private isReplacing = false;

  constructor(private readonly process: ReleaseProcess) {
    setHandler(versionReached, (told) => {
      if (!isWhole(told, 'version', 'reached', 'at')) return;
      const member = this.members.find(({ plan }) => plan.version === told.version);
      if (member !== undefined) this.note(member, told.reached, told.at);
    });
    setHandler(stepFailed, (told) => {
      if (!isWhole(told, 'step') || !isWhole(told.verdict, 'sentence')) return;
      if (this.ownerOf(told.step)?.isStopped === false) process.block(told.step, told.verdict);
    });
  }

  /** Plans whose numbers are taken and whose versions are not public. */
  get unpublished(): readonly VersionPlan[] {
    return this.open.map(({ plan }) => plan);
  }

  /** As {@link unpublished}, each with the instant of its closing. */
  get closedVersions(): readonly ClosedVersion[] {
    return this.open.map(({ plan, closedAt }) => ({ plan, closedAt }));
  }

  /** Whether there were versions and none is left to publish. */
  get isPublic(): boolean {
    return this.members.length > 0 && this.open.length === 0;
  }

  /** What people may still do about it depends on this. */
  get standing(): UnitStanding {
    return { isOut: this.isGoingPublic || this.isPublic, isClaiming: this.isClaiming };
  }

  /** Everything that is fixed about its versions. */
  get plans(): readonly VersionPlan[] {
    return this.members.map(({ plan }) => plan);
  }

  /** What the versions of the unit disclose. */
  get fixes(): readonly DisclosedFix[] {
    return fixesIn(this.plans);
  }

  private get open(): readonly Member[] {
    return this.members.filter(({ reached }) => !reached.has('published'));
  }

  private ownerOf(step: string): Member | undefined {
    return this.members.find(({ plan }) => step.startsWith(`${plan.version} `));
  }

  /** Takes over what was closed: from now on its numbers are either published or given back. */
  adopt({ versions, at: closedAt }: ClosedRelease): void {
    for (const plan of versions) {
      if (this.members.some((member) => member.plan.version === plan.version)) continue;
      const member: Member = { plan, closedAt, reached: new Map(), isClaimed: false, isStopped: false };
      this.members = [...this.members, member];
    }
  }

  /** Starts a child for every version that was adopted and has none. */
  async start(): Promise<void> {
    const waiting = this.members.filter(({ run }) => run === undefined);
    // Releases of an older revision start one after the other.
    const together = worksSince(4, this.process.settings) ? [waiting] : waiting.map((member) => [member]);
    for (const some of together) {
      this.process.leaveIfAborted();
      await Promise.all(some.map((member) => this.startChild(member)));
    }
  }

  private async startChild(member: Member): Promise<void> {
    const { settings, id: release, input } = this.process;
    const { plan, closedAt } = member;
    const args: [VersionReleaseInput] = [{ settings, release, kind: input.kind, plan, closedAt }];
    // A child whose start was under way when an abort came must be known, so that its end can be waited for.
    await CancellationScope.nonCancellable(async () => {
      const scope = new CancellationScope();
      const child = await scope.run(() =>
        startChild<typeof versionRelease>('versionRelease', {
          workflowId: `version:${uuid4()}`,
          args,
          staticSummary: `${plan.version}, part of ${release}`,
        }),
      );
      const run: Run = { scope, child, isOver: false };
      member.run = run;
      this.tell(member);
      void this.watch(member, run);
    });
  }

  /** A child that ends by itself is told as a failed step; a person may have it started again, which finds what is made. */
  private async watch(member: Member, run: Run): Promise<void> {
    const { state } = this.process;
    const step = `${member.plan.version} workflow`;
    try {
      const { at } = await run.child.result();
      run.isOver = true;
      // An internal version ends verified: it is never public.
      this.note(member, this.process.input.kind === 'internal' ? 'verified' : 'published', at);
    } catch (error) {
      run.isOver = true;
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      if (member.isStopped || this.process.isAborted) return;
      this.process.block(step, endVerdict(error));
      await condition(() => !state.isBlocked(step));
      if (member.isStopped || this.process.isAborted) return;
      await this.startChild(member);
      if (member.isClaimed) await this.tellChild(member, (child) => child.signal(publishVersion));
    }
  }

  /** Whether nothing is being cut again, nor about to be. */
  private get standsStill(): boolean {
    return !this.isReplacing && !this.wishes.arePending;
  }

  /** @returns when the last of the versions that are not public came that far */
  async allReached(reached: Reached): Promise<string> {
    const awaited = new Set(this.open);
    await this.process.waitFor(() => {
      // Those that were cut again meanwhile are waited for in place of those they replace.
      for (const member of this.open) awaited.add(member);
      for (const member of awaited) if (!this.members.includes(member)) awaited.delete(member);
      return this.standsStill && [...awaited].every((member) => member.reached.has(reached));
    });
    return latest([...awaited].map((member) => member.reached.get(reached) ?? ''));
  }

  /**
   * Claims all numbers at once, then publishes. A version that was overtaken meanwhile is cut again, with what overtook it.
   * @param beforeClaim has people agree to the versions as they are; asked again of whatever has changed since
   * @returns when the last was published
   */
  async publish(cutAgain: CutAgain, beforeClaim: BeforeClaim = nobodyIsAsked): Promise<string> {
    await this.claim(cutAgain, beforeClaim);
    this.process.leaveIfAborted();
    this.isGoingPublic = true;
    this.process.state.plan('makes tags, branches and packages public');
    // Releases of an older revision ask one after the other.
    const first = worksSince(4, this.process.settings)
      ? this.open.filter((member) => this.openBefore(member).length === 0)
      : [];
    await Promise.all(first.map((member) => this.goPublic(member)));
    for (const member of this.open.filter((one) => !first.includes(one))) {
      const before = this.openBefore(member);
      if (before.length > 0)
        await this.process.waitFor(() => before.every(({ reached }) => reached.has('published')));
      await this.goPublic(member);
    }
    const publishedAt = await this.allReached('published');
    this.isGoingPublic = false;
    return publishedAt;
  }

  private async goPublic(member: Member): Promise<void> {
    member.isClaimed = true;
    await this.tellChild(member, (child) => child.signal(publishVersion));
  }

  /** A version that contains another one of the unit is public after it. */
  private openBefore({ plan }: Member): readonly Member[] {
    return this.open.filter(
      (other) => other.plan.minor === plan.minor && compareNumbers(other.plan.version, plan.version) < 0,
    );
  }

  private async claim(cutAgain: CutAgain, beforeClaim: BeforeClaim): Promise<void> {
    const { settings } = this.process;
    for (;;) {
      await this.beginClaim(beforeClaim);
      const versions = this.unpublished.map(({ version }) => version);
      const fixes = fixesIn(this.unpublished);
      const { at, claimed, overtaken, lacking, unfinished } = await this.process.step('claim', (common) =>
        effect('claimPublication', `Claim ${versions.join(', ')}`, {
          ...common,
          settings,
          versions,
          fixes,
        }),
      );
      this.claimedAt = at;
      if (claimed) return;
      if (unfinished !== undefined && unfinished.length > 0) await this.finish(unfinished);
      if (overtaken.length > 0) await this.replace(overtaken, cutAgain, { isTold: false });
      else await this.extend(lacking ?? [], cutAgain);
    }
  }

  /** Nothing may come between the last look at what was agreed to and the claim: from here on nobody has anything cut again. */
  private async beginClaim(beforeClaim: BeforeClaim): Promise<void> {
    this.isClaiming = false;
    for (;;) {
      await this.allReached('verified');
      const agreedTo = this.members;
      await beforeClaim();
      if (this.standsStill && agreedTo === this.members) break;
    }
    this.isClaiming = true;
  }

  /** What was overtaken will contain what these have claimed, so that becomes public first, whoever does it. */
  private async finish(unfinished: readonly string[]): Promise<void> {
    const summary = `Do what is left of what ${unfinished.join(', ')} publishes`;
    await this.process.step('finish', (common) =>
      effect('finishPublications', summary, { ...common, of: unfinished }),
    );
  }

  /** Minors that came out meanwhile get a version, or one that lacks something its successor; what is there already stays. */
  private async extend(minors: readonly string[], cut: CutAgain): Promise<void> {
    if (minors.length === 0) return;
    const isOfThose = ({ plan }: Member): boolean => minors.includes(plan.minor);
    const [newest] = this.open
      .filter(isOfThose)
      .map(({ plan }) => plan.version)
      .toSorted(compareNumbers)
      .slice(-1);
    await cut(minors, newest);
    await this.start();
  }

  /**
   * Burns the numbers of these versions, and has others cut and made in their place.
   * @param how whether a line of the record says so already
   */
  async replace(
    overtaken: readonly string[],
    cutAgain: CutAgain,
    how: { readonly isTold: boolean },
  ): Promise<void> {
    this.isReplacing = true;
    await this.replaceAll(overtaken, cutAgain, how);
    this.isReplacing = false;
  }

  private async replaceAll(
    overtaken: readonly string[],
    cutAgain: CutAgain,
    { isTold }: { readonly isTold: boolean },
  ): Promise<void> {
    const { settings, state } = this.process;
    const lost = this.members.filter(({ plan }) => overtaken.includes(plan.version));
    const reason = `What ${overtaken.join(', ')} was cut from has moved on: it is cut again.`;
    await this.stop(lost);
    const versions = lost.map(({ plan }) => plan);
    const minors = versions.map(({ minor }) => minor);
    // Right before an effect that carries it: no effect of its own writes it down.
    if (!isTold) state.note({ to: 'cut_again', sentence: cutAgainSentence(minors) });
    await this.process.step('withdraw', (common) =>
      effect('withdrawVersions', reason, { ...common, settings, versions, reason, by: ENGINE }),
    );
    for (const { step } of this.blockersOf(lost)) state.unblock(step, { actor: ENGINE, reason });
    this.members = this.members.filter((member) => !lost.includes(member));
    for (const version of overtaken) state.dropVersion(version);
    await cutAgain(minors);
    await this.start();
  }

  /** Has children end, and waits until they have: what they do may not overlap with what takes it back. */
  async stop(members: readonly Member[] = this.open): Promise<void> {
    for (const member of members) {
      member.isStopped = true;
      member.run?.scope.cancel();
    }
    await condition(() => members.every(({ run }) => run === undefined || run.isOver));
  }

  /** Hands a person's wish to the child that waits; steps of the release itself are none of ours. */
  async resume(step: string, by: { readonly actor: Actor; readonly reason: string }): Promise<void> {
    const { state } = this.process;
    const member = this.ownerOf(step);
    if (member === undefined) return;
    if (member.run?.isOver === true) {
      // What had failed in the child that has ended is tried by the next one.
      for (const other of this.blockersOf([member])) state.unblock(other.step, by);
    } else await this.tellChild(member, (child) => child.signal(resumeStep, { step }));
  }

  private blockersOf(members: readonly Member[]): readonly Blocker[] {
    return this.process.state.blockers.filter(({ step }) => {
      const owner = this.ownerOf(step);
      return owner !== undefined && members.includes(owner);
    });
  }

  /** A child that has ended cannot be told anything, which its watch knows by then. */
  private async tellChild(member: Member, tell: (child: Run['child']) => Promise<void>): Promise<void> {
    const child = member.run?.child;
    if (child !== undefined) await CancellationScope.nonCancellable(() => tell(child)).catch(() => undefined);
  }

  private note(member: Member, reached: Reached, at: string): void {
    member.reached.set(reached, at);
    this.tell(member);
  }

  private tell({ plan: { version }, run, reached: all }: Member): void {
    if (run === undefined) return;
    const reached = ORDER.findLast((one) => all.has(one)) ?? 'started';
    this.process.state.version({ version, workflowId: run.child.workflowId, reached });
    this.process.show();
  }
}

async function nobodyIsAsked(): Promise<void> {
  // Where nothing is signed, nothing is to be agreed to.
}

function latest(instants: readonly string[]): string {
  return instants.toSorted().at(-1) ?? '';
}
