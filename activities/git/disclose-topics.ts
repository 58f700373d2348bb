import type { RecipeTopic } from '../../domain/embargo/composition';
import { conflictWords, type CompositionConflict } from '../../domain/embargo/composition-conflict';
import type { TopicLine } from '../../domain/embargo/embargo';
import { entanglementVerdict } from '../../domain/embargo/entangled-topics';
import type { Project } from '../../domain/project';
import type { Verdict } from '../../domain/verdict';
import { permanent } from '../errors';
import { inMergeRoom, type Git } from './merge-room';
import { mergeDisclosed } from './merge-disclosed';
import type { MergedTopics } from './merge-topics';
import type { Mirror } from './mirror';
import type { WantedRef } from './push-refs';
import { readBuiltOn } from './read-built-on';
import { whatWouldTell, type DisclosedTopic } from './what-would-tell';
import { requireHeads, topicsAhead } from './topic-heads';

export interface DisclosedBranch {
  /** Branch of canonical. */
  readonly branch: string;
  readonly line: TopicLine;
  /** In registry order. */
  readonly topics: readonly DisclosedTopic[];
}

export interface Disclosure {
  /** The release that discloses. */
  readonly release: string;
  readonly project: Project;
  /** ISO 8601; author and committer date of every merge. */
  readonly at: string;
  readonly branches: readonly DisclosedBranch[];
  /** Topics of the project that remain secret, on any line. */
  readonly remaining: readonly RecipeTopic[];
}

export type DisclosedRefs =
  /** Branches as they would be, from what canonical has now; nothing is pushed. A branch that has every topic is left out. */
  | { readonly outcome: 'merged'; readonly refs: readonly WantedRef[] }
  | { readonly outcome: 'refused'; readonly obstacles: readonly Verdict[] };

/**
 * The topics merged into canonical's branches, as objects of the mirror. Says everything that is in the way at once, so
 * that a rehearsal finds all of it.
 * @throws ApplicationFailure ConfigurationError for a branch that canonical does not have, RefusedByPolicy for a lost topic
 */
export async function discloseTopics(mirror: Mirror, disclosure: Disclosure): Promise<DisclosedRefs> {
  const { project, branches, remaining } = disclosure;
  const topics = branches.flatMap((branch) => branch.topics);
  await mirror.fetch('canonical');
  await requireHeads(mirror, { project: project.name, topics: [...topics, ...remaining] });
  const obstacles = [
    ...(await entangled(mirror, { topics, remaining })),
    ...(await whatWouldTell(mirror, { project, topics, remaining })),
  ];
  const refs: WantedRef[] = [];
  await inMergeRoom(mirror, {
    objects: 'kept',
    work: async (room) => {
      for (const branch of branches) {
        const from = await headOf(mirror, disclosure, branch);
        const merged = await mergedInto(room, { disclosure, branch, from });
        obstacles.push(
          ...merged.conflicts.map((conflict) => inTheWay(mirror, { disclosure, branch, conflict })),
        );
        if (merged.commit !== from)
          refs.push({ ref: `refs/heads/${branch.branch}`, object: merged.commit, from });
      }
    },
  });
  return obstacles.length > 0 ? { outcome: 'refused', obstacles } : { outcome: 'merged', refs };
}

async function entangled(
  mirror: Mirror,
  { topics, remaining }: Pick<Disclosure, 'remaining'> & { readonly topics: readonly RecipeTopic[] },
): Promise<readonly Verdict[]> {
  const verdict = entanglementVerdict({
    unit: [...new Set(topics.map(({ embargo }) => embargo))],
    topics: await readBuiltOn(mirror, [...topics, ...remaining]),
    disclosed: [],
  });
  return verdict.verdict === 'pass' ? [] : [verdict];
}

async function headOf(mirror: Mirror, { project }: Disclosure, { branch }: DisclosedBranch): Promise<string> {
  const head = await mirror.resolve(`refs/sides/canonical/heads/${branch}`);
  if (head !== undefined) return head;
  throw permanent('ConfigurationError', {
    where: project.repositories.canonical,
    what: `there is no branch ${branch} to disclose into`,
    remedy: 'Mend `defaultBranch` or `stableBranch` of the project in signalbox.yaml',
  });
}

interface Merging {
  readonly disclosure: Disclosure;
  readonly branch: DisclosedBranch;
  readonly from: string;
}

async function mergedInto(room: Git, { disclosure, branch, from }: Merging): Promise<MergedTopics> {
  const { release, project, at } = disclosure;
  return mergeDisclosed<DisclosedTopic>(room, {
    release,
    project: project.name,
    branch: branch.branch,
    from,
    topics: await topicsAhead(room, { of: from, topics: branch.topics }),
    at,
    titleOf: ({ title }) => title,
  });
}

function inTheWay(
  mirror: Mirror,
  {
    disclosure: { project },
    branch: { branch, line },
    conflict,
  }: Omit<Merging, 'from'> & { readonly conflict: CompositionConflict },
): Verdict {
  const place = { project, line, branch, canonicalUrl: mirror.urlOf('canonical') };
  const { sentence, command } = conflictWords(conflict, place);
  const evidence = conflict.files.map((value) => ({ label: 'file', value }));
  const run = command === undefined ? [] : [{ label: 'command', value: command }];
  return { verdict: 'fail', sentence, whoActs: 'owner', evidence: [...evidence, ...run] };
}
