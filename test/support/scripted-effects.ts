import { Context } from '@temporalio/activity';
import type {
  BuiltPackages,
  ClosedRelease,
  ProjectPlan,
  ProjectStep,
  ReleaseEffects,
  TaggedProject,
  VersionPlan,
} from '../../activities/effects';
import {
  firstOf,
  lineOf,
  partsOf,
  releaseBranchOf,
  stableBranchOf,
  tagRulesOf,
} from '../../domain/version/naming';
import { nextPatch } from '../../domain/version/number';
import type { ReleaseSettings, Transition } from '../../domain/release/release';

export type EffectName = keyof ReleaseEffects;
export type InputOf<Name extends EffectName> = Parameters<ReleaseEffects[Name]>[0];
export type AnswerOf<Name extends EffectName> = Awaited<ReturnType<ReleaseEffects[Name]>>;

/** What an effect does instead; `usual` is what it would have done. */
export type Override<Name extends EffectName> = (
  input: InputOf<Name>,
  usual: () => Promise<AnswerOf<Name>>,
) => Promise<AnswerOf<Name>>;

export type Overrides = { readonly [Name in EffectName]?: Override<Name> };

export interface Call<Name extends EffectName = EffectName> {
  readonly effect: Name;
  readonly input: InputOf<Name>;
  readonly workflowId: string;
  /** `begun` until it answered or failed. */
  outcome: 'begun' | 'done' | 'failed' | 'cancelled';
}

/** Effects that touch nothing, answer plausibly unless told otherwise, and remember how they were called. */
export interface ScriptedEffects {
  readonly effects: ReleaseEffects;
  readonly calls: readonly Call[];
  callsOf<Name extends EffectName>(effect: Name): readonly Call<Name>[];
  /** From now on. */
  override(overrides: Overrides): void;
  /** What stands in the record: the lines of every effect that was done, by the workflow that counted them. */
  recorded(): ReadonlyMap<string, readonly Transition[]>;
}

export function scriptEffects(script: Overrides = {}): ScriptedEffects {
  const calls: Call[] = [];
  let overrides = script;
  const usual = usualEffects();

  function scripted<Name extends EffectName>(effect: Name) {
    return async (input: InputOf<Name>): Promise<AnswerOf<Name>> => {
      const { workflowExecution } = Context.current().info;
      const call: Call = { effect, input, workflowId: workflowExecution?.workflowId ?? '', outcome: 'begun' };
      calls.push(call);
      const answer = () => (usual[effect] as unknown as Answering<Name>)(input);
      const override = overrides[effect];
      try {
        const answered = await (override === undefined ? answer() : override(input, answer));
        call.outcome = 'done';
        return answered;
      } catch (error) {
        call.outcome = Context.current().cancellationSignal.aborted ? 'cancelled' : 'failed';
        throw error;
      }
    };
  }

  const names = Object.keys(usual) as EffectName[];
  const callsOf = <Name extends EffectName>(effect: Name) =>
    calls.filter((call): call is Call<Name> => call.effect === effect);
  return {
    effects: Object.fromEntries(names.map((name) => [name, scripted(name)])) as unknown as ReleaseEffects,
    calls,
    callsOf,
    override: (more) => void (overrides = { ...overrides, ...more }),
    recorded: () => recordOf(calls),
  };
}

type Answering<Name extends EffectName> = (input: InputOf<Name>) => Promise<AnswerOf<Name>>;

function recordOf(calls: readonly Call[]): ReadonlyMap<string, readonly Transition[]> {
  const record = new Map<string, Transition[]>();
  for (const { outcome, workflowId, input } of calls) {
    if (outcome !== 'done') continue;
    record.set(workflowId, [...(record.get(workflowId) ?? []), ...(input.transitions ?? [])]);
  }
  return record;
}

/** Instant of the server that runs the activity, whose clock may skip. */
function at(): string {
  return new Date(Context.current().info.currentAttemptScheduledTimestampMs).toISOString();
}

