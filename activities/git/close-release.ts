import { topicsFor, type Boarding } from '../../domain/embargo/boarding';
import { newSinceOpening } from '../../domain/embargo/owing-at';
import { nextMinor, nextPatch } from '../../domain/version/number';
import {
  effectKey,
  firstOf,
  lineOf,
  partsOf,
  releaseBranchOf,
  stableBranchOf,
} from '../../domain/version/naming';
import { countsItself, type Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { ReservedVersion } from '../../records/closing';
import type { Inclusion } from '../../records/inclusions';
import type { ClosedRelease, ProjectPlan, ReleaseEffects, VersionPlan } from '../effects';
import { permanent } from '../errors';
import { callingWorkflow } from '../records/calling-workflow';
import { projectNamed, type Outside } from '../outside';
import { noteLeftOut } from './note-left-out';
import { publicCommit } from './public-commit';
import { levelRegistry } from './level-registry';
import { readContained, type ContainedVersions } from './read-composed-on';
import { bringDisclosed } from './bring-disclosed';
import { boardFixes } from './board-fixes';
import { baseOf } from './disclosed-base';
import { internalDrafts } from './internal-drafts';
import { publishedLine, type PublishedLine } from './published-line';
import { changesBetween } from './read-changes';
import { finalTags, newestBelow, nextOnLine } from './survey-line';
import { minorsNow } from './minors-now';
import { successorOf } from './successor-draft';
import { fetchCanonical, publishedMinors, refuseReleased } from './survey-lines';
import type { Draft, ProjectDraft } from './version-draft';

type CloseInput = Parameters<ReleaseEffects['closeRelease']>[0];
type Cut = CloseInput['cut'];
type Closed = Omit<ClosedRelease, 'at'>;

/** Reads what each version is cut from, which X.Y.0 is first brought what it lacks to, then reserves the numbers and freezes the lists in one transaction. */
export async function closeRelease(outside: Outside, input: CloseInput): Promise<ClosedRelease> {
  await fetchCanonical(outside, input.settings);
  const drafts = await draftsOf(outside, input);
  const target = targetOf(input.cut);
  return outside.records.closeRelease<Closed>({
    release: input.release,
    workflowId: callingWorkflow(input.release),
    key: effectKey({ release: input.release, step: 'close', target }),
    step: 'close',
    target,
    transitions: input.transitions ?? [],
    versions: drafts.map(({ wanted }) => wanted),
    close: (reserved) => {
      const plans = drafts.map((draft, index) => planOf(input.release, draft, reserved[index]));
      const inclusions = drafts.flatMap((draft, index) => inclusionsOf(outside, draft, reserved[index]));
      return { result: { versions: plans }, inclusions };
    },
  });
}

function targetOf(cut: Cut): string {
  if ('patch' in cut) return cut.patch.join('+');
  if ('internal' in cut) return cut.internal.join('+');
  if ('after' in cut) return `after-${cut.after}`;
  return 'candidate' in cut ? `${firstOf(cut.minor)}-rc${cut.rc}` : firstOf(cut.final);
}

async function draftsOf(outside: Outside, { settings, release, cut }: CloseInput): Promise<readonly Draft[]> {
  if ('patch' in cut) return patchDrafts(outside, { settings, release, minors: cut.patch });
  if ('internal' in cut)
    return internalDrafts(outside, { settings, release, minors: cut.internal, fixes: cut.fixes });
  if ('candidate' in cut) return [await candidateDraft(outside, settings, cut)];
  if ('after' in cut) return [await successorOf(outside, { settings, release, after: cut.after })];
  return [await finalDraft(outside, { settings, release, minor: cut.final })];
}

interface PatchCut {
  readonly settings: ReleaseSettings;
  readonly release: string;
  readonly minors: readonly string[];
}

async function patchDrafts(outside: Outside, cut: PatchCut): Promise<readonly Draft[]> {
  const { settings } = cut;
  const embargoes = await levelRegistry(outside, settings.projects);
  const minors = await minorsToCut(outside, cut);
  const lines = await Promise.all(minors.map((minor) => baseLine(outside, settings, minor)));
  const boarding = await boardFixes(outside, { ...cut, lines, embargoes });
  await noteLeftOut(outside, { release: cut.release, boarding, embargoes });
  return Promise.all(lines.map((line) => patchDraft(outside, { ...cut, line, boarding })));
}

interface BaseLine extends PublishedLine {
  readonly contained: ContainedVersions;
}

/** What is published in between makes what its heads are said to contain too old, which the claim finds, and never too new. */
async function baseLine(outside: Outside, settings: ReleaseSettings, minor: string): Promise<BaseLine> {
  const contained = await readContained(outside, { settings, minor });
  return { ...(await publishedLine(outside, settings, minor)), contained };
}

/** Those asked for, and those that came out since a patch of every maintained one opened. What is only claimed follows later. */
async function minorsToCut(outside: Outside, cut: PatchCut): Promise<readonly string[]> {
  const news = newSinceOpening(await minorsNow(outside, cut), cut.minors);
  const out = await publishedMinors(outside, cut.settings);
  return [...cut.minors, ...news.filter((minor) => out.includes(minor))];
}

interface LineCut extends PatchCut {
  readonly line: BaseLine;
  readonly boarding: Boarding;
}

async function patchDraft(outside: Outside, { settings, release, line, boarding }: LineCut): Promise<Draft> {
  const { minor, published, contained } = line;
  const surveyed = line.projects.map((one) => ({
    line: one,
    project: projectNamed(settings, one.project),
  }));
  const own = surveyed
    .filter(({ project }) => countsItself(project, settings.projects))
    .map(({ project, line: one }) => ({
      project: project.name,
      atLeast: nextOnLine(project, one),
      ...contained.own[project.name],
    }));
  const projects = await Promise.all(
    surveyed.map(async ({ project, line: { head, stableBranch, previousTag } }) => {
      const topics = topicsFor(boarding, { project: project.name, line: minor });
      return {
        project,
        ...(await baseOf(outside.mirrorOf(project), { release, project, head, stableBranch, topics })),
        stableBranch,
        tagged: true,
        // What is listed is computed from what is public already; a fix is told by its own texts, later.
        ...(await sinceTag(outside, { project, head, tag: previousTag })),
      };
    }),
  );
  return { minor, projects, wanted: { atLeast: nextPatch(published), ...contained.product, own } };
}

interface Since {
  readonly project: Project;
  readonly head: string;
  readonly tag: string | undefined;
}

async function sinceTag(
  outside: Outside,
  { project, head, tag }: Since,
): Promise<Pick<ProjectDraft, 'changes' | 'previousTag'>> {
  const mirror = outside.mirrorOf(project);
  const publicHead = await publicCommit(mirror, head);
  if (tag === undefined) return { changes: [] };
  const since = `refs/sides/canonical/tags/${tag}`;
  return { previousTag: tag, changes: await changesBetween(mirror, { project, since, head: publicHead }) };
}

async function candidateDraft(
  outside: Outside,
  settings: ReleaseSettings,
  cut: Extract<Cut, { readonly candidate: unknown }>,
): Promise<Draft> {
  await refuseReleased(outside, settings, cut.minor);
  const version = `${firstOf(cut.minor)}-rc${cut.rc}`;
  const projects = await Promise.all(
    cut.candidate.projects.map(async ({ project: name, sha }) => {
      const project = projectNamed(settings, name);
      const tag = newestBelow(await finalTags(outside.mirrorOf(project), project), version)?.tag;
      const tagged =
        project.versioning !== 'own' && project.tags.some(({ candidate }) => candidate !== undefined);
      const since = await sinceTag(outside, {
        project,
        head: sha,
        tag: project.versioning === 'own' ? undefined : tag,
      });
      return { project, base: sha, tagged, ...since };
    }),
  );
  return { minor: cut.minor, projects, wanted: { atLeast: version } };
}

interface FinalCut {
  readonly settings: ReleaseSettings;
  readonly release: string;
  readonly minor: string;
}

/** The stable branch where the candidate has made one, the candidate's own commit where it was not tagged. */
async function finalDraft(outside: Outside, { settings, release, minor }: FinalCut): Promise<Draft> {
  await refuseReleased(outside, settings, minor);
  const candidate = await closedCandidate(outside, release, minor);
  await bringDisclosed(outside, { settings, release, minor });
  const drafted = await Promise.all(
    candidate.projects.map(async (plan) => {
      const project = projectNamed(settings, plan.project);
      const mirror = outside.mirrorOf(project);
      const stable = plan.tagged
        ? await mirror.resolve(`refs/sides/canonical/heads/${plan.stableBranch}`)
        : undefined;
      const head = stable ?? plan.base;
      const tags = await finalTags(mirror, project);
      const newest = project.versioning === 'own' ? tags.at(-1) : newestBelow(tags, firstOf(minor));
      const since = await sinceTag(outside, { project, head, tag: newest?.tag });
      return { draft: { project, base: head, tagged: true, ...since }, newest: newest?.version };
    }),
  );
  const own = drafted.flatMap(({ draft: { project }, newest }) =>
    countsItself(project, settings.projects)
      ? [{ project: project.name, atLeast: newest === undefined ? '0.1.0' : nextMinor(newest) }]
      : [],
  );
  return { minor, projects: drafted.map(({ draft }) => draft), wanted: { atLeast: firstOf(minor), own } };
}

async function closedCandidate(outside: Outside, release: string, minor: string): Promise<VersionPlan> {
  const versions = await outside.records.versions.ofRelease(release);
  const newest = versions.findLast(({ number, state }) => number.includes('-rc') && state !== 'burned');
  const key = effectKey({ release, step: 'close', target: newest?.number ?? '' });
  const closed = await outside.records.effects.find<Closed>(key);
  const plan = closed?.versions.find(({ version }) => version === newest?.number);
  if (plan !== undefined) return plan;
  throw permanent('RefusedByPolicy', {
    where: `monthly ${minor}`,
    what: 'it has no candidate yet',
    remedy: 'Tag a candidate first',
  });
}

function planOf(release: string, draft: Draft, reserved: ReservedVersion | undefined): VersionPlan {
  if (reserved === undefined) throw new Error('every version wanted is answered by a reserved one');
  const projects = draft.projects.map((one): ProjectPlan => {
    const version = reserved.own[one.project.name] ?? reserved.version;
    return {
      project: one.project.name,
      version,
      base: one.base,
      ...(one.disclosed === undefined ? {} : { disclosed: one.disclosed }),
      // Each version of a unit has a branch of its own.
      releaseBranch: `${releaseBranchOf(release, version)}${draft.after === undefined ? '' : `-${partsOf(version).patch}`}`,
      stableBranch: one.stableBranch ?? stableBranchOf(one.project, firstOf(lineOf(version))),
      tagged: one.tagged,
      changes: one.changes.length,
      ...(one.previousTag === undefined ? {} : { previousTag: one.previousTag }),
    };
  });
  return { version: reserved.version, minor: draft.minor, projects };
}

function inclusionsOf(
  outside: Outside,
  draft: Draft,
  reserved: ReservedVersion | undefined,
): readonly Inclusion[] {
  return draft.projects.flatMap(({ project, changes }) =>
    changes.map((change) => ({
      ...change,
      version: reserved?.version ?? '',
      project: project.name,
      webUrl: mergeRequestUrl(outside, project, change.mergeRequest),
    })),
  );
}

function mergeRequestUrl({ gitlab }: Outside, { repositories }: Project, iid: number): string {
  return `${gitlab.url}/${repositories.canonical}/-/merge_requests/${iid}`;
}
