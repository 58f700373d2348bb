import { ApplicationFailure } from '@temporalio/common';
import type { MirrorMove, RefPlan } from '../../domain/mirror/mirror-plan';
import { DIFFERENCES, mirrorSides, type MirrorSide } from '../../domain/mirror/mirrored-ref';
import { mirrorSentence } from '../../domain/mirror/mirror-sentence';
import { outsideDown } from '../errors';
import type { RefApart } from '../../domain/mirror/mirror-status';
import type { MirrorEffects, MirrorSync } from '../mirror-effects';
import type { Outside } from '../outside';
import { tellApart } from './look-at-refs';
import type { Mirror } from './mirror';
import { pushToSide, type MoveOutcome } from './push-to-side';

type Input = Parameters<MirrorEffects['syncRefs']>[0];

/** What became of one move. */
interface Walked extends MirrorMove {
  readonly ref: string;
  readonly result: MoveOutcome | { readonly outcome: 'silent' };
}

interface SideWalked {
  readonly walked: readonly Walked[];
  readonly silent?: { readonly side: MirrorSide; readonly sentence: string };
}

export async function syncRefs(outside: Outside, input: Input): Promise<MirrorSync> {
  const { project, look } = input;
  const mirror = outside.mirrorOf(project);
  const moving = input.refs.filter(({ moves }) => moves.length > 0);
  const ready = await whatStillHolds(mirror, moving);
  const sides = await Promise.all(
    mirrorSides(project).map((side) => walkSide(mirror, { input, side, refs: ready })),
  );
  const silent = sides.flatMap((side) => side.silent ?? []);
  const [first] = silent;
  if (first !== undefined && silent.length === sides.length) throw allSilent(input, first.sentence);
  const walked = sides.flatMap((side) => side.walked);
  const plans = ready.map((ref) => after(ref, walked));
  const at = await outside.records.mirroredRefs.seen({ project: project.name, look, refs: plans });
  const { apart } = await tellApart(outside, input, plans);
  const movedOn = walked.filter(({ result }) => result.outcome === 'moved').map(({ ref }) => ref);
  const outrun = moving.filter((ref) => !ready.includes(ref)).map(({ ref }) => ref);
  return { at, apart, silent, moved: [...new Set([...movedOn, ...outrun])] };
}

/**
 * The gate, on every attempt: a ref is pushed only while canonical still has that very object, so nothing but what is public
 * leaves, and what has moved on meanwhile is looked at again.
 */
async function whatStillHolds(mirror: Mirror, refs: readonly RefApart[]): Promise<readonly RefApart[]> {
  if (refs.length === 0) return [];
  await mirror.fetchRefs(
    'canonical',
    refs.map(({ ref }) => ref),
  );
  const ready: RefApart[] = [];
  for (const ref of refs) if (await isAsPlanned(mirror, ref)) ready.push(ref);
  return ready;
}

async function isAsPlanned(mirror: Mirror, { ref, moves }: RefApart): Promise<boolean> {
  const local = ref.replace('refs/', 'refs/sides/canonical/');
  const object = await objectAt(mirror, local);
  for (const { from, to } of moves) {
    if (to !== object) return false;
    if (from !== undefined && !(await mirror.isAncestor(from, to))) return false;
  }
  return true;
}

/** Of a tag the tag itself. */
async function objectAt(mirror: Mirror, ref: string): Promise<string | undefined> {
  const text = await mirror.git(['for-each-ref', '--format=%(objectname)', ref]);
  return text.trim() || undefined;
}

interface SideWalk {
  readonly input: Input;
  readonly side: MirrorSide;
  readonly refs: readonly RefApart[];
}

async function walkSide(mirror: Mirror, { input, side, refs }: SideWalk): Promise<SideWalked> {
  const moves = refs.flatMap(({ ref, moves: all }) =>
    all.filter((move) => move.side === side).map((move) => ({ ...move, ref })),
  );
  try {
    const results = await pushToSide(mirror, { project: input.project, side, moves });
    return {
      walked: moves.map((move, index) => ({ ...move, result: results[index] ?? { outcome: 'moved' } })),
    };
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    return {
      walked: moves.map((move) => ({ ...move, result: { outcome: 'silent' } })),
      silent: { side, sentence: error.message },
    };
  }
}

function allSilent({ project }: Input, words: string): Error {
  const where = `mirrors of ${project.name}`;
  return outsideDown({ where, what: words.slice(0, 300), remedy: 'They are tried again' });
}

/** The ref as it is after the walk. A difference on another side stays what it is. */
function after(plan: RefApart, walked: readonly Walked[]): RefPlan {
  const mine = walked.filter(({ ref }) => ref === plan.ref);
  const done = mine.filter(({ result }) => result.outcome === 'done');
  const objects = { ...plan.objects, ...Object.fromEntries(done.map(({ side, to }) => [side, to])) };
  const moves = plan.moves.filter(({ side }) => !done.some((one) => one.side === side));
  const refused = mine.filter(({ result }) => result.outcome === 'refused');
  return {
    ref: plan.ref,
    objects,
    moves,
    isClaimed: plan.isClaimed,
    ...stateAfter(plan, { moves, refused }),
  };
}

type Told = Pick<RefPlan, 'state' | 'sentence'>;

function stateAfter(
  plan: RefApart,
  { moves, refused }: { readonly moves: readonly MirrorMove[]; readonly refused: readonly Walked[] },
): Told {
  const { ref, state, sentence } = plan;
  if (isGraver(plan)) return { state, sentence };
  if (refused.length > 0) return refusal(ref, refused);
  if (moves.length === 0)
    return { state: 'in_sync', sentence: mirrorSentence({ ref, state: 'in_sync', sides: [] }) };
  // What is refused stays told with GitLab's own words.
  if (state === 'refused') return { state, sentence };
  return { state, sentence: mirrorSentence({ ref, state, sides: moves.map(({ side }) => side) }) };
}

/** A difference that no push has to do with. */
function isGraver({ state }: RefPlan): boolean {
  return DIFFERENCES.has(state) && state !== 'refused';
}

function refusal(ref: string, refused: readonly Walked[]): Told {
  const sides = refused.map(({ side }) => side);
  const [first] = refused.flatMap(({ result }) => ('words' in result ? [result.words] : []));
  return { state: 'refused', sentence: `${mirrorSentence({ ref, state: 'refused', sides })} ${first ?? ''}` };
}
