import { compareNumbers, inNumberOrder, nextPatch } from '../../domain/version/number';
import {
  firstOf,
  lineOf,
  matcherOf,
  partsOf,
  stableBranchOf,
  versionOfTag,
} from '../../domain/version/naming';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import type { Pin, Project } from '../../domain/project';
import { newestStanding } from '../../domain/version/withdrawal';
import { readVersion } from '../../domain/version/version-file';
import type { LineProject } from '../effects';
import { permanent } from '../errors';
import type { Mirror } from './mirror';
import type { IsWithdrawn } from './withdrawn-versions';

/** A tag of the project that names a final version. */
export interface FinalTag {
  readonly tag: string;
  /** In the project's own numbering. */
  readonly version: string;
}

/** Final tags on canonical, oldest version first. */
export async function finalTags(mirror: Mirror, project: Project): Promise<readonly FinalTag[]> {
  return inNumberOrder(await allFinalTags(mirror, project), ({ version }) => version);
}

/** As {@link finalTags}, in no order. A version with several tags counts by its last. */
export async function allFinalTags(mirror: Mirror, project: Project): Promise<readonly FinalTag[]> {
  const found = new Map<string, FinalTag>();
  for (const tag of await mirror.names('canonical', 'tags')) {
    const version = versionOfTag(project, tag);
    if (version !== undefined) found.set(version, { tag, version });
  }
  return [...found.values()];
}

/** The project's own minor that ships with this minor of the product; undefined where it has none yet. */
export async function ownLine(
  mirror: Mirror,
  { project, minor }: { readonly project: Project; readonly minor: string },
): Promise<string | undefined> {
  if (project.versioning !== 'own') return minor;
  const pattern = matcherOf(project.stableBranch);
  for (const branch of (await mirror.names('canonical', 'heads')).toReversed()) {
    const groups = pattern.exec(branch)?.groups;
    const pin = project.pins[0];
    if (groups === undefined || pin === undefined) continue;
    if ((await pinnedMinor(mirror, { pin, branch })) === minor)
      return `${groups['major']}.${groups['minor']}`;
  }
  return undefined;
}

async function pinnedMinor(
  mirror: Mirror,
  { pin, branch }: { readonly pin: Pin; readonly branch: string },
): Promise<string | undefined> {
  const content = await mirror.file(`refs/sides/canonical/heads/${branch}`, pin.path);
  return content === undefined ? undefined : minorIn(pin, content);
}

/** An old branch may keep its versions elsewhere; it ships with no minor that anybody asks for. */
function minorIn(pin: Pin, content: string): string | undefined {
  try {
    return /(\d+\.\d+)\.\d+/.exec(readVersion(pin, content))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * What the branch of a project is called that belongs to a line, a minor of the product or the default; undefined where the
 * project counts itself and has none for that minor.
 */
export async function branchNameOf(
  mirror: Mirror,
  { project, line }: { readonly project: Project; readonly line: string },
): Promise<string | undefined> {
  if (line === DEFAULT_LINE) return project.defaultBranch;
  const own = await ownLine(mirror, { project, minor: line });
  return own === undefined ? undefined : stableBranchOf(project, firstOf(own));
}

/** The stable branches of a project on canonical, by the minor of the product that each ships with. */
export async function stableLines(
  mirror: Mirror,
  project: Project,
): Promise<readonly { readonly line: string; readonly branch: string }[]> {
  const [pin] = project.pins;
  const pattern = matcherOf(project.stableBranch);
  const lines: { line: string; branch: string }[] = [];
  for (const branch of await mirror.names('canonical', 'heads')) {
    const groups = pattern.exec(branch)?.groups;
    if (groups === undefined) continue;
    const own = `${groups['major']}.${groups['minor']}`;
    const line = project.versioning === 'own' ? pin && (await pinnedMinor(mirror, { pin, branch })) : own;
    if (line !== undefined) lines.push({ line, branch });
  }
  return lines;
}

/** The branch of a project for a minor of the product, as canonical has it; undefined where it has none. */
export async function stableBranchFor(
  mirror: Mirror,
  { project, minor }: { readonly project: Project; readonly minor: string },
): Promise<{ readonly line: string; readonly stableBranch: string; readonly head: string } | undefined> {
  const line = await ownLine(mirror, { project, minor });
  if (line === undefined) return undefined;
  const stableBranch = stableBranchOf(project, firstOf(line));
  const head = await mirror.resolve(`refs/sides/canonical/heads/${stableBranch}`);
  return head === undefined ? undefined : { line, stableBranch, head };
}

interface OnLine {
  readonly project: Project;
  readonly minor: string;
  readonly isWithdrawn: IsWithdrawn;
}

/** What a project has on the line of a minor. @throws ApplicationFailure RefusedByPolicy when it has no stable branch for it */
export async function surveyProject(mirror: Mirror, asked: OnLine): Promise<LineProject> {
  const found = await findOnLine(mirror, asked);
  if (found === undefined) throw noBranch(asked.project, asked.minor);
  return found;
}

/** As {@link surveyProject}; undefined where it has no stable branch for it. */
export async function findOnLine(
  mirror: Mirror,
  { project, minor, isWithdrawn }: OnLine,
): Promise<LineProject | undefined> {
  const found = await stableBranchFor(mirror, { project, minor });
  if (found === undefined) return undefined;
  const { line, stableBranch, head } = found;
  const onLine = (await allFinalTags(mirror, project)).filter(({ version }) => lineOf(version) === line);
  const inOrder = inNumberOrder(onLine, ({ version }) => version);
  const newest = newestStanding(inOrder, ({ version }) => isWithdrawn(project, version));
  return {
    project: project.name,
    stableBranch,
    head,
    ...(newest === undefined ? {} : { previousVersion: newest.version, previousTag: newest.tag }),
  };
}

/** The number that a project's line goes on with, in its own numbering. */
export function nextOnLine(
  project: Project,
  { previousVersion, stableBranch }: Pick<LineProject, 'previousVersion' | 'stableBranch'>,
): string {
  if (previousVersion !== undefined) return nextPatch(previousVersion);
  const { major, minor } = matcherOf(project.stableBranch).exec(stableBranch)?.groups ?? {};
  return firstOf(`${major}.${minor}`);
}

function noBranch(project: Project, minor: string): Error {
  const expected =
    project.versioning === 'own' ? project.stableBranch : stableBranchOf(project, firstOf(minor));
  return permanent('RefusedByPolicy', {
    where: project.repositories.canonical,
    what: `there is no branch ${expected} for ${minor}`,
    remedy: 'Name a minor that has been released, or mend `stableBranch` in signalbox.yaml',
  });
}

/** The newest final tag below a version, of any minor: what its changes are counted from. */
export function newestBelow(tags: readonly FinalTag[], version: string): FinalTag | undefined {
  const { major, minor } = partsOf(version);
  return tags.findLast(({ version: other }) => compareNumbers(other, `${major}.${minor}.0`) < 0);
}
