import { matcherOf, versionOfTag } from '../version/naming';
import type { Project, Repositories } from '../project';

/** A side that follows canonical. */
export type MirrorSide = Exclude<keyof Repositories, 'canonical'>;

/** Objects of one ref by side; absent where the side does not have it. */
export type RefObjects = Readonly<Partial<Record<keyof Repositories, string>>>;

/**
 * - `in_sync`, `gone`: all sides have the same; none has it any more.
 * - `behind`, `missing`: a side is about to be brought level.
 * - `refused`: a side does not take what it should get.
 * - `ahead`, `diverged`: a side has commits that canonical has not.
 * - `rewritten`: canonical no longer has what it had, and a side still does.
 * - `deleted`: canonical no longer has the ref. `stray`: canonical never had it.
 * - `collision`: a tag of one name with two objects, or on canonical under a name that a release has reserved.
 * - `left`: it differs, and a person has said that it may.
 */
export type MirroredState =
  | 'in_sync'
  | 'gone'
  | 'behind'
  | 'missing'
  | 'refused'
  | 'ahead'
  | 'diverged'
  | 'rewritten'
  | 'deleted'
  | 'stray'
  | 'collision'
  | 'left';

/** States that no push of ours ends: a person is asked. */
export const DIFFERENCES: ReadonlySet<MirroredState> = new Set<MirroredState>([
  'refused',
  'ahead',
  'diverged',
  'rewritten',
  'deleted',
  'stray',
  'collision',
]);

const HEADS = 'refs/heads/';
const TAGS = 'refs/tags/';

/** Sides with a repository of their own, in the order in which they are brought level. */
export function mirrorSides({
  repositories: { canonical, security, build },
}: Project): readonly MirrorSide[] {
  const sides: MirrorSide[] = [];
  if (security !== canonical) sides.push('security');
  if (build !== canonical && build !== security) sides.push('build');
  return sides;
}

/** The default branch, stable branches, and tags that name a version. Topics and branches of releases are no business of the mirror. */
export function isMirroredRef(project: Project, ref: string): boolean {
  const tag = tagOf(ref);
  if (tag !== undefined) return numberOfTag(project, tag) !== undefined;
  if (!ref.startsWith(HEADS)) return false;
  const branch = ref.slice(HEADS.length);
  return branch === project.defaultBranch || matcherOf(project.stableBranch).test(branch);
}

/** `v18.6.2` of `refs/tags/v18.6.2`; undefined for a branch. */
export function tagOf(ref: string): string | undefined {
  return ref.startsWith(TAGS) ? ref.slice(TAGS.length) : undefined;
}

/** The version that a tag of the project names, final or candidate: `18.6.2`, `18.7.0-rc42`. */
export function numberOfTag(project: Project, tag: string): string | undefined {
  return versionOfTag(project, tag) ?? candidateOfTag(project, tag);
}

function candidateOfTag(project: Project, tag: string): string | undefined {
  for (const { candidate } of project.tags) {
    if (candidate === undefined) continue;
    const groups = matcherOf(candidate).exec(tag)?.groups;
    if (groups === undefined) continue;
    const { version, major, minor, patch = '0', rc = '0' } = groups;
    return `${version ?? `${major}.${minor}.${patch}`}-rc${rc}`;
  }
  return undefined;
}

/** `refs/tags/v18.6.2` as people say it: `tag v18.6.2`. */
export function refWords(ref: string): string {
  const tag = tagOf(ref);
  return tag === undefined ? `branch ${ref.slice(HEADS.length)}` : `tag ${tag}`;
}
