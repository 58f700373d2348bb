import type { PreparedMerge, SideEvidence } from '../../domain/mirror/mirror-task';
import { mirrorSides, tagOf, type MirrorSide, type RefObjects } from '../../domain/mirror/mirrored-ref';
import type { Project } from '../../domain/project';
import { commitTree } from './compose-version';
import { inMergeRoom, mergeOf } from './merge-room';
import type { Mirror } from './mirror';
import { remoteRefs } from './push-refs';
import { pushToSide } from './push-to-side';
import { GitRefusal, linesOf } from './run-git';

export interface Conflict {
  readonly project: Project;
  /** Key of the difference; the prepared merge carries it. */
  readonly key: string;
  readonly ref: string;
  readonly objects: RefObjects;
}

export interface ConflictFound {
  readonly evidence: readonly SideEvidence[];
  readonly merge?: PreparedMerge;
}

/** `mirror-conflict/master`: where a merge of what differs is prepared, on the security side. */
export function conflictBranchOf(ref: string): string {
  return `mirror-conflict/${ref.replace('refs/heads/', '')}`;
}

/** Reads what the sides have that canonical has not, and prepares a merge of the first that has. */
export async function prepareConflict(mirror: Mirror, conflict: Conflict): Promise<ConflictFound> {
  const { project, ref, objects } = conflict;
  const sides = mirrorSides(project).filter((side) => {
    const object = objects[side];
    return object !== undefined && object !== objects.canonical;
  });
  if (sides.length === 0) return { evidence: [] };
  // What is public on any of its branches is nothing that canonical lacks.
  await mirror.fetch('canonical');
  for (const side of sides) await mirror.fetchRefs(side, [ref]);
  const evidence: SideEvidence[] = [];
  for (const side of sides) evidence.push(await evidenceOf(mirror, { ...conflict, side }));
  const merge = await prepareMerge(mirror, conflict, sides);
  return { evidence, ...(merge === undefined ? {} : { merge }) };
}

type ConflictAt = Conflict & { readonly side: MirrorSide };

async function evidenceOf(mirror: Mirror, { objects, side }: ConflictAt): Promise<SideEvidence> {
  const theirs = objects[side] ?? '';
  const { canonical } = objects;
  const log = ['log', '--format=%h %s', `${theirs}^{commit}`, '--not', '--glob=refs/sides/canonical/*'];
  const commits = linesOf(await mirror.git(log));
  if (canonical === undefined) return { side, commits, files: [] };
  const diff = ['diff', '--name-only', '--no-renames', `${canonical}^{commit}`, `${theirs}^{commit}`];
  return { side, commits, files: linesOf(await mirror.git(diff)) };
}

/** None for a tag, none where one side holds the other, and none where there is no security side to put it. */
async function prepareMerge(
  mirror: Mirror,
  conflict: Conflict,
  sides: readonly MirrorSide[],
): Promise<PreparedMerge | undefined> {
  const { ref, objects, project } = conflict;
  const ours = objects.canonical;
  const theirs = sides.map((side) => objects[side] ?? '').find((object) => object !== ours);
  if (!mirrorSides(project).includes('security')) return undefined;
  if (tagOf(ref) !== undefined || ours === undefined || theirs === undefined) return undefined;
  if ((await mirror.isAncestor(ours, theirs)) || (await mirror.isAncestor(theirs, ours))) return undefined;
  const commit = await mergedAs(mirror, { ...conflict, ours, theirs });
  if (typeof commit !== 'string') return commit;
  const branch = conflictBranchOf(ref);
  await pushPrepared(mirror, { ...conflict, branch, commit });
  return { branch, commit };
}

interface Merging extends Conflict {
  readonly ours: string;
  readonly theirs: string;
}

/** The same bytes each time: dated by the younger of the two. */
async function mergedAs(
  mirror: Mirror,
  { ours, theirs, key, ref }: Merging,
): Promise<string | { readonly conflicts: readonly string[] }> {
  const tree = await mergedTree(mirror, ours, theirs);
  if (typeof tree !== 'string') return tree;
  const dates = await mirror.git(['show', '--no-patch', '--format=%cI', ours, theirs]);
  const at =
    linesOf(dates)
      .toSorted((one, other) => Date.parse(one) - Date.parse(other))
      .at(-1) ?? '';
  const message = `Merge both sides of ${ref.replace('refs/heads/', '')}\n\nSignalbox-Key: ${key}\n`;
  return commitTree(mirror, { tree, parents: [ours, theirs], message, at });
}

async function mergedTree(
  mirror: Mirror,
  ours: string,
  theirs: string,
): Promise<string | { readonly conflicts: readonly string[] }> {
  try {
    const merge = await inMergeRoom(mirror, {
      objects: 'kept',
      work: (room) => mergeOf(room, { onto: ours, head: theirs }),
    });
    return merge.clean ? merge.tree : { conflicts: merge.files };
  } catch (error) {
    // Histories that have nothing in common are no merge of files.
    if (error instanceof GitRefusal && error.message.includes('unrelated histories'))
      return { conflicts: [] };
    throw error;
  }
}

interface Prepared extends Conflict {
  readonly branch: string;
  readonly commit: string;
}

/** Over what we prepared before; what a person has pushed there stays. */
async function pushPrepared(mirror: Mirror, { project, branch, commit, key }: Prepared): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const from = (await remoteRefs(mirror, 'security', [ref])).get(ref);
  if (from === commit || (from !== undefined && !(await isOurs(mirror, { ref, object: from, key })))) return;
  const move = { ref, to: commit, ...(from === undefined ? {} : { from }) };
  await pushToSide(mirror, { project, side: 'security', moves: [move] });
}

/** Removes a prepared merge that nobody has worked on. */
export async function removePrepared(
  mirror: Mirror,
  { project, ref: about, key }: Pick<Conflict, 'project' | 'ref' | 'key'>,
): Promise<void> {
  if (!mirrorSides(project).includes('security')) return;
  const ref = `refs/heads/${conflictBranchOf(about)}`;
  const from = (await remoteRefs(mirror, 'security', [ref])).get(ref);
  if (from === undefined || !(await isOurs(mirror, { ref, object: from, key }))) return;
  await pushToSide(mirror, { project, side: 'security', moves: [{ ref, from }] });
}

async function isOurs(
  mirror: Mirror,
  { ref, object, key }: { readonly ref: string; readonly object: string; readonly key: string },
): Promise<boolean> {
  if ((await mirror.resolve(object)) === undefined) await mirror.fetchRefs('security', [ref]);
  const message = await mirror.git(['show', '--no-patch', '--format=%B', object]);
  return message.includes(`Signalbox-Key: ${key}`);
}
