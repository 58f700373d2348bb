import {
  ActivityFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { dependencyOrder } from '../domain/dependency-order';
import { partsOf } from '../domain/naming';
import type { Project } from '../domain/project';
import { ENGINE, type Transition, type VersionStatus } from '../domain/release';
import type { Verdict } from '../domain/verdict';
import type {
  BuiltPackages,
  Done,
  EffectInput,
  ProjectPlan,
  ProjectStep,
  TaggedProject,
} from '../activities/effects';
import { awaitPipeline, effect } from './effect-proxies';
import { failureVerdict } from './failure-verdict';
import {
  publishVersion,
  resumeStep,
  stepFailed,
  versionReached,
  type VersionOutcome,
  type VersionReleaseInput,
} from './version-release.messages';

/** One version: every project of it tagged, built and verified; published when the release says so. */
export async function versionRelease(input: VersionReleaseInput): Promise<VersionOutcome> {
  return new VersionRelease(input).run();
}

interface Part {
  readonly project: Project;
  readonly plan: ProjectPlan;
}

class VersionRelease {
  private readonly parts: readonly Part[];
  private readonly tagged = new Map<string, TaggedProject>();
  private readonly built = new Map<string, BuiltPackages>();
  private readonly resumed = new Map<string, number>();
  private readonly failed = new Map<string, Verdict>();
  private pending: Transition[] = [];
  private ordinal = 0;
  private isToPublish = false;
  private latest = '';
  private telling: Promise<void> = Promise.resolve();
  private reached: VersionStatus['reached'] = 'started';

  constructor(private readonly input: VersionReleaseInput) {
    const plans = new Map(input.plan.projects.map((plan) => [plan.project, plan]));
    this.parts = dependencyOrder(input.settings.projects).flatMap((project) => {
      const plan = plans.get(project.name);
      return plan?.tagged === true ? [{ project, plan }] : [];
    });
    setHandler(publishVersion, () => void (this.isToPublish = true));
    setHandler(resumeStep, ({ step }) => this.resume(step));
  }

  async run(): Promise<VersionOutcome> {
    this.describe();
    await this.tagAll();
    this.reach('tagged');
    const pipelines = this.each((part) => this.awaitPipelines(part));
    // Their failure is told by the step itself; what ends the wait here is a cancellation, seen below.
    pipelines.catch(() => undefined);
    await this.each((part) => this.build(part));
    this.reach('built');
    await Promise.all([pipelines, this.each((part) => this.verify(part))]);
    this.reach('verified');
    await condition(() => this.isToPublish);
    await this.each((part) => this.publish(part));
    const { at } = await this.step('publication', (common) =>
      effect('markPublished', `${this.version} is published`, { ...common, version: this.version }),
    );
    this.latest = at;
    await this.telling;
    return { at, tagged: [...this.tagged.values()] };
  }

  private get version(): string {
    return this.input.plan.version;
  }

  private get isCandidate(): boolean {
    return partsOf(this.version).rc !== undefined;
  }

  private async each(work: (part: Part) => Promise<void>): Promise<void> {
    await Promise.all(this.parts.map(work));
  }

  /** Each project as soon as what it depends on is tagged. */
  private async tagAll(): Promise<void> {
    const underWay = new Map<string, Promise<void>>();
    for (const part of this.parts) {
      const before = part.project.dependsOn.flatMap((name) => underWay.get(name) ?? []);
      underWay.set(
        part.project.name,
        Promise.all(before).then(() => this.tag(part)),
      );
    }
    await Promise.all(underWay.values());
  }

  private async tag(part: Part): Promise<void> {
    const { project, plan } = part;
    const pinned = project.pins.flatMap((pin) => this.tagged.get(pin.project) ?? []);
    const tagged = await this.step(`${project.name} tag`, (common) =>
      effect('tagProject', `${project.name}: tag ${plan.version}`, {
        ...common,
        ...this.common(part),
        pinned,
      }),
    );
    this.tagged.set(project.name, tagged);
    this.describe();
  }

  private async awaitPipelines(part: Part): Promise<void> {
    const { pipelineRetries, pipelineTimeoutMs } = this.input.settings;
    await Promise.all(
      this.taggedOf(part).tags.map((tag) => {
        const name = `${part.project.name} pipeline ${tag.name}`;
        return this.step(name, async (common) => {
          const rounds = 1 + (this.resumed.get(this.stepName(name)) ?? 0);
          const retries = rounds * (pipelineRetries + 1) - 1;
          const summary = `${part.project.name}: pipeline of ${tag.name}`;
          const result = await awaitPipeline(summary, pipelineTimeoutMs, {
            ...common,
            ...this.common(part),
            tag,
            retries,
          });
          if (result.verdict.verdict !== 'pass') throw new GateClosed(result.verdict);
          return result;
        });
      }),
    );
  }

  private async build(part: Part): Promise<void> {
    const { project, plan } = part;
    if (project.packageName === undefined) return;
    const built = await this.step(`${project.name} build`, (common) =>
      effect('buildPackages', `${project.name}: build packages of ${plan.version}`, {
        ...common,
        ...this.packageStep(part),
      }),
    );
    this.built.set(project.name, built);
  }

  private async verify(part: Part): Promise<void> {
    const built = this.built.get(part.project.name);
    if (built === undefined) return;
    await this.step(`${part.project.name} verify`, (common) =>
      effect('verifyPackages', `${part.project.name}: download and compare`, {
        ...common,
        ...this.packageStep(part),
        built,
      }),
    );
  }

  private async publish(part: Part): Promise<void> {
    const { project, plan } = part;
    const step = this.packageStep(part);
    const built = this.built.get(project.name);
    await this.step(`${project.name} publish`, (common) =>
      effect('publishRefs', `${project.name}: publish tags and ${plan.stableBranch}`, { ...common, ...step }),
    );
    if (built !== undefined) {
      await this.step(`${project.name} packages`, (common) =>
        effect('publishPackages', `${project.name}: publish packages`, { ...common, ...step, built }),
      );
    }
    if (this.isCandidate) return;
    await this.step(`${project.name} release page`, (common) =>
      effect('publishReleasePage', `${project.name}: release page`, {
        ...common,
        ...this.common(part),
        tagged: step.tagged,
        ...(built === undefined ? {} : { built }),
      }),
    );
    await this.step(`${project.name} notify`, (common) =>
      effect('notifyChanges', `${project.name}: tell merge requests`, {
        ...common,
        ...this.common(part),
        tagged: step.tagged,
      }),
    );
  }

  private taggedOf({ project }: Part): TaggedProject {
    const tagged = this.tagged.get(project.name);
    if (tagged === undefined) throw new Error(`${project.name} is not tagged yet`);
    return tagged;
  }

  private common({ project, plan }: Part): Omit<ProjectStep, keyof EffectInput> {
    return { project, plan, version: this.version, closedAt: this.input.closedAt };
  }

  private packageStep(part: Part) {
    const components = this.parts.flatMap(({ project }) => this.tagged.get(project.name) ?? []);
    return { ...this.common(part), tagged: this.taggedOf(part), components };
  }

  private stepName(name: string): string {
    return `${this.version} ${name}`;
  }

  /** Tries until it is done: a failure for good is told to the release, and the step waits alone for a person. */
  private async step<T extends Done>(name: string, work: (common: EffectInput) => Promise<T>): Promise<T> {
    const step = this.stepName(name);
    const { release, kind } = this.input;
    for (;;) {
      const transitions = this.pending;
      this.pending = [];
      try {
        const done = await work({ release, kind, transitions });
        if (done.at > this.latest) this.latest = done.at;
        return done;
      } catch (error) {
        this.pending = [...transitions, ...this.pending];
        if (isCancellation(error)) throw error;
        await this.waitForPerson(step, verdictOf(error));
      }
    }
  }

  private async waitForPerson(step: string, verdict: Verdict): Promise<void> {
    this.failed.set(step, verdict);
    this.describe();
    await getExternalWorkflowHandle(this.input.release).signal(stepFailed, { step, verdict });
    await condition(() => !this.failed.has(step));
    this.describe();
  }

  private resume(step: string): void {
    if (!this.failed.delete(step)) return;
    this.resumed.set(step, 1 + (this.resumed.get(step) ?? 0));
  }

  /** Goes on at once; the release is told in order, and everything before this workflow ends. */
  private reach(reached: VersionStatus['reached']): void {
    const { version, latest: at } = this;
    this.reached = reached;
    this.pending.push({
      ordinal: ++this.ordinal,
      to: 'version_reached',
      actor: ENGINE,
      sentence: `${version} is ${reached}.`,
      evidence: [],
    });
    this.describe();
    const release = getExternalWorkflowHandle(this.input.release);
    this.telling = this.telling.then(() => release.signal(versionReached, { version, reached, at }));
    // A cancellation is seen where the work is; here it only ends the telling.
    this.telling.catch(() => undefined);
  }

  private describe(): void {
    const lines = this.parts.map(
      ({ project: { name } }) =>
        `- ${this.tagged.has(name) ? '[x]' : '[ ]'} ${name}: ${
          this.tagged
            .get(name)
            ?.tags.map((tag) => tag.name)
            .join(', ') ?? 'not tagged yet'
        }`,
    );
    const failures = [...this.failed].map(([step, { sentence }]) => `Failed step **${step}**: ${sentence}`);
    const release = `Part of \`${this.input.release}\``;
    setCurrentDetails(
      [`### ${this.version}: ${this.reached}`, release, ...failures, '', ...lines].join('\n'),
    );
  }
}

/** A gate said no. */
class GateClosed extends Error {
  override readonly name = 'GateClosed';

  constructor(readonly verdict: Verdict) {
    super(verdict.sentence);
  }
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof GateClosed) return error.verdict;
  if (error instanceof ActivityFailure) return failureVerdict(error);
  throw error;
}
