import type { RevertedFix } from '../../domain/fix/reverted-fix';
import { commitTree } from './compose-version';
import { fixArrivals, type FixArrival, type TopicHead } from './fix-arrivals';
import { inMergeRoom, mergeOf, type Git } from './merge-room';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';
import { leftOfCommits } from './undone-commits';

/** What was disclosed of a fix for a branch, or for the one that it was cut from. */
export interface DisclosedHead extends TopicHead {
  /** What is on its way out is on some branches and not yet on others. */
  readonly isOver: boolean;
}

export interface RevertsAsked {
  /** Where it is looked, and how that is called. */
  readonly place: Pick<RevertedFix, 'project' | 'branch' | 'line'> & { readonly head: string };
  readonly topics: readonly DisclosedHead[];
  /** What was found before. */
  readonly known: readonly RevertedFix[];
}

/** What was answered last of a branch: nothing changes while its head and what is known of it stand. */
const ANSWERED = new WeakMap<
  Mirror,
  Map<string, { readonly asked: string; readonly found: readonly RevertedFix[] }>
>();

/**
 * Fixes that a commit contains and of whose change it has nothing left. Where what came later is in the way of telling, it is as
 * it was found before: who changes what a revert has left has not brought the fix again. A fix that took the place of an older one is
 * no revert of it.
 */
export async function revertedFixes(mirror: Mirror, wanted: RevertsAsked): Promise<readonly RevertedFix[]> {
  const { place, topics } = wanted;
  const known = wanted.known.filter(
    ({ project, branch }) => project === place.project && branch === place.branch,
  );
  const asked = JSON.stringify({ place, topics, known });
  const answered =
    ANSWERED.get(mirror) ?? new Map<string, { asked: string; found: readonly RevertedFix[] }>();
  ANSWERED.set(mirror, answered);
  const last = answered.get(place.branch);
  if (last?.asked === asked) return last.found;
  const found = await readReverted(mirror, { place, topics, known });
  answered.set(place.branch, { asked, found });
  return found;
}

async function readReverted(
  mirror: Mirror,
  { place, topics, known }: RevertsAsked,
): Promise<readonly RevertedFix[]> {
  const arrivals = await fixArrivals(mirror, { head: place.head, topics });
  const over = new Set(topics.filter(({ isOver }) => isOver).map(({ embargo }) => embargo));
  const judged = arrivals.filter(({ embargo }) => over.has(embargo));
  if (judged.length === 0) return [];
  const disclosures = new Set(arrivals.map(({ merged }) => merged));
  return inMergeRoom(mirror, {
    objects: 'forgotten',
    work: async (room) => {
      const left = await leftOfFixes(room, { arrivals: judged, head: place.head });
      const found = new Map<string, RevertedFix>();
      for (const arrival of judged) {
        const what = left.get(arrival.head);
        // Its topic for the branch and the one for the default branch may both be there; it is one fix that is gone.
        if (what === undefined || what === 'something' || found.has(arrival.embargo)) continue;
        const revert = await revertOf(mirror, { room, arrival, place, known, left: what });
        if (revert !== undefined && !(disclosures.has(revert.commit) && revert.commit !== arrival.merged))
          found.set(arrival.embargo, revert);
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

interface Gone {
  readonly room: Git;
  readonly arrival: FixArrival;
  readonly place: Place;
  readonly known: readonly RevertedFix[];
  readonly left: Exclude<LeftOfFix, 'something'>;
}

/** As it was found before, unless it was brought again since; then what has taken it back after that, if anything. */
async function revertOf(
  mirror: Mirror,
  { room, arrival, place, known, left }: Gone,
): Promise<RevertedFix | undefined> {
  const before = known.find(({ embargo }) => embargo === arrival.embargo);
  const isThere = before !== undefined && (await mirror.isAncestor(before.commit, place.head));
  if (!isThere && left === 'nobody can tell') return undefined;
  const since = isThere ? before.commit : arrival.merged;
  const { commit, wasBack } = await searched(mirror, { room, arrival, head: place.head, since });
  if (isThere && !wasBack) return before;
  if (commit === undefined && left === 'nobody can tell') return undefined;
  return described(mirror, { arrival, place, commit: commit ?? arrival.merged });
}

async function described(
  mirror: Mirror,
  {
    arrival: { embargo, merged },
    place: { project, branch, line },
    commit,
  }: { readonly arrival: FixArrival; readonly place: Place; readonly commit: string },
): Promise<RevertedFix> {
  const [, , second] = (await mirror.git(['rev-list', '--parents', '--max-count=1', commit]))
    .trim()
    .split(' ');
  return { embargo, project, branch, line, merged, commit, isMerge: second !== undefined };
}

interface Search {
  readonly room: Git;
  readonly arrival: FixArrival;
  readonly head: string;
  readonly since: string;
}

/**
 * By the commits of a branch that touched what the fix did, newest first.
 * @returns the first that left nothing of the fix and after which nobody has brought it again; and whether it was there in between
 */
async function searched(
  mirror: Mirror,
  { room, arrival, head, since }: Search,
): Promise<{ readonly commit: string | undefined; readonly wasBack: boolean }> {
  const { before, head: topic } = arrival;
  const paths = await mirror.git(['diff-tree', '-r', '-z', '--no-renames', '--name-only', before, topic]);
  const touched = ['--', ...paths.split('\0').slice(0, -1)];
  const range = ['rev-list', '--first-parent', `--max-count=${MOST_TRIED}`, head, `^${since}`];
  let commit: string | undefined;
  for (const older of linesOf(await mirror.git(['--literal-pathspecs', ...range, ...touched]))) {
    const left = (await leftOfFixes(room, { arrivals: [arrival], head: older })).get(topic);
    if (left === 'something') return { commit, wasBack: true };
    if (left === 'nothing') commit = older;
  }
  return { commit, wasBack: false };
}
