import type { ApprovalPolicy, ReleaseSettings } from '../domain/release/release';
import { milestonesOf, type Milestone, type ReleaseKind } from '../domain/release/milestones';
import {
  firstOf,
  lineOf,
  matcherOf,
  stableBranchOf,
  tagRulesOf,
  versionOfTag,
} from '../domain/version/naming';
import { compareNumbers, nextMinor, nextNumber, nextPatch } from '../domain/version/number';
import { countsItself, followingProjects, type Project } from '../domain/project';
import { readVersion } from '../domain/version/version-file';
import type { Records } from '../records/records';
import type { GitLabReader } from './gitlab-reader';
import { NotPossible, NotThere } from './refusals';
import { refuseOtherProduct } from './refuse-other-product';
import { readRequest, type ReleaseRequest } from './release-request';

export interface PlannedRelease {
  readonly kind: ReleaseKind;
  readonly versions: readonly PlannedVersion[];
  readonly milestones: readonly Milestone[];
  readonly approvals: readonly Pick<ApprovalPolicy, 'before' | 'roles' | 'count'>[];
}

/** Numbers are taken only when a release closes; until then another release may get them first. */
export interface PlannedVersion {
  readonly version: string;
  readonly projects: readonly {
    readonly project: string;
    readonly tags: readonly string[];
    readonly stableBranch: string;
  }[];
}

export interface PlanDeps {
  readonly settings: ReleaseSettings;
  readonly records: Records;
  readonly gitlab: GitLabReader;
}

/**
 * What a release would do, without doing any of it.
 * @throws InvalidRequest, NotThere for a minor that was never released, NotPossible for one that was or that lacks a branch,
 * GitLabRefused, GitLabUnavailable
 */
export async function planRelease(deps: PlanDeps, request: ReleaseRequest): Promise<PlannedRelease> {
  const order = readRequest(request);
  await refuseOtherProduct(deps);
  return {
    kind: order.kind,
    versions:
      order.kind === 'monthly'
        ? await planMonthly(deps, order.minor)
        : await Promise.all(order.minors.map((minor) => planPatch(deps, minor))),
    milestones: milestonesOf(order.kind),
    approvals: approvalsOf(deps.settings, order.kind),
  };
}

/** Asked for on the way, in the order in which they are configured. */
export function approvalsOf({ approvals }: ReleaseSettings, kind: ReleaseKind): PlannedRelease['approvals'] {
  return approvals
    .filter(({ kinds }) => kinds.includes(kind))
    .map(({ before, roles, count }) => ({ before, roles, count }));
}

const FIRST_CANDIDATE = 42;

async function planMonthly(deps: PlanDeps, minor: string): Promise<readonly PlannedVersion[]> {
  const published = await publishedOf(deps, minor);
  if (published !== undefined)
    throw new NotPossible({
      where: `monthly ${minor}`,
      what: `${firstOf(minor)} is released already; the newest of its minor is ${published}`,
      remedy: `Start a patch release of ${minor}, or the next monthly`,
    });
  const candidate = await freeNumber(deps, `${firstOf(minor)}-rc${FIRST_CANDIDATE}`);
  const final = await freeNumber(deps, firstOf(minor));
  const own = await ownVersions(deps, async (project) => {
    const newest = (await finalVersions(deps, project)).at(-1);
    return newest === undefined ? '0.1.0' : nextMinor(newest);
  });
  return [
    versionOf(deps.settings, { version: candidate, own: new Map() }),
    versionOf(deps.settings, { version: final, own }),
  ];
}

async function planPatch(deps: PlanDeps, minor: string): Promise<PlannedVersion> {
  const published = await publishedOf(deps, minor);
  if (published === undefined) throw await notReleased(deps, minor);
  await refuseMissingBranch(deps, minor);
  const version = await freeNumber(deps, nextPatch(published));
  const own = await ownVersions(deps, async (project) => {
    const newest = (await finalsOnLine(deps, { project, minor })).at(-1);
    return newest === undefined ? undefined : nextPatch(newest);
  });
  return versionOf(deps.settings, { version, own });
}

/**
 * What is out of a project that counts its own versions, for a minor of the product; oldest first.
 * @throws NotPossible where it has no branch
 */
export async function finalsOnLine(
  deps: PlanDeps,
  { project, minor }: { readonly project: Project; readonly minor: string },
): Promise<readonly string[]> {
  const line = await ownLine(deps.gitlab, { project, minor });
  if (line === undefined) throw noBranch({ project, branch: project.stableBranch, minor });
  return (await finalVersions(deps, project)).filter((one) => lineOf(one) === line);
}

/** A project that counts its own versions has its branch found by what it pins; see {@link ownLine}. */
async function refuseMissingBranch({ settings, gitlab }: PlanDeps, minor: string): Promise<void> {
  await Promise.all(
    followingProjects(settings.projects).map(async (project) => {
      const branch = stableBranchOf(project, firstOf(minor));
      if (!(await gitlab.hasBranch(project.repositories.canonical, branch)))
        throw noBranch({ project, branch, minor });
    }),
  );
}

