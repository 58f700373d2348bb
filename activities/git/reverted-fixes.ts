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
      const found = new Map<string, RevertedFix>();
      for (const arrival of arrivals) {
        // Its topic for the branch and the one for the default branch may both be there; it is one fix that is gone.
        if (found.has(arrival.embargo)) continue;
        const what = left.get(arrival.head);
        if (what === undefined || what === 'something') continue;
        const revert =
          what === 'nothing'
            ? await newlyFound(mirror, { room, arrival, place })
            : await stillStanding(mirror, { arrival, place, known });
        if (revert !== undefined) found.set(revert.embargo, revert);
      }
      return [...found.values()];
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
    // The search for a common ancestor goes by dates: with an old one it would read the whole history.
    at: (await room.git(['show', '--no-patch', '--format=%cI', arrival.head])).trim(),
  });
  const merge = await mergeOf(room, { onto: head, head: revert });
  if (!merge.clean) return 'nobody can tell';
  return merge.tree === tree ? 'nothing' : 'something';
}

type Place = RevertsAsked['place'];

/** Commits that touched what the fix did; each costs a merge. The revert of a fix that nobody looked for is older than that. */
const MOST_TRIED = 200;

/** What was found before of this fix on this branch, as far as the branch still has it: on another one it may be back. */
async function stillStanding(
  mirror: Mirror,
  {
    arrival,
    place,
    known,
  }: Pick<RevertsAsked, 'known'> & { readonly arrival: FixArrival; readonly place: Place },
): Promise<RevertedFix | undefined> {
  const { project, branch, head } = place;
  const before = known.find(
    (one) => one.embargo === arrival.embargo && one.project === project && one.branch === branch,
  );
  return before !== undefined && (await mirror.isAncestor(before.commit, head)) ? before : undefined;
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

/** The first commit of the branch that left nothing of the fix, and after which nobody has brought it again. */
async function revertingCommit(mirror: Mirror, { room, arrival, place: { head } }: Found): Promise<string> {
  const { before, head: topic, merged } = arrival;
  const paths = await mirror.git(['diff-tree', '-r', '-z', '--no-renames', '--name-only', before, topic]);
  const touched = ['--', ...paths.split('\0').slice(0, -1)];
  const range = ['rev-list', '--first-parent', `--max-count=${MOST_TRIED}`, head, `^${merged}`];
  let found: string | undefined;
  for (const commit of linesOf(await mirror.git(['--literal-pathspecs', ...range, ...touched]))) {
    const left = (await leftOfFixes(room, { arrivals: [arrival], head: commit })).get(topic);
    if (left === 'something') break;
    if (left === 'nothing') found = commit;
  }
  return found ?? merged;
}
