import type { RevertedFix } from '../../domain/fix/reverted-fix';
import { commitTree } from './compose-version';
import { fixArrivals, type FixArrival, type TopicHead } from './fix-arrivals';
import { inMergeRoom, mergeOf, type Git } from './merge-room';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';
import { leftOfCommits } from './undone-commits';

export interface RevertsAsked {
  /** Where it is looked, and how that is called. */
  readonly place: Pick<RevertedFix, 'project' | 'branch' | 'line'> & { readonly head: string };
  /** What was disclosed for the branch, and for the one that it was cut from. */
  readonly topics: readonly TopicHead[];
  /** What was found before. */
  readonly known: readonly RevertedFix[];
}

/**
 * Fixes that a commit contains and of whose change it has nothing left. Where what came later is in the way of telling, it is as
 * it was found before: who changes what a revert has left has not brought the fix again.
 */
export async function revertedFixes(
  mirror: Mirror,
  { place, topics, known }: RevertsAsked,
): Promise<readonly RevertedFix[]> {
  const arrivals = await fixArrivals(mirror, { head: place.head, topics });
  if (arrivals.length === 0) return [];
  return inMergeRoom(mirror, {
    objects: 'forgotten',
    work: async (room) => {
      const left = await leftOfFixes(room, { arrivals, head: place.head });
      const found: RevertedFix[] = [];
      for (const arrival of arrivals) {
        const what = left.get(arrival.head);
        if (what === undefined || what === 'something') continue;
        const before = await stillStanding(mirror, { arrival, place, known });
        if (before !== undefined) found.push(before);
        else if (what === 'nothing') found.push(await newlyFound(mirror, { room, arrival, place }));
      }
      return found;
    },
  });
}

type LeftOfFix = 'nothing' | 'something' | 'nobody can tell';

/** By head of the topic. */
async function leftOfFixes(
  room: Git,
  { arrivals, head }: { readonly arrivals: readonly FixArrival[]; readonly head: string },
): Promise<ReadonlyMap<string, LeftOfFix>> {
  const commits = arrivals.map(({ head: sha, before: parent }) => ({ sha, parent }));
  const whole = await leftOfCommits(room, { commits, head });
  const tree = (await room.git(['rev-parse', `${head}^{tree}`])).trim();
  const left = new Map<string, LeftOfFix>();
  for (const arrival of arrivals) {
    // A file that the fix has added and that was moved since is gone from where it was, as before the fix.
    const isThere = (whole.get(arrival.head) ?? 'something') === 'something';
    left.set(arrival.head, isThere ? 'something' : await tried(room, { arrival, head, tree }));
  }
  return left;
}

/** Its revert is made and merged: where that changes nothing, nothing of the fix was left. */
async function tried(
  room: Git,
  { arrival, head, tree }: { readonly arrival: FixArrival; readonly head: string; readonly tree: string },
): Promise<LeftOfFix> {
  const revert = await commitTree(room, {
    tree: `${arrival.before}^{tree}`,
    parents: [arrival.head],
    message: 'Revert a fix\n',
    at: '2020-01-01T00:00:00.000Z',
  });
  const merge = await mergeOf(room, { onto: head, head: revert });
  if (!merge.clean) return 'nobody can tell';
  return merge.tree === tree ? 'nothing' : 'something';
}

type Place = RevertsAsked['place'];

/** What was found before of this fix, as far as the branch still has it. */
async function stillStanding(
  mirror: Mirror,
  {
    arrival,
    place,
    known,
  }: Pick<RevertsAsked, 'known'> & { readonly arrival: FixArrival; readonly place: Place },
): Promise<RevertedFix | undefined> {
  const { embargo, merged } = arrival;
  const { project, branch, line, head } = place;
  for (const one of known) {
    if (one.embargo !== embargo || one.project !== project || one.merged !== merged) continue;
    if (await mirror.isAncestor(one.commit, head)) return { ...one, branch, line };
  }
  return undefined;
}

interface Found {
  readonly room: Git;
  readonly arrival: FixArrival;
  readonly place: Place;
}

async function newlyFound(mirror: Mirror, found: Found): Promise<RevertedFix> {
  const { arrival, place } = found;
  const { project, branch, line } = place;
  const { embargo, merged } = arrival;
  const commit = await revertingCommit(mirror, found);
  const [, , second] = (await mirror.git(['rev-list', '--parents', '--max-count=1', commit]))
    .trim()
    .split(' ');
  return { embargo, project, branch, line, merged, commit, isMerge: second !== undefined };
}

/** The first commit of the branch since which nothing of the fix was left all the time. */
async function revertingCommit(mirror: Mirror, { room, arrival, place: { head } }: Found): Promise<string> {
  const { before, head: topic, merged } = arrival;
  const paths = await mirror.git(['diff-tree', '-r', '-z', '--no-renames', '--name-only', before, topic]);
  const touched = ['--', ...paths.split('\0').slice(0, -1)];
  const range = ['rev-list', '--first-parent', head, `^${merged}`];
  let found: string | undefined;
  for (const commit of linesOf(await mirror.git(['--literal-pathspecs', ...range, ...touched]))) {
    const left = await leftOfFixes(room, { arrivals: [arrival], head: commit });
    if (left.get(topic) !== 'nothing') break;
    found = commit;
  }
  return found ?? merged;
}
