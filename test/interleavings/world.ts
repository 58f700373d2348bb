import type { EmbargoState } from '../../domain/embargo/embargo';
import type { FixFloor } from '../../domain/version/fix-floor';
import type { MaintenanceException } from '../../domain/version/maintenance';
import type { ProductionRun } from '../../domain/version/monthly-base';
import type { PublicationBasis } from '../../domain/version/publication-basis';
import type { RegisteredVersion, VersionState } from '../../domain/version/superset';
import type { Habits, Rules } from './rules';

/** Two projects, so that a fix may span them and a publication may stop between them. */
export const PROJECTS = ['gitaly', 'gitlab'] as const;
export type Project = (typeof PROJECTS)[number];
export type PerProject<T> = Record<Project, T>;

export function perProject<T>(make: (project: Project) => T): PerProject<T> {
  return { gitaly: make('gitaly'), gitlab: make('gitlab') };
}

/** A commit is its place in the list; its history is a set of such places, itself included. */
export type Commit = number;
export type History = bigint;

/** What everybody can see of a project: refs, and every object that was ever pushed, ref or no ref. */
export interface Canonical {
  default: Commit;
  readonly stable: Map<string, Commit>;
  readonly tags: Map<string, Commit>;
  objects: History;
}

/** A fix under embargo. */
export interface Fix {
  /** Stands for the embargo's id: `fix A`. */
  readonly name: string;
  readonly projects: readonly Project[];
  /** Lines as the registry has them. */
  affects: readonly string[];
  /** Lines that really had the hole when it was found; known to the checks alone. */
  readonly hole: readonly string[];
  state: EmbargoState;
  plan?: string;
  /** Head of the topic, by project and line: `gitaly 18.6`. */
  readonly topics: Map<string, Commit>;
  /** Every commit of its own, by project. */
  readonly objects: PerProject<History>;
  readonly builtOn: readonly string[];
  readonly exceptions: Set<string>;
}

export interface Version extends RegisteredVersion {
  state: VersionState;
  readonly minor: string;
  commits?: PerProject<Commit>;
}

/** Part of a release: one version on one minor, as it was planned last. */
export interface Member {
  readonly minor: string;
  /** Lowest number that would do. */
  readonly atLeast: string;
  readonly composedOn?: string;
  /** Public commits, frozen when it was planned first. */
  readonly stable: PerProject<Commit>;
  /** Fixes whose topics are composed in. */
  readonly topics: readonly string[];
  number?: string;
  built: boolean;
}

/** What a release waits for. That it is never another release is checked, and that whoever is named can answer. */
export type Waited =
  | { readonly for: 'pipeline' | 'approval' | 'calendar' }
  | { readonly for: 'owner'; readonly fix: string; readonly line: string }
  | { readonly for: 'operators'; readonly fix: string; readonly systems: readonly string[] }
  | { readonly for: 'release'; readonly id: string };

export type Step = 'plan' | 'tag' | 'build' | 'approve' | 'calendar' | 'claim' | 'publish' | 'ended';

export interface Release {
  readonly id: string;
  readonly kind: 'monthly' | 'patch' | 'internal';
  /** Of a monthly and an internal release. */
  readonly minor?: string;
  /** Minors maintained when it opened. */
  readonly opening: readonly string[];
  /** Fixes that somebody took out of it. */
  readonly pulled: Set<string>;
  step: Step;
  /** Fixes that it is to disclose, or to bring to managed systems. */
  fixes: readonly string[];
  members: readonly Member[];
  basis?: PublicationBasis;
  approved: boolean;
  /** Whether its date has come. */
  due: boolean;
  waits?: Waited;
  /** The kinds of what it waited for so far. */
  readonly waited: Set<Waited['for']>;
}

/** A claimed unit: complete, approved, and the same for whoever carries it out. */
export interface PreparedPlan {
  readonly release: string;
  readonly numbers: readonly string[];
  readonly fixes: readonly string[];
  /** Minors whose stable branch was born and that were not out when it was claimed. */
  readonly unreleased: readonly string[];
}

export interface Package {
  readonly name: string;
  readonly base: PerProject<Commit>;
  readonly commits: PerProject<Commit>;
}

