import type { Embargo } from '../../domain/embargo/embargo';
import { affectsMinor, DEFAULT_LINE, reachesMinor } from '../../domain/embargo/obligation';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { committedAt } from './disclosed-base';
import { containedTopics, fixArrivals, type FixArrival } from './fix-arrivals';
import { disclosedTopics } from './look-for-reverts';
import { mergeDisclosed } from './merge-disclosed';
import { inMergeRoom } from './merge-room';
import type { Mirror } from './mirror';
import { pushMerges } from './push-merges';
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
 * fix to the default branch and to the stable branches that there are. One that would bring something else of the default branch
 * along, that does not merge, or that somebody has taken back there, is left to people, whom the claim asks for it. As canonical
 * was last fetched.
 */
export async function bringDisclosed(
  outside: Outside,
  { release, settings, minor }: MinorComingOut,
): Promise<void> {
  const registered = await askRecords(() => outside.records.embargoes.all());
  const embargoes = registered.filter((embargo) => affectsMinor(embargo, minor));
  for (const project of settings.projects) {
    const compose = () => mergedBranch(outside, { release, project, minor, embargoes });
    await pushMerges(outside, { release, project, compose });
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
  const { release, project, minor } = bringing;
  const mirror = outside.mirrorOf(project);
  const stable = await stableBranchFor(mirror, { project, minor });
  if (stable === undefined) return [];
  const { stableBranch: branch, head: from } = stable;
  const lacked = await lackedArrivals(outside, { ...bringing, head: from });
  if (lacked.length === 0) return [];
  const at = await committedAt(mirror, from);
  let object = from;
  await inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) => {
      for (const arrival of lacked) {
        if (!(await comesAlone(mirror, { arrival, onto: object }))) continue;
        const topics = [{ ...arrival, ordinal: 0 }];
        const wanted = { release, project: project.name, branch, from: object, topics, at };
        object = (await mergeDisclosed(room, wanted)).commit;
      }
    },
  });
  return object === from ? [] : [{ ref: `refs/heads/${branch}`, object, from }];
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
  const lacked = topics.filter(({ embargo }) => !there.some((topic) => topic.embargo === embargo));
  const source = await mirror.resolve(`refs/sides/canonical/heads/${project.defaultBranch}`);
  if (lacked.length === 0 || source === undefined) return [];
  const arrivals = await fixArrivals(mirror, { head: source, topics: lacked });
  const place = { project: project.name, branch: project.defaultBranch, line: DEFAULT_LINE, head: source };
  const known = await askRecords(() => outside.records.reverts.all());
  const reverted = await revertedFixes(mirror, { place, topics: lacked, known });
  const gone = new Set(reverted.map(({ embargo }) => embargo));
  return embargoes.flatMap(({ id }) => {
    // Of a line of its own and of the default branch, either is the fix.
    const arrival = arrivals.find(({ embargo }) => embargo === id);
    return arrival === undefined || gone.has(id) ? [] : [arrival];
  });
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