function usualEffects(): ReleaseEffects {
  const closed = new Map<string, number>();
  return {
    surveyLines: async ({ settings, minors }) =>
      minors.map((minor) => ({
        at: at(),
        minor,
        published: `${minor}.1`,
        projects: settings.projects.map((project) => ({
          project: project.name,
          stableBranch: stableBranchOf(project, firstOf(minor)),
          head: shaOf(`${project.name} ${minor}`),
        })),
      })),
    chooseCandidate: async ({ settings, minor }) => ({ at: at(), projects: candidateOf(settings, minor) }),
    openReleaseIssue: async () => ({
      at: at(),
      issue: 17,
      url: 'https://gitlab.test/group/gitlab/-/issues/17',
    }),
    noteOnReleaseIssue: async () => ({ at: at() }),
    surveyInternal: async ({ request }) => ({
      at: at(),
      published: ['18.6', '18.5', '18.4', '18.3'],
      fixes: request.fixes.map((id) => ({
        id,
        state: 'sealed',
        affects: request.minors.map((line) => ({ line, evidence: 'tried' })),
        topics: request.minors.map((line) => ({ project: 'gitaly', line, branch: '', head: '' })),
      })),
      publicProjects: [],
    }),
    readRemediation: async () => ({
      at: at(),
      verdict: { verdict: 'pass', sentence: 'Every managed system has it.', evidence: [] },
    }),
    closeRelease: async (input) => closeOnce(input, closed),
    offerBuild: async () => ({
      at: at(),
      verdict: { verdict: 'pass', sentence: 'What it was built with still stands.', evidence: [] },
    }),
    tagProject: async (step) => tagged(step),
    awaitPipeline: async ({ tag }) => ({
      at: at(),
      verdict: { verdict: 'pass', sentence: `The pipeline of ${tag.name} passed.`, evidence: [] },
    }),
    buildPackages: async (step) => packages(step),
    makePackages: async (step) => packages(step),
    verifyPackages: async () => ({ at: at() }),
    rehearseRelease: async ({ versions }) => ({
      at: at(),
      digest: versions.map(({ plan }) => plan.version).join('+'),
      isClear: true,
    }),
    checkLists: async () => ({
      at: at(),
      verdict: { verdict: 'pass', sentence: 'The lists are true.', evidence: [] },
    }),
    announceRelease: async () => ({ at: at(), url: 'https://gitlab.test/announcement.md' }),
    publishAdvisory: async () => ({ at: at(), url: 'https://gitlab.test/advisory.json' }),
    publishDisclosedTexts: async () => ({ at: at() }),
    claimPublication: async () => ({ at: at(), claimed: true, overtaken: [] }),
    discloseFixes: async () => ({ at: at() }),
    publishRefs: async ({ tagged: { commit } }) => ({ at: at(), stable: commit }),
    publishPackages: async () => ({ at: at() }),
    announceVersion: async () => ({ at: at(), notified: 1 }),
    publishProject: async () => ({ at: at() }),
    markPublished: async () => ({ at: at() }),
    finishPublications: async () => ({ at: at() }),
    withdrawVersions: async () => ({ at: at() }),
    withdrawPublished: async ({ successorSettings: settings }) => ({
      at: at(),
      successor: { id: 'patch:2', title: 'The next', settings },
    }),
    answerLeak: async () => ({
      at: at(),
      exposed: [],
      closed: [],
      open: [],
      critical: {
        verdict: { verdict: 'pass', sentence: 'It is ready.', evidence: [] },
        command: 'signalbox',
      },
    }),
    tellWithdrawal: async () => ({ at: at() }),
    recordTransitions: async () => ({ at: at() }),
  };
}

function candidateOf(settings: ReleaseSettings, minor: string) {
  return settings.projects.map(({ name }) => ({
    project: name,
    sha: shaOf(`${name} of ${minor}`),
    sentence: 'gprd runs it.',
  }));
}

/** Gives out each number once: what is closed again gets the next. */
function closeOnce(input: InputOf<'closeRelease'>, closed: Map<string, number>): ClosedRelease {
  const { cut } = input;
  const next = (of: string): number => {
    const times = closed.get(of) ?? 0;
    closed.set(of, times + 1);
    return times;
  };
  if ('patch' in cut)
    return {
      at: at(),
      versions: cut.patch.map((minor) => planOf(input, `${minor}.${2 + next(minor)}`)),
    };
  if ('internal' in cut)
    return {
      at: at(),
      versions: cut.internal.map((minor) => planOf(input, `${minor}.1-internal${next(minor)}`)),
    };
  if ('after' in cut) return { at: at(), versions: [planOf(input, nextPatch(cut.after))] };
  if ('final' in cut) return { at: at(), versions: [planOf(input, `${cut.final}.${next(cut.final)}`)] };
  const version = `${cut.minor}.0-rc${cut.rc + next(`${cut.minor} candidate`)}`;
  return { at: at(), versions: [planOf(input, version)] };
}

function planOf({ settings, release }: InputOf<'closeRelease'>, version: string): VersionPlan {
  const isCandidate = partsOf(version).rc !== undefined;
  const projects = settings.projects.map((project): ProjectPlan => {
    const own = project.versioning === 'own' ? ownVersion(version) : version;
    return {
      project: project.name,
      version: own,
      base: shaOf(`${project.name} ${lineOf(version)}`),
      releaseBranch: releaseBranchOf(release, own),
      stableBranch: stableBranchOf(project, own),
      tagged: !(isCandidate && project.versioning === 'own'),
      changes: 1,
    };
  });
  return { version, minor: lineOf(version), projects };
}

function ownVersion(version: string): string {
  const ours = version.replace(/^18/, '9');
  return version.includes('-internal') ? ours : nextPatch(ours);
}

function packages({ project, plan }: ProjectStep): BuiltPackages {
  const [name, version] = [project.packageName ?? project.name, plan.version];
  const file = `${project.name}-${version}.tar.gz`;
  return {
    at: at(),
    project: project.name,
    files: [{ name, version, file, sha256: shaOf(version), bytes: 1024 }],
  };
}

function tagged({ project, plan }: ProjectStep): TaggedProject {
  const tags = tagRulesOf(project, plan.version).map(({ name }) => ({ name, sha: shaOf(name) }));
  return {
    at: at(),
    project: project.name,
    versioning: project.versioning,
    version: plan.version,
    tags,
    commit: tags.at(-1)?.sha ?? '',
  };
}

/** Forty hexadecimal digits, the same for the same text. */
function shaOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(40, '0').slice(-40);
}
