import type { Embargo } from '../../domain/embargo/embargo';
import { topicsFor } from '../../domain/embargo/boarding';
import type { ReleaseSettings } from '../../domain/release/release';
import { firstInternalOf } from '../../domain/version/fix-floor';
import { permanent } from '../errors';
import { projectNamed, type Outside } from '../outside';
import { baseOf } from './disclosed-base';
import { publishedLine, type PublishedLine } from './published-line';
import type { Draft, ProjectDraft } from './version-draft';

export interface InternalCut {
  readonly settings: ReleaseSettings;
  readonly release: string;
  readonly minors: readonly string[];
  /** Ids of embargoes. */
  readonly fixes: readonly string[];
}

/**
 * For each minor its newest published version with the fixes merged, and nothing else: what installations run, without the
 * hole. Its numbers are counted apart from public ones.
 */
export async function internalDrafts(outside: Outside, cut: InternalCut): Promise<readonly Draft[]> {
  const embargoes = await outside.records.embargoes.all();
  const boarded = cut.fixes.map((id) => registered(embargoes, id));
  const inOrder = boarded.toSorted((left, right) => left.ordinal - right.ordinal);
  return Promise.all(
    cut.minors.map(async (minor) => {
      const line = await publishedLine(outside, cut.settings, minor);
      return internalDraft(outside, { ...cut, line, boarded: inOrder });
    }),
  );
}

function registered(embargoes: readonly Embargo[], id: string): Embargo {
  const found = embargoes.find((embargo) => embargo.id === id);
  if (found !== undefined) return found;
  throw permanent('BugInUs', { where: id, what: 'it is not registered any more', remedy: 'Report it' });
}

interface Drafting extends InternalCut {
  readonly line: PublishedLine;
  readonly boarded: readonly Embargo[];
}

async function internalDraft(outside: Outside, drafting: Drafting): Promise<Draft> {
  const { settings, line } = drafting;
  const { minor, published } = line;
  const projects = await Promise.all(line.projects.map((one) => projectDraft(outside, drafting, one)));
  const own = line.projects.flatMap(({ project, previousVersion = '' }) =>
    projectNamed(settings, project).versioning === 'own' && settings.projects.length > 1
      ? [{ project, atLeast: firstInternalOf(previousVersion), composedOn: previousVersion }]
      : [],
  );
  return { minor, projects, wanted: { atLeast: firstInternalOf(published), composedOn: published, own } };
}

async function projectDraft(
  outside: Outside,
  { settings, release, line: { minor }, boarded }: Drafting,
  { project: name, stableBranch, previousTag }: PublishedLine['projects'][number],
): Promise<ProjectDraft> {
  const project = projectNamed(settings, name);
  const mirror = outside.mirrorOf(project);
  const head =
    previousTag === undefined ? undefined : await mirror.resolve(`refs/sides/canonical/tags/${previousTag}`);
  if (head === undefined) throw nothingOut(project.repositories.canonical, minor);
  const topics = topicsFor({ boarded }, { project: name, line: minor });
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
    what: `no version of it that belongs to ${minor} is out`,
    remedy: 'Abort, and ask for minors of which every project is out',
  });
}
