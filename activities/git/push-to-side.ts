import { ApplicationFailure } from '@temporalio/common';
import { mirrorSides, type MirrorSide } from '../../domain/mirror/mirrored-ref';
import type { Project } from '../../domain/project';
import { permanent } from '../errors';
import type { Mirror } from './mirror';
import { remoteRefs } from './push-refs';
import { GitRefusal } from './run-git';

/** A ref that is moved on a side. */
export interface SideMove {
  readonly ref: string;
  /** Absent where it is new. */
  readonly from?: string;
  /** Absent where it is removed. */
  readonly to?: string;
}

export type MoveOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'moved' }
  /** `words` are GitLab's. */
  | { readonly outcome: 'refused'; readonly words: string };

export interface SidePush {
  readonly project: Project;
  readonly side: MirrorSide;
  readonly moves: readonly SideMove[];
}

/**
 * Moves refs of a side, by SHA and lease: all at once, and where GitLab refuses one of them, each alone.
 * @returns what became of each, in their order
 * @throws ApplicationFailure OutsideDown or ConfigurationError; BugInUs for a side that is public
 */
export async function pushToSide(mirror: Mirror, push: SidePush): Promise<readonly MoveOutcome[]> {
  const { project, side, moves } = push;
  if (!mirrorSides(project).includes(side)) throw publicSide(push);
  if (moves.length === 0) return [];
  const words = await pushed(mirror, side, moves);
  if (words === undefined) return moves.map(() => ({ outcome: 'done' }));
  if (moves.length === 1) return [await outcomeOf(mirror, { side, move: moves[0] ?? { ref: '' }, words })];
  const outcomes: MoveOutcome[] = [];
  for (const move of moves) outcomes.push(...(await pushToSide(mirror, { project, side, moves: [move] })));
  return outcomes;
}

/** @returns what git said where it refused */
async function pushed(
  mirror: Mirror,
  side: MirrorSide,
  moves: readonly SideMove[],
): Promise<string | undefined> {
  const leases = moves.map(({ ref, from = '' }) => `--force-with-lease=${ref}:${from}`);
  const specs = moves.map(({ ref, to = '' }) => `${to}:${ref}`);
  try {
    await mirror.remote(['push', '--quiet', '--atomic', ...leases, mirror.urlOf(side), ...specs]);
    return undefined;
  } catch (error) {
    if (error instanceof GitRefusal) return error.message;
    // Only the answer may have been lost.
    if (isPassing(error) && (await isThere(mirror, side, moves))) return undefined;
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'OutsideDown';
}

async function isThere(mirror: Mirror, side: MirrorSide, moves: readonly SideMove[]): Promise<boolean> {
  const refs = moves.map(({ ref }) => ref);
  const there = await remoteRefs(mirror, side, refs);
  return moves.every(({ ref, to }) => there.get(ref) === to);
}

interface Refused {
  readonly side: MirrorSide;
  readonly move: SideMove;
  readonly words: string;
}

/** Somebody else may have been quicker, with the same or with something else. */
async function outcomeOf(mirror: Mirror, { side, move, words }: Refused): Promise<MoveOutcome> {
  const found = (await remoteRefs(mirror, side, [move.ref])).get(move.ref);
  if (found === move.to) return { outcome: 'done' };
  return found === move.from ? { outcome: 'refused', words: refusalIn(words) } : { outcome: 'moved' };
}

/** GitLab's own line of what git printed. */
function refusalIn(words: string): string {
  const [, told] = /GitLab: (.+)/.exec(words) ?? [];
  return (told ?? words).trim().slice(0, 300);
}

function publicSide({ project, side }: SidePush): Error {
  return permanent('BugInUs', {
    where: project.repositories[side],
    what: 'a mirror never pushes to it',
    remedy: 'Report it; nothing was pushed',
  });
}
