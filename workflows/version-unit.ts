import {
  getExternalWorkflowHandle,
  setHandler,
  startChild,
  uuid4,
  type ChildWorkflowHandle,
  condition,
} from '@temporalio/workflow';
import type { ClosedRelease, VersionPlan } from '../activities/effects';
import type { VersionStatus } from '../domain/release';
import { effect } from './effect-proxies';
import type { ReleaseProcess } from './release-process';
import type { versionRelease } from './version-release';
import {
  publishVersion,
  resumeStep,
  stepFailed,
  versionReached,
  type VersionReleaseInput,
} from './version-release.messages';

const ORDER: readonly VersionStatus['reached'][] = ['started', 'tagged', 'built', 'verified', 'published'];

interface Member {
  readonly plan: VersionPlan;
  readonly child: ChildWorkflowHandle<typeof versionRelease>;
  readonly reached: Map<VersionStatus['reached'], string>;
  isPublished: boolean;
}

/** The versions of a release, each in a child of its own; they become public together or not at all. */
export class VersionUnit {
  private members: Member[] = [];

  constructor(private readonly process: ReleaseProcess) {
    setHandler(versionReached, ({ version, reached, at }) => {
      this.members.find(({ plan }) => plan.version === version)?.reached.set(reached, at);
      this.tell(version);
    });
    setHandler(stepFailed, ({ step, verdict }) => {
      process.state.block({ step, verdict, since: process.state.status().since });
      process.show();
    });
  }

  /** Plans whose versions are not public. */
  get unpublished(): readonly VersionPlan[] {
    return this.members.filter(({ isPublished }) => !isPublished).map(({ plan }) => plan);
  }

  async start(closed: ClosedRelease): Promise<void> {
    const { settings, id: release, input } = this.process;
    for (const plan of closed.versions) {
      const child: VersionReleaseInput = { settings, release, kind: input.kind, plan, closedAt: closed.at };
      const handle = await startChild<typeof versionRelease>('versionRelease', {
        workflowId: `version:${uuid4()}`,
        args: [child],
        staticSummary: `${plan.version}, part of ${release}`,
      });
      this.members.push({ plan, child: handle, reached: new Map(), isPublished: false });
      this.tell(plan.version);
    }
  }

  /** @returns when the last of the versions that are not public came that far */
  async allReached(reached: VersionStatus['reached']): Promise<string> {
    const open = () => this.members.filter(({ isPublished }) => !isPublished);
    await condition(() => open().every((member) => member.reached.has(reached)));
    return latest(open().map((member) => member.reached.get(reached) ?? ''));
  }

  /**
   * Claims all numbers at once, then publishes. A version that was overtaken meanwhile is cut again, with what overtook it.
   * @returns when the last was published
   */
  async publish(cutAgain: (minors: readonly string[]) => Promise<ClosedRelease>): Promise<string> {
    await this.claim(cutAgain);
    this.process.state.plan('makes tags, branches and packages public');
    const open = this.members.filter(({ isPublished }) => !isPublished);
    await Promise.all(open.map(({ child }) => child.signal(publishVersion)));
    const outcomes = await Promise.all(open.map((member) => this.published(member)));
    return latest(outcomes);
  }

  private async published(member: Member): Promise<string> {
    const { at } = await member.child.result();
    member.isPublished = true;
    member.reached.set('published', at);
    this.tell(member.plan.version);
    return at;
  }

  private async claim(cutAgain: (minors: readonly string[]) => Promise<ClosedRelease>): Promise<void> {
    for (;;) {
      await this.allReached('verified');
      const versions = this.unpublished.map(({ version }) => version);
      const { claimed, overtaken } = await this.process.step('claim', (common) =>
        effect('claimPublication', `Claim ${versions.join(', ')}`, { ...common, versions }),
      );
      if (claimed) return;
      await this.replace(overtaken, cutAgain);
    }
  }

  private async replace(
    overtaken: readonly string[],
    cutAgain: (minors: readonly string[]) => Promise<ClosedRelease>,
  ): Promise<void> {
    const lost = this.members.filter(({ plan }) => overtaken.includes(plan.version));
    const reason = `Another release has published in the same minor; ${overtaken.join(', ')} would not contain it.`;
    const { settings } = this.process;
    for (const { child } of lost) await getExternalWorkflowHandle(child.workflowId).cancel();
    await Promise.allSettled(lost.map(({ child }) => child.result()));
    const versions = lost.map(({ plan }) => plan);
    await this.process.step('withdraw', (common) =>
      effect('withdrawVersions', reason, {
        ...common,
        settings,
        versions,
        reason,
        by: { id: 'signalbox', roles: ['engine'] },
      }),
    );
    this.members = this.members.filter((member) => !lost.includes(member));
    for (const version of overtaken) this.process.state.dropVersion(version);
    await this.start(await cutAgain(lost.map(({ plan }) => plan.minor)));
  }

  /** Hands a person's wish to the child that waits; steps of the release itself are none of ours. */
  async resume(step: string): Promise<void> {
    const member = this.members.find(({ plan }) => step.startsWith(`${plan.version} `));
    if (member !== undefined) await member.child.signal(resumeStep, { step });
  }

  private tell(version: string): void {
    const member = this.members.find(({ plan }) => plan.version === version);
    if (member === undefined) return;
    const reached = ORDER.findLast((one) => member.reached.has(one)) ?? 'started';
    this.process.state.version({ version, workflowId: member.child.workflowId, reached });
    this.process.show();
  }
}

function latest(instants: readonly string[]): string {
  return instants.toSorted().at(-1) ?? '';
}
