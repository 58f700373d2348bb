import {
  mirrorSides,
  refWords,
  tagOf,
  type MirrorSide,
  type RefObjects,
} from '../../domain/mirror/mirrored-ref';
import { mirrorSentence } from '../../domain/mirror/mirror-sentence';
import type { Project } from '../../domain/project';
import { permanent } from '../errors';
import type { MirrorEffects } from '../mirror-effects';
import type { Outside } from '../outside';
import { fieldOf, isSame } from './look-at-refs';
import type { Mirror } from './mirror';
import { pushToSide } from './push-to-side';
import { readMirroredRefs } from './read-mirrored-refs';

type Input = Parameters<MirrorEffects['followCanonical']>[0];

interface Following {
  readonly project: Project;
  readonly side: MirrorSide;
  readonly ref: string;
  /** What the side has. */
  readonly from: string;
  /** What canonical has; absent where it has none. */
  readonly to?: string;
}

/** The one place where something mirrored is overwritten or removed, on security and build alone, because a person says so. */
export async function followCanonical(
  outside: Outside,
  input: Input,
): ReturnType<MirrorEffects['followCanonical']> {
  const { project, look, decision } = input;
  const { ref, objects: seen } = input.ref;
  const mirror = outside.mirrorOf(project);
  const now = await objectsNow(mirror, project, ref);
  if (!isStillSo(project, { seen, now })) throw hasChanged(project, ref);
  await mirror.fetch('canonical');
  for (const side of mirrorSides(project)) {
    const from = now[side];
    const to = now.canonical;
    if (from === undefined || from === to) continue;
    await mirror.fetchRefs(side, [ref]);
    const step = { project, side, ref, from, ...(to === undefined ? {} : { to }) };
    await keep(mirror, step);
    await overwrite(outside, mirror, step);
  }
  return record(outside, { project, look, ref, decision, objects: await objectsNow(mirror, project, ref) });
}

async function objectsNow(mirror: Mirror, project: Project, ref: string): Promise<RefObjects> {
  return fieldOf(await readMirroredRefs(mirror, { project, refs: [ref] }), ref, 'object');
}

/** An earlier attempt may have come half way: a side that has what canonical has is done. */
function isStillSo(
  project: Project,
  { seen, now }: { readonly seen: RefObjects; readonly now: RefObjects },
): boolean {
  if (isSame(seen, now)) return true;
  const isDone = (side: MirrorSide): boolean => now[side] === seen[side] || now[side] === now.canonical;
  return now.canonical === seen.canonical && mirrorSides(project).every(isDone);
}

function hasChanged({ name }: Project, ref: string): Error {
  return permanent('Conflict', {
    where: `mirror of ${name}, ${refWords(ref)}`,
    what: 'it has changed since it was decided about',
    remedy: `Look at \`signalbox mirror status ${name}\` and decide again`,
  });
}

/** Commits that nothing else would hold get a branch, on the side that has them. */
async function keep(mirror: Mirror, { project, side, ref, from }: Following): Promise<void> {
  const commit = (await mirror.resolve(from)) ?? '';
  const lost = await mirror.git([
    'rev-list',
    '--max-count=1',
    commit,
    '--not',
    '--glob=refs/sides/canonical/*',
  ]);
  if (lost.trim() === '') return;
  const name = ref.replace(/^refs\/(heads\/)?/, '');
  const kept = { ref: `refs/heads/mirror-kept/${name}-${commit.slice(0, 12)}`, to: commit };
  const [result] = await pushToSide(mirror, { project, side, moves: [kept] });
  // It stands there already where an earlier attempt came this far.
  if (result?.outcome === 'refused') throw refused({ project, side, ref: kept.ref, words: result.words });
}

async function overwrite(outside: Outside, mirror: Mirror, step: Following): Promise<void> {
  const { project, side, ref, from, to } = step;
  const move = { ref, from, ...(to === undefined ? {} : { to }) };
  const [result] = await pushToSide(mirror, { project, side, moves: [move] });
  if (result?.outcome === 'done') return;
  if (result?.outcome === 'moved') throw hasChanged(project, ref);
  // GitLab lets nobody move or delete a protected tag by a push, and nobody delete a protected branch; its API does for maintainers.
  if (to !== undefined && tagOf(ref) === undefined)
    throw refused({ project, side, ref, words: result?.words ?? '' });
  await remove(outside, step);
  if (to === undefined) return;
  const [made] = await pushToSide(mirror, { project, side, moves: [{ ref, to }] });
  if (made?.outcome === 'refused') throw refused({ project, side, ref, words: made.words });
}

async function remove({ gitlab }: Outside, { project, side, ref }: Following): Promise<void> {
  const path = project.repositories[side];
  const tag = tagOf(ref);
  if (tag === undefined) await gitlab.deleteBranch({ project: path, branch: ref.replace('refs/heads/', '') });
  else await gitlab.deleteTag({ project: path, tag });
}

interface Refused {
  readonly project: Project;
  readonly side: MirrorSide;
  readonly ref: string;
  readonly words: string;
}

function refused({ project, side, ref, words }: Refused): Error {
  return permanent('RefusedByPolicy', {
    where: `${project.repositories[side]}, ${ref}`,
    what: `GitLab refuses it: ${words}`,
    remedy: 'Allow the release bot to force push there for a moment, then decide again',
  });
}

export interface Deciding extends Pick<Input, 'project' | 'look' | 'decision'> {
  readonly ref: string;
  readonly objects: RefObjects;
}

async function record(
  { records }: Outside,
  { project, look, ref, decision, objects }: Deciding,
): Promise<{ readonly at: string }> {
  const isGone = Object.keys(objects).length === 0;
  const state = isGone ? 'gone' : 'in_sync';
  const sentence = mirrorSentence({ ref, state, sides: [] });
  await records.mirroredRefs.seen({ project: project.name, look, refs: [{ ref, state, objects, sentence }] });
  const { by: actor, reason, id } = decision;
  const told = `${actor.id} has had it set to what canonical has: ${reason}`;
  const at = await records.mirroredRefs.followed({
    project: project.name,
    ref,
    key: `decision ${id}`,
    actor,
    sentence: told,
  });
  return { at };
}
