import { isUndisclosed, type Embargo } from '../../domain/embargo/embargo';
import { topicsFor } from '../../domain/embargo/boarding';
import { countsItself, followingProjects, type Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import { firstInternalOf } from '../../domain/version/fix-floor';
import { minorOf } from '../../domain/version/number';
import { PRODUCT_LINE } from '../../records/versions';
import { permanent } from '../errors';
import { unacceptedFixes } from '../gitlab/accepted-fixes';
import { projectNamed, type Outside } from '../outside';
import { baseOf } from './disclosed-base';
import { publishedLine, type PublishedLine } from './published-line';
import { readComposedOn } from './read-composed-on';
import { finalTags, nextOnLine } from './survey-line';
import type { Draft, ProjectDraft } from './version-draft';

export interface InternalCut {
  readonly settings: ReleaseSettings;
  readonly release: string;
  readonly minors: readonly string[];
  /** Ids of embargoes. */
  readonly fixes: readonly string[];
}

/**
 * For each minor its newest version that is published whole, with the fixes merged, and nothing else: what installations run, without the
 * hole. Its numbers are counted apart from public ones.
 */
export async function internalDrafts(outside: Outside, cut: InternalCut): Promise<readonly Draft[]> {
  const embargoes = await outside.records.embargoes.all();
  const boarded = cut.fixes.map((id) => registered(embargoes, id));
  const inOrder = boarded.toSorted((left, right) => left.ordinal - right.ordinal);
  await refuseUnaccepted(outside, { ...cut, boarded: inOrder });
  return Promise.all(
    cut.minors.map(async (minor) => {
      const line = await publishedLine(outside, cut.settings, minor);
      return internalDraft(outside, { ...cut, line, boarded: inOrder });
    }),
  );
}

/**
 * What it takes is approved and green on the security side; backports to other minors may come later.
 * Few of those who read the release are of the fix's audience, so which one it is, and what it lacks, is not said.
 */
async function refuseUnaccepted(
  outside: Outside,
  { settings, minors, boarded }: InternalCut & { readonly boarded: readonly Embargo[] },
): Promise<void> {
  const taken = boarded.map((embargo) => ({
    ...embargo,
    topics: embargo.topics.filter(({ line }) => minors.includes(line)),
  }));
  const [first] = await unacceptedFixes(outside, { embargoes: taken, settings });
  if (first === undefined) return;
  throw permanent('RefusedByPolicy', {
    where: 'a fix of this internal release',
    what: 'it is not accepted on the security side',
    remedy: 'Have its merge request there approved and green, then resume the step',
  });
}

/** It may have been pulled, withdrawn or disclosed while approvals were waited for. */
function registered(embargoes: readonly Embargo[], id: string): Embargo {
  const found = embargoes.find((embargo) => embargo.id === id);
  const where = 'a fix of this internal release';
  if (found === undefined || !isUndisclosed(found))
    throw permanent('RefusedByPolicy', {
      where,
      what: 'it cannot be taken any more',
      remedy: 'Abort this release; what is still under embargo gets one of its own',
    });
  if (found.pulled !== undefined)
    throw permanent('RefusedByPolicy', {
      where,
      what: 'it was pulled',
      remedy: 'Resume the step once it is returned, or abort this release',
    });
  return found;
}

interface Drafting extends InternalCut {
  readonly line: PublishedLine;
  readonly boarded: readonly Embargo[];
}

/** A project of a line, and the newest version of it that is out whole; absent where none is. */
interface Based {
  readonly project: Project;
  readonly stableBranch: string;
  readonly isCounting: boolean;
  readonly version?: string;
}

async function internalDraft(outside: Outside, drafting: Drafting): Promise<Draft> {
  const { line } = drafting;
  const based = await basesOf(outside, drafting);
  const projects = await Promise.all(based.map((one) => projectDraft(outside, drafting, one)));
  const published = based.find(({ isCounting }) => !isCounting)?.version ?? line.published;
  const own = based.flatMap(({ project, isCounting, version = '' }) =>
    isCounting ? [{ project: project.name, atLeast: firstInternalOf(version), composedOn: version }] : [],
  );
  const atLeast = firstInternalOf(published);
  return { minor: line.minor, projects, wanted: { atLeast, composedOn: published, own } };
}

async function basesOf(outside: Outside, { settings, line }: Drafting): Promise<readonly Based[]> {
  const following = followingProjects(settings.projects);
  const { composedOn } = await readComposedOn(outside, {
    line: PRODUCT_LINE,
    minor: line.minor,
    projects: following,
  });
  return Promise.all(
    line.projects.map(async (one) => {
      const project = projectNamed(settings, one.project);
      const minor = minorOf(nextOnLine(project, one));
      const counted = { line: project.name, minor, projects: [project] };
      const isCounting = countsItself(project, settings.projects);
      const version = isCounting ? (await readComposedOn(outside, counted)).composedOn : composedOn;
      const base = { project, stableBranch: one.stableBranch, isCounting };
      return version === undefined ? base : { ...base, version };
    }),
  );
}

async function projectDraft(
  outside: Outside,
  { release, line: { minor }, boarded }: Drafting,
  { project, stableBranch, version }: Based,
): Promise<ProjectDraft> {
  const mirror = outside.mirrorOf(project);
  const tag = (await finalTags(mirror, project)).find((one) => one.version === version)?.tag;
  const head = tag === undefined ? undefined : await mirror.resolve(`refs/sides/canonical/tags/${tag}`);
  if (head === undefined) throw nothingOut(project.repositories.canonical, minor);
  const topics = topicsFor({ boarded }, { project: project.name, line: minor });
  return {
    project,
    ...(await baseOf(mirror, { release, project, head, stableBranch, topics })),
    stableBranch,
    tagged: true,
    // Nobody reads a list of changes of it: what is in it is what was asked for.
    changes: [],
  };
}

function nothingOut(where: string, minor: string): Error {
  return permanent('RefusedByPolicy', {
    where,
    what: `no version of it that belongs to ${minor} is out whole`,
    remedy: 'Wait for one that is being published and resume the step, or ask for other minors',
  });
}