export interface System {
  readonly name: string;
  /** Line of what it runs. */
  line: string;
  runs: { readonly name: string; readonly commits: PerProject<Commit> };
  floor: FixFloor;
}

export interface World {
  readonly rules: Rules;
  readonly habits: Habits;
  /** Hours since the beginning. */
  now: number;
  readonly histories: History[];
  /** What a commit was made on. */
  readonly parents: (readonly Commit[])[];
  readonly canonical: PerProject<Canonical>;
  readonly fixes: Fix[];
  /** Revision of the registry. */
  registry: number;
  readonly versions: Version[];
  /** When the first version of a minor was claimed, by minor. */
  readonly out: Map<string, string>;
  readonly exceptions: MaintenanceException[];
  readonly releases: Release[];
  readonly plans: Map<string, PreparedPlan>;
  readonly packages: Package[];
  /** What the rollout of packages has read so far for the next one. */
  composing?: PerProject<Commit>;
  readonly production: (ProductionRun & { readonly of: Package })[];
  readonly systems: System[];
  /** Compositions made, by recipe: the same recipe is the same commit. */
  readonly compositions: Map<string, Commit>;
  /** Every public push that was asked for, let or refused. */
  readonly pushes: PublicPush[];
  /** How often this history came to a place worth coming to. */
  readonly reached: Map<Reached, number>;
  /** What happened that only checks look at. */
  readonly noted: Noted[];
  story?: string[];
}

export type Noted =
  | {
      readonly what: 'tagged';
      readonly number: string;
      readonly release: string;
      readonly commits: PerProject<Commit>;
    }
  | { readonly what: 'claimed'; readonly release: string; readonly numbers: readonly string[] }
  | { readonly what: 'unclaimed'; readonly release: string; readonly numbers: readonly string[] }
  | { readonly what: 'recomposed'; readonly release: string; readonly minor: string; readonly on: string }
  | { readonly what: 'refused'; readonly plan: string; readonly fix: string }
  | { readonly what: 'born'; readonly minor: string; readonly commits: PerProject<Commit> };

export interface PublicPush {
  readonly project: Project;
  readonly commit: Commit;
  /** The release whose plan it belongs to, or whatever else pushes. */
  readonly plan: string;
  /** `default`, or a minor. */
  readonly line: string;
  /** Objects that it would make public. */
  readonly fresh: History;
  readonly isLet: boolean;
}

/** Places that the histories have to come to, or passing them would mean little. */
export const REACHED = [
  'a version came out',
  'a number was burned',
  'an internal version was handed over',
  'a fix was on every managed system before its disclosure',
  'a fix was disclosed with systems named as exceptions',
  'a fix was disclosed with one that it is built on',
  'a fix was pulled after its tag',
  'a minor got a fix that was disclosed before',
  'a patch covered a minor that came out since it opened',
  'a patch covered a minor that left the window since it opened',
  'X.Y.1 came out in the unit of X.Y.0',
  'X.Y.0 disclosed a fix of its own',
  'a version was composed again for a foreign publication',
  'a claim was refused because a fact had moved',
  'a claim was taken back',
  'a release carried on what another had claimed',
  'a release died after its claim',
  'a release died amid its publication',
  'the gate refused a mistake',
  'the fix floor refused a package',
] as const;
export type Reached = (typeof REACHED)[number];

export function reach(world: World, what: Reached): void {
  world.reached.set(what, (world.reached.get(what) ?? 0) + 1);
}

const BEGINNING = Date.UTC(2026, 10, 1);
const HOUR = 3_600_000;

/** ISO 8601, so many hours after the beginning. */
export function instantAt(hours: number): string {
  return new Date(BEGINNING + hours * HOUR).toISOString();
}

export function instant(world: World): string {
  return instantAt(world.now);
}

export function released(world: World, id: string): Release | undefined {
  return world.releases.find((release) => release.id === id);
}

export function fixNamed(world: World, name: string): Fix {
  const fix = world.fixes.find((each) => each.name === name);
  if (fix === undefined) throw new Error(`the model has no ${name}`);
  return fix;
}

export function versionOf(world: World, number: string): Version {
  const version = world.versions.find((each) => each.number === number);
  if (version === undefined) throw new Error(`the model has no ${number}`);
  return version;
}

export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the model has no ${what}`);
  return value;
}
