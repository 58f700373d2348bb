import type { Embargo } from '../../domain/embargo/embargo';
import { affectsMinor, DEFAULT_LINE, reachesMinor } from '../../domain/embargo/obligation';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { committedAt } from './disclosed-base';
import { containedTopics, fixArrivals, type FixArrival } from './fix-arrivals';
import { disclosedTopics } from './look-for-reverts';
import { rehearsePush } from './leak-gate';
import { mergeDisclosed } from './merge-disclosed';
import { inMergeRoom } from './merge-room';
import type { Mirror } from './mirror';
import { mergesIn, pushMerges } from './push-merges';
import type { WantedRef } from './push-refs';
import { revertedFixes } from './reverted-fixes';
import { linesOf } from './run-git';
import { stableBranchFor } from './survey-line';

export interface MinorComingOut {
  readonly release: string;
  readonly settings: ReleaseSettings;
  readonly minor: string;
}

/**
 * Merges into the stable branches of a minor that comes out what was disclosed before they were public: a disclosure brings a
 * fix to the default branch and to the stable branches that there are. Left to people, whom the claim asks for it, is a fix that
 * would bring something else of the default branch along, that does not merge, that the gate does not let out in that way, that
 * somebody has taken back, or that its owner wrote for this minor anew. As canonical was last fetched.
 */
export async function bringDisclosed(
  outside: Outside,
  { release, settings, minor }: MinorComingOut,
): Promise<void> {
  const registered = await askRecords(() => outside.records.embargoes.all());
  const embargoes = registered.filter((embargo) => affectsMinor(embargo, minor));
  for (const project of settings.projects) {
    const compose = () => mergedBranch(outside, { release, project, minor, embargoes });
    const pushed = await pushMerges(outside, { release, project, compose });
    if (pushed.length === 0) continue;
    const refs = pushed.map(({ ref }) => ref);
    await outside.mirrorOf(project).fetchRefs('canonical', refs);
  }
}

interface Bringing {
  readonly release: string;
  readonly project: Project;
  readonly minor: string;
  readonly embargoes: readonly Embargo[];
}

/** The stable branch as it is to be; nothing where it lacks nothing that can be brought. */
async function mergedBranch(outside: Outside, bringing: Bringing): Promise<readonly WantedRef[]> {
  const { project, minor } = bringing;
  const stable = await stableBranchFor(outside.mirrorOf(project), { project, minor });
  if (stable === undefined) return [];
  const { stableBranch: branch, head: from } = stable;
  let object = from;
  let left = await lackedArrivals(outside, { ...bringing, head: from });
  // One that is built on another comes once that one is there, whichever was registered first.
  for (let tried = 0; tried < left.length;) {
    const arrival = left[tried];
    const onto = { branch, from, object };
    const merged = arrival && (await merge(outside, { bringing, arrival, onto }));
    if (merged === undefined) tried += 1;
    else {
      object = merged.object;
      left = left.filter((one) => one !== arrival);
      tried = 0;
    }
  }
  return object === from ? [] : [{ ref: `refs/heads/${branch}`, object, from }];
}

interface Merging {
  readonly bringing: Bringing;
  readonly arrival: FixArrival;
  /** What canonical has, and what was merged onto it already. */
  readonly onto: { readonly branch: string; readonly from: string; readonly object: string };
}

/** The branch with one fix more; undefined where that is left to people. */
async function merge(
  outside: Outside,
  { bringing: { release, project }, arrival, onto: { branch, from, object } }: Merging,
): Promise<WantedRef | undefined> {
  const mirror = outside.mirrorOf(project);
  if (!(await comesAlone(mirror, { arrival, onto: object }))) return undefined;
  const at = await committedAt(mirror, from);
  const topics = [{ ...arrival, ordinal: 0 }];
  const merged = await inMergeRoom(mirror, {
    objects: 'kept',
    work: (room) =>
      mergeDisclosed(room, { release, project: project.name, branch, from: object, topics, at }),
  });
  if (merged.conflicts.length > 0) return undefined;
  const ref = { ref: `refs/heads/${branch}`, object: merged.commit, from };
  const push = { release, project, refs: [ref], made: await mergesIn(mirror, [ref]) };
  // A secret topic that is built on the two in the same way would have the push denied, and the release with it.
  const { cleared } = await rehearsePush(outside, { push, fixes: [] });
  return cleared.verdict === 'pass' ? ref : undefined;
}

/** How the fixes came to the default branch of which a commit has nothing, in registry order. */
async function lackedArrivals(
  outside: Outside,
  { project, minor, embargoes, head }: Bringing & { readonly head: string },
): Promise<readonly FixArrival[]> {
  const mirror = outside.mirrorOf(project);
  const disclosed = await disclosedTopics(outside, { project, embargoes });
  const topics = disclosed.filter(({ isOver, line }) => isOver && reachesMinor(line, minor));
  const there = await containedTopics(mirror, { head, topics });
  const isThere = (embargo: string): boolean => there.some((topic) => topic.embargo === embargo);
  const isAnew = (embargo: string): boolean =>
    topics.some((topic) => topic.embargo === embargo && topic.line === minor);
  const lacked = topics.filter(({ embargo }) => !isThere(embargo) && !isAnew(embargo));
  const source = await mirror.resolve(`refs/sides/canonical/heads/${project.defaultBranch}`);
  if (lacked.length === 0 || source === undefined) return [];
  const arrivals = await fixArrivals(mirror, { head: source, topics: lacked });
  const place = { project: project.name, branch: project.defaultBranch, line: DEFAULT_LINE, head: source };
  const known = await askRecords(() => outside.records.reverts.all());
  const reverted = await revertedFixes(mirror, { place, topics: lacked, known });
  const gone = new Set(reverted.map(({ embargo }) => embargo));
  return embargoes.flatMap(({ id }) =>
    gone.has(id) ? [] : arrivals.filter(({ embargo }) => embargo === id),
  );
}

/** Whether a merge brings nothing but the fix: all that the default branch had of it before is there. */
async function comesAlone(
  mirror: Mirror,
  { arrival: { head, merged }, onto }: { readonly arrival: FixArrival; readonly onto: string },
): Promise<boolean> {
  const bases = linesOf(await mirror.git(['merge-base', '--all', `${merged}^1`, head]));
  const args = ['rev-list', '--max-count=1', ...bases, '--not', onto];
  return (await mirror.git(args)) === '';
}
