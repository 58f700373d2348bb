import { ApplicationFailure } from '@temporalio/common';
import { permanent } from '../errors';
import type { Mirror, Side } from './mirror';
import { GitRefusal, linesOf } from './run-git';

/** A ref that shall be there with this object. */
export interface WantedRef {
  /** `refs/tags/v18.6.2-ee` */
  readonly ref: string;
  readonly object: string;
  /** What it may be moved from; a ref without it may only be made. */
  readonly from?: string;
}

/** Sides that are not public. What goes to canonical passes the gate, see `pushPublicly`. */
export type PrivateSide = Exclude<Side, 'canonical'>;

/**
 * Makes or moves all refs of a private side, or none. Every side is looked at before the first is pushed to, so that a conflict
 * on one leaves nothing on the others. What is there already is left alone, so a second push has nothing to do.
 * @throws ApplicationFailure Conflict when a ref is there with other content, or has moved; BugInUs when the side is public
 */
export async function pushRefs(
  mirror: Mirror,
  { sides, refs }: { readonly sides: readonly PrivateSide[]; readonly refs: readonly WantedRef[] },
): Promise<void> {
  for (const side of sides) refusePublic(mirror, side);
  const wanting: { readonly side: Side; readonly missing: readonly WantedRef[] }[] = [];
  for (const side of sides) wanting.push({ side, missing: await missingOn(mirror, side, refs) });
  for (const { side, missing } of wanting)
    if (missing.length > 0) await push(mirror, { side, refs: missing, repository: mirror.directory });
}

/** A project with one repository has no private side. */
function refusePublic(mirror: Mirror, side: PrivateSide): void {
  if (mirror.urlOf(side) !== mirror.urlOf('canonical')) return;
  throw permanent('BugInUs', {
    where: mirror.urlOf(side),
    what: `it is ${side} and canonical in one, and was to be pushed to without the gate`,
    remedy: 'Report it; nothing has been pushed',
  });
}

export interface Pushing {
  readonly side: Side;
  readonly refs: readonly WantedRef[];
  /** What is pushed from. */
  readonly repository: string;
}

/** By id, and only from where the refs were seen last. */
export async function push(mirror: Mirror, { side, refs, repository }: Pushing): Promise<void> {
  const leases = refs.map(({ ref, from = '' }) => `--force-with-lease=${ref}:${from}`);
  const specs = refs.map(({ ref, object }) => `${object}:${ref}`);
  const how = ['push', '--quiet', '--atomic', '--no-follow-tags', '--recurse-submodules=no'];
  try {
    await mirror.remote([...how, ...leases, mirror.urlOf(side), ...specs], { repository });
  } catch (error) {
    if (!(error instanceof GitRefusal) && !isPassing(error)) throw error;
    // An overlapping attempt may have been quicker, or only the answer was lost; if so nothing is missing now.
    if ((await missingOn(mirror, side, refs)).length === 0) return;
    throw error instanceof GitRefusal ? refused(mirror.urlOf(side), error.message) : error;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'OutsideDown';
}

/** The refs that a side does not have yet. @throws ApplicationFailure Conflict as {@link pushRefs} */
export async function missingOn(
  mirror: Mirror,
  side: Side,
  refs: readonly WantedRef[],
): Promise<readonly WantedRef[]> {
  const there = await remoteRefs(
    mirror,
    side,
    refs.map(({ ref }) => ref),
  );
  return refs.filter(({ ref, object, from }) => {
    const found = there.get(ref);
    if (found === object) return false;
    if (found === from) return true;
    const remedy =
      'Find out who made the other one; nothing is overwritten. If it is wrong, remove it and resume the step';
    throw permanent('Conflict', {
      where: `${mirror.urlOf(side)} ${ref}`,
      what: `it is ${found ?? 'missing'} and should be ${from === undefined ? 'new' : from}, to become ${object}`,
      remedy,
    });
  });
}

/** Objects of refs as they are on a side right now. */
export async function remoteRefs(
  mirror: Mirror,
  side: Side,
  refs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const text = await mirror.remote(['ls-remote', mirror.urlOf(side), ...refs]);
  return new Map(linesOf(text).map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']));
}

function refused(where: string, words: string): Error {
  return permanent('RefusedByPolicy', {
    where,
    what: `the push was refused: ${words.slice(0, 400)}`,
    remedy: 'Let the release bot push to protected branches and tags of this project, then resume the step',
  });
}
