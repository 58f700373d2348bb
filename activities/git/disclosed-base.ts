import { effectKey } from '../../domain/version/naming';
import type { RecipeTopic } from '../../domain/embargo/composition';
import type { Project } from '../../domain/project';
import type { Disclosed, ProjectPlan } from '../effects';
import { permanent } from '../errors';
import { commitTree } from './compose-version';
import { mergeCommitsBetween, mergeDisclosed } from './merge-disclosed';
import { inMergeRoom, mergeOf } from './merge-room';
import type { Mirror } from './mirror';
import { requireHeads, topicsAhead } from './topic-heads';

export interface BaseWanted {
  readonly release: string;
  readonly project: Project;
  /** Head of the stable branch on canonical. */
  readonly head: string;
  readonly stableBranch: string;
  readonly topics: readonly RecipeTopic[];
  /** Commit of the version before it in the same unit. */
  readonly after?: string;
}

/** What a version is cut from: the stable branch, with the fixes that it discloses merged into it on the release's own branch. */
export async function baseOf(
  mirror: Mirror,
  { release, project, head, stableBranch, topics, after }: BaseWanted,
): Promise<Pick<ProjectPlan, 'base' | 'disclosed'>> {
  if (topics.length === 0 && after === undefined) return { base: head };
  await requireHeads(mirror, { project: project.name, topics });
  // The date of the head, so that whoever closes again makes the same commits.
  const at = await committedAt(mirror, head);
  const disclosed = { twin: head, topics, at, ...(after === undefined ? {} : { after }) };
  return { base: await merged(mirror, { release, project, stableBranch, disclosed }), disclosed };
}

/** When a commit was made, in ISO 8601. */
export async function committedAt(mirror: Mirror, commit: string): Promise<string> {
  return new Date((await mirror.git(['show', '--no-patch', '--format=%cI', commit])).trim()).toISOString();
}

/** Makes the base again where this machine does not have it yet: it is on no side that is fetched by its name. */
export async function bringBase(
  mirror: Mirror,
  {
    release,
    project,
    plan,
  }: { readonly release: string; readonly project: Project; readonly plan: ProjectPlan },
): Promise<void> {
  if ((await mirror.resolve(plan.base)) !== undefined) return;
  await mirror.fetch('canonical');
  const { base, disclosed, stableBranch } = plan;
  // What comes after another version of its unit is cut from that one's commits, which are on the private side.
  if (disclosed?.after !== undefined || disclosed === undefined) await mirror.fetch('security');
  if (disclosed === undefined) return;
  await requireHeads(mirror, { project: project.name, topics: disclosed.topics });
  const again = await merged(mirror, { release, project, stableBranch, disclosed });
  if (again === base) return;
  throw permanent('BugInUs', {
    where: `${project.name} ${plan.version}`,
    what: `its base made again is ${again}, and it was closed on ${base}`,
    remedy: 'Report it; nothing has been published',
  });
}

/** The merges between canonical and the base; the topics' own commits are not ours. */
export async function madeForBase(
  mirror: Mirror,
  { base, disclosed }: Pick<ProjectPlan, 'base' | 'disclosed'>,
): Promise<readonly string[]> {
  return disclosed === undefined ? [] : mergeCommitsBetween(mirror, { from: disclosed.twin, to: base });
}

async function merged(
  mirror: Mirror,
  {
    release,
    project,
    stableBranch,
    disclosed: { twin, topics, at, after },
  }: Pick<BaseWanted, 'release' | 'project' | 'stableBranch'> & { readonly disclosed: Disclosed },
): Promise<string> {
  const { commit, conflicts } = await inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) =>
      mergeDisclosed(room, {
        release,
        project: project.name,
        branch: stableBranch,
        from: twin,
        topics: await topicsAhead(room, { of: twin, topics }),
        at,
      }),
  });
  if (conflicts.length === 0) {
    if (after === undefined) return commit;
    return withVersionBefore(mirror, { release, project, stableBranch, commit, after, at });
  }
  throw permanent('Conflict', {
    where: `${project.repositories.canonical} ${stableBranch}`,
    what: 'its version cannot be composed again from what it was closed on',
    remedy: 'Resume the step: it is closed again from what there is now',
  });
}

/** The version before it has nothing but its version files of its own, so the two never contradict each other. */
async function withVersionBefore(
  mirror: Mirror,
  {
    release,
    project,
    stableBranch,
    commit,
    after,
    at,
  }: Pick<BaseWanted, 'release' | 'project' | 'stableBranch'> & {
    readonly commit: string;
    readonly after: string;
    readonly at: string;
  },
): Promise<string> {
  const merge = await inMergeRoom(mirror, {
    objects: 'kept',
    work: (room) => mergeOf(room, { onto: commit, head: after }),
  });
  if (!merge.clean)
    throw permanent('Conflict', {
      where: `${project.repositories.canonical} ${stableBranch}`,
      what: `it contradicts the version before it in ${merge.files.join(', ')}`,
      remedy: 'Mend the branch, then resume the step',
    });
  const key = effectKey({ release, step: 'follow', target: `${project.name}/${after}` });
  const message = `Merge the version before into ${stableBranch}\n\nSignalbox-Key: ${key}\n`;
  return commitTree(mirror, { tree: merge.tree, parents: [commit, after], message, at });
}
