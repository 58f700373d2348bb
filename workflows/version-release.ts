import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { worksSince } from '../domain/release/process-revision';
import { dependencyOrder } from '../domain/dependency-order';
import { isCandidate } from '../domain/version/naming';
import type { Project } from '../domain/project';
import type { VersionStatus } from '../domain/release/release';
import { reachedSentence } from '../domain/release/version-reached';
import type {
  BuiltPackages,
  EffectInput,
  PackageStep,
  ProjectPlan,
  ProjectStep,
  Tag,
  TaggedProject,
} from '../activities/effects';
import { awaitPipeline, effect } from './effect-proxies';
import { GateClosed, PatientSteps } from './patient-steps';
import { readInput } from './received';
import {
  publishVersion,
  versionReached,
  type VersionOutcome,
  type VersionReleaseInput,
} from './version-release.messages';

/** One version: every project of it tagged, built and verified; published when the release says so, an internal one never. */
export async function versionRelease(input: VersionReleaseInput): Promise<VersionOutcome> {
  return new VersionRelease(input).run();
}

interface Part {
  readonly project: Project;
  readonly plan: ProjectPlan;
}

class VersionRelease {
  private readonly parts: readonly Part[];
  private readonly steps: PatientSteps;
  private readonly tagged = new Map<string, TaggedProject>();
  private readonly built = new Map<string, BuiltPackages>();
  private readonly underWay: Promise<void>[] = [];
  private isToPublish = false;
  private telling: Promise<void> = Promise.resolve();
  private reached: VersionStatus['reached'] = 'started';

  constructor(private readonly input: VersionReleaseInput) {
    const plans = new Map(input.plan.projects.map((plan) => [plan.project, plan]));
    this.parts = readInput(() => dependencyOrder(input.settings.projects)).flatMap((project) => {
      const plan = plans.get(project.name);
      return plan?.tagged === true ? [{ project, plan }] : [];
    });
    this.steps = new PatientSteps(input, () => this.describe());
    setHandler(publishVersion, () => void (this.isToPublish = true));
  }

  async run(): Promise<VersionOutcome> {
    try {
      return await this.walk();
    } catch (error) {
      // What it has made is taken back next, so nothing of it may still be at work.
      if (isCancellation(error))
        await CancellationScope.nonCancellable(() => Promise.allSettled(this.underWay));
      throw error;
    }
  }

  private async walk(): Promise<VersionOutcome> {
    this.describe();
    await this.tagAll();
    this.reach('tagged');
    const builds = this.each((part) => this.build(part));
    const pipelines = this.each((part) => this.awaitPipelines(part));
    // Their failure is told by the step itself; what ends the wait here is a cancellation, seen below.
    pipelines.catch(() => undefined);
    await builds;
    this.reach('built');
    await Promise.all([pipelines, ...(this.takesSmallSteps ? [this.each((part) => this.verify(part))] : [])]);
    await this.checkLists();
    this.reach('verified');
    if (this.input.kind === 'internal') return this.endUnpublished();
    await condition(() => this.isToPublish);
    await this.each((part) => this.publish(part));
    const { at } = await this.steps.do('publication', (common) =>
      effect('markPublished', `${this.version} is published`, { ...common, version: this.version }),
    );
    this.reached = 'published';
    this.describe();
    await this.telling;
    return { at, tagged: [...this.tagged.values()] };
  }

  /** An internal version goes to installations, and is never public. */
  private async endUnpublished(): Promise<VersionOutcome> {
    const { at } = await this.steps.do('record', (common) =>
      effect('recordTransitions', 'Write the record', { ...common, transitions: common.transitions ?? [] }),
    );
    await this.telling;
    return { at, tagged: [...this.tagged.values()] };
  }

  private get version(): string {
    return this.input.plan.version;
  }

  private async each(work: (part: Part) => Promise<void>): Promise<void> {
    await Promise.all(this.parts.map((part) => this.follow(work(part))));
  }

  private follow(work: Promise<void>): Promise<void> {
    this.underWay.push(work);
    return work;
  }

  /** Each project as soon as what it depends on is tagged. */
  private async tagAll(): Promise<void> {
    const underWay = new Map<string, Promise<void>>();
    for (const part of this.parts) {
      const before = part.project.dependsOn.flatMap((name) => underWay.get(name) ?? []);
      underWay.set(part.project.name, this.follow(Promise.all(before).then(() => this.tag(part))));
    }
    await Promise.all(underWay.values());
  }