function noBranch({
  project,
  branch,
  minor,
}: {
  readonly project: Project;
  readonly branch: string;
  readonly minor: string;
}): NotPossible {
  return new NotPossible({
    where: project.repositories.canonical,
    what: `there is no branch ${branch} for ${minor}`,
    remedy: 'Push the branch, or mend `stableBranch` in signalbox.yaml; nothing was started',
  });
}

/** The project whose tags tell which versions of the product are out: the last one that has the product's numbers. */
export function managedProject({ projects }: ReleaseSettings): Project {
  const found = followingProjects(projects).at(-1) ?? projects.at(-1);
  if (found === undefined) throw new Error('a configuration has projects');
  return found;
}

async function publishedOf(deps: PlanDeps, minor: string): Promise<string | undefined> {
  const project = managedProject(deps.settings);
  const versions = await finalVersions(deps, project, minor);
  return versions.findLast((version) => lineOf(version) === minor);
}

/** Every final version of the product that is out, oldest first, as the tags of canonical tell. @throws GitLabUnavailable */
export async function publishedVersions(
  deps: Pick<PlanDeps, 'settings' | 'gitlab'>,
): Promise<readonly string[]> {
  return finalVersions(deps, managedProject(deps.settings));
}

/** Oldest first, in the project's own numbering; of one minor alone where it is named. */
export async function finalVersions(
  { gitlab }: Pick<PlanDeps, 'gitlab'>,
  project: Project,
  minor?: string,
): Promise<readonly string[]> {
  const prefix = minor === undefined ? '' : commonBegin(project, minor);
  const tags = await gitlab.tags(project.repositories.canonical, prefix);
  const versions = new Set(tags.flatMap((tag) => versionOfTag(project, tag) ?? []));
  return [...versions].toSorted(compareNumbers);
}

/** `v18.6.` for `v{version}-ee`: what all tags of a minor begin with; nothing where several patterns begin differently. */
function commonBegin({ tags }: Project, minor: string): string {
  const begins = new Set(
    tags.map(({ final }) => final.replace(/\{version\}.*$/, `${minor}.`).replace(/\{.*$/, '')),
  );
  const [only = ''] = begins;
  return begins.size === 1 ? only : '';
}

async function notReleased(deps: PlanDeps, minor: string): Promise<NotThere> {
  const known = new Set((await publishedVersions(deps)).map(lineOf));
  const newest = [...known].slice(-5).toReversed();
  return new NotThere({
    where: `patch of ${minor}`,
    what: `${firstOf(minor)} has not been released`,
    remedy: `Name a minor that is out${newest.length === 0 ? '' : `: ${newest.join(', ')}`}`,
  });
}

export async function freeNumber({ records }: PlanDeps, atLeast: string): Promise<string> {
  const taken = await records.versions.ofMinor({ minor: lineOf(atLeast) });
  return nextNumber({ atLeast, taken: taken.map(({ number }) => number) });
}

export async function ownVersions(
  { settings, records }: PlanDeps,
  next: (project: Project) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const own = new Map<string, string>();
  for (const project of settings.projects) {
    if (!countsItself(project, settings.projects)) continue;
    const atLeast = await next(project);
    if (atLeast === undefined) continue;
    const taken = await records.versions.ofMinor({ minor: lineOf(atLeast), line: project.name });
    own.set(project.name, nextNumber({ atLeast, taken: taken.map(({ number }) => number) }));
  }
  return own;
}

/** The project's own minor whose stable branch pins this minor of the product. */
async function ownLine(
  gitlab: GitLabReader,
  { project, minor }: { readonly project: Project; readonly minor: string },
): Promise<string | undefined> {
  const repository = project.repositories.canonical;
  const pattern = matcherOf(project.stableBranch);
  const pin = project.pins[0];
  if (pin === undefined) return undefined;
  for (const branch of (await gitlab.branches(repository)).toReversed()) {
    const groups = pattern.exec(branch)?.groups;
    if (groups === undefined) continue;
    const content = await gitlab.file({ project: repository, path: pin.path, ref: branch });
    const [, pinned] = /(\d+\.\d+)\.\d+/.exec(content === undefined ? '' : readVersion(pin, content)) ?? [];
    if (pinned === minor) return `${groups['major']}.${groups['minor']}`;
  }
  return undefined;
}

export function versionOf(
  { projects }: ReleaseSettings,
  { version, own }: { readonly version: string; readonly own: ReadonlyMap<string, string> },
): PlannedVersion {
  return {
    version,
    projects: projects.flatMap((project) => {
      const number = countsItself(project, projects) ? own.get(project.name) : version;
      if (number === undefined) return [];
      const tags = tagRulesOf(project, number).map(({ name }) => name);
      return tags.length === 0
        ? []
        : [{ project: project.name, tags, stableBranch: stableBranchOf(project, firstOf(lineOf(number))) }];
    }),
  };
}