  private async tag(part: Part): Promise<void> {
    const { project, plan } = part;
    const pinned = this.pinnedBy(part);
    const tagged = await this.steps.do(`${project.name} tag`, (common) =>
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
    const { tags } = this.taggedOf(part);
    await Promise.all(tags.map((tag) => this.follow(this.awaitPipeline(part, tag))));
  }

  private async awaitPipeline(part: Part, tag: Tag): Promise<void> {
    const { pipelineRetries, pipelineTimeoutMs } = this.input.settings;
    const name = `${part.project.name} pipeline ${tag.name}`;
    await this.steps.do(name, async (common) => {
      const rounds = 1 + this.steps.timesResumed(name);
      const retries = rounds * (pipelineRetries + 1) - 1;
      const summary = `${part.project.name}: pipeline of ${tag.name}`;
      const input = { ...common, ...this.common(part), tag, retries };
      const result = await awaitPipeline(summary, pipelineTimeoutMs, input);
      if (result.verdict.verdict !== 'pass') throw new GateClosed(result.verdict);
      return result;
    });
  }

  private async build(part: Part): Promise<void> {
    const { project, plan } = part;
    if (project.packageName === undefined) return;
    const built = await this.steps.do(`${project.name} build`, (common) => {
      const input = { ...common, ...this.packageStep(part) };
      const summary = `${project.name}: build packages of ${plan.version}`;
      return this.takesSmallSteps
        ? effect('buildPackages', summary, input)
        : effect('makePackages', `${summary}, download and compare`, input);
    });
    this.built.set(project.name, built);
  }

  /**
   * Releases of an older revision compare packages in a step of its own, which cannot have them built again, and publish refs,
   * packages and pages one after the other.
   */
  private get takesSmallSteps(): boolean {
    return !worksSince(7, this.input.settings);
  }

  private async verify(part: Part): Promise<void> {
    const built = this.built.get(part.project.name);
    if (built === undefined) return;
    await this.steps.do(`${part.project.name} verify`, (common) =>
      effect('verifyPackages', `${part.project.name}: download and compare`, {
        ...common,
        ...this.builtStep(part),
        built,
      }),
    );
  }

  /** What will be said of the version is true of what was verified, or nothing of it is published. */
  private async checkLists(): Promise<void> {
    const { settings, plan, kind } = this.input;
    // Of a candidate and of an internal version nothing is listed in public.
    if (isCandidate(plan.version) || kind === 'internal' || !worksSince(2, settings)) return;
    const tagged = [...this.tagged.values()];
    await this.steps.do('lists', async (common) => {
      const input = { ...common, settings, plan, tagged };
      const result = await effect(
        'checkLists',
        `${plan.version}: compare the lists with what is tagged`,
        input,
      );
      if (result.verdict.verdict !== 'pass') throw new GateClosed(result.verdict);
      return result;
    });
  }

  private async publish(part: Part): Promise<void> {
    if (this.takesSmallSteps) return this.publishInSteps(part);
    const { project, plan } = part;
    const built = this.built.get(project.name);
    const input = {
      ...this.packageStep(part),
      pinned: this.pinnedBy(part),
      ...(built === undefined ? {} : { built }),
    };
    const what = ['tags', plan.stableBranch, ...(built === undefined ? [] : ['packages'])].join(', ');
    await this.steps.do(`${project.name} publish`, (common) =>
      effect('publishProject', `${project.name}: publish ${what}`, { ...common, ...input }),
    );
  }

  /** Where {@link takesSmallSteps}. */
  private async publishInSteps(part: Part): Promise<void> {
    const { project, plan } = part;
    const step = { ...this.common(part), tagged: this.taggedOf(part) };
    const pinned = this.pinnedBy(part);
    const built = this.built.get(project.name);
    await this.steps.do(`${project.name} publish`, (common) =>
      effect('publishRefs', `${project.name}: publish tags and ${plan.stableBranch}`, {
        ...common,
        ...step,
        pinned,
      }),
    );
    if (built !== undefined) {
      await this.steps.do(`${project.name} packages`, (common) =>
        effect('publishPackages', `${project.name}: publish packages`, {
          ...common,
          ...this.builtStep(part),
          built,
        }),
      );
    }
    if (isCandidate(this.version)) return;
    await this.steps.do(`${project.name} announce`, (common) =>
      effect('announceVersion', `${project.name}: release page, and tell merge requests`, {
        ...common,
        ...step,
        ...(built === undefined ? {} : { built }),
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

  private packageStep(part: Part): Omit<PackageStep, keyof EffectInput> {
    const components = this.parts.flatMap(({ project }) => this.tagged.get(project.name) ?? []);
    return { ...this.common(part), tagged: this.taggedOf(part), components };
  }

  /** As {@link packageStep}; once packages wait in the build repository, nobody has to make them again. */
  private builtStep(part: Part): Omit<PackageStep, keyof EffectInput> {
    const { canonical, build } = part.project.repositories;
    const step = this.packageStep(part);
    return build === canonical ? step : { ...step, components: [] };
  }

  private pinnedBy({ project }: Part): readonly TaggedProject[] {
    return project.pins.flatMap((pin) => this.tagged.get(pin.project) ?? []);
  }

  /** Goes on at once; the release is told in order, and everything before this workflow ends. */
  private reach(reached: VersionStatus['reached']): void {
    const { version } = this;
    const at = this.steps.latest;
    this.reached = reached;
    this.steps.note('version_reached', reachedSentence({ version, reached }));
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
    const failures = this.steps.failed.map(([step, { sentence }]) => `Failed step **${step}**: ${sentence}`);
    const release = `Part of \`${this.input.release}\``;
    setCurrentDetails(
      // A paragraph each: Markdown runs lines together.
      [`### ${this.version}: ${this.reached}`, release, ...failures, lines.join('\n')].join('\n\n'),
    );
  }
}
