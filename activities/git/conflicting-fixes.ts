import { LEFT_OUT_FOR, topicsFor, type Boarding } from '../../domain/embargo/boarding';
import type { RecipeTopic } from '../../domain/embargo/composition';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Evidence } from '../../domain/verdict';
import type { LineProject } from '../effects';
import type { Outside } from '../outside';
import { mergeDisclosed } from './merge-disclosed';
import { inMergeRoom } from './merge-room';
import { requireHeads, rootlessTopics, topicsAhead } from './topic-heads';

export interface SurveyedLine {
  readonly minor: string;
  readonly projects: readonly LineProject[];
}

/** A fix that git does not merge where it has to come to. */
export interface ConflictingFix {
  readonly embargo: string;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

interface Asked {
  readonly release: string;
  readonly settings: Pick<ReleaseSettings, 'projects'>;
  readonly lines: readonly SurveyedLine[];
  readonly boarding: Boarding;
}

/** Fixes that do not go into one of the lines, or never will into a default branch. */
export async function conflictingFixes(outside: Outside, asked: Asked): Promise<readonly ConflictingFix[]> {
  const { settings, lines } = asked;
  const onLines = lines.flatMap(({ minor, projects }) =>
    projects.map(async (surveyed) => {
      const project = settings.projects.find(({ name }) => name === surveyed.project);
      return project === undefined ? [] : onLine(outside, { ...asked, project, minor, surveyed });
    }),
  );
  const onDefaults = settings.projects.map((project) => onDefault(outside, { ...asked, project }));
  return (await Promise.all([...onLines, ...onDefaults])).flat();
}

interface OnLine extends Asked {
  readonly project: Project;
  readonly minor: string;
  readonly surveyed: LineProject;
}

async function onLine(
  outside: Outside,
  { release, boarding, project, minor, surveyed }: OnLine,
): Promise<readonly ConflictingFix[]> {
  const { name } = project;
  const { head, stableBranch } = surveyed;
  const topics = topicsFor(boarding, { project: name, line: minor });
  if (topics.length === 0) return [];
  const mirror = outside.mirrorOf(project);
  await requireHeads(mirror, { project: name, topics });
  const { conflicts, rootless } = await inMergeRoom(mirror, {
    objects: 'forgotten',
    work: async (room) => {
      const ahead = await topicsAhead(room, { of: head, topics });
      const unrooted = await rootlessTopics(room, { of: head, topics: ahead });
      const merged = await mergeDisclosed(room, {
        release,
        project: name,
        branch: stableBranch,
        from: head,
        topics: ahead.filter((topic) => !unrooted.includes(topic)),
        at: boarding.boarded[0]?.since ?? '',
      });
      return { ...merged, rootless: unrooted };
    },
  });
  const unmerged = conflicts.map(({ topic, files }) => ({
    embargo: topic.embargo,
    sentence: `It does not merge into ${stableBranch} of ${name}; merge the branch into its topic.`,
    evidence: files.map((value) => ({ label: 'file', value })),
  }));
  const place = { project: name, branch: stableBranch };
  return [...unmerged, ...rootless.map((topic) => withoutRoot(topic, place))];
}

/**
 * The default branch gets it once it is public everywhere else. A conflict there is solved in public, as the step says; what has
 * no root there would stop that step for good.
 */
async function onDefault(
  outside: Outside,
  { boarding, project }: Pick<Asked, 'boarding'> & { readonly project: Project },
): Promise<readonly ConflictingFix[]> {
  const { name, defaultBranch: branch } = project;
  const topics = topicsFor(boarding, { project: name, line: DEFAULT_LINE });
  if (topics.length === 0) return [];
  const mirror = outside.mirrorOf(project);
  const head = await mirror.resolve(`refs/sides/canonical/heads/${branch}`);
  if (head === undefined) return [];
  await requireHeads(mirror, { project: name, topics });
  const rootless = await inMergeRoom(mirror, {
    objects: 'forgotten',
    work: async (room) =>
      rootlessTopics(room, { of: head, topics: await topicsAhead(room, { of: head, topics }) }),
  });
  return rootless.map((topic) => withoutRoot(topic, { project: name, branch }));
}

/** Left out like one that does not merge: a step that failed for it would tell everybody that there is a fix. */
function withoutRoot(
  { embargo, head }: RecipeTopic,
  { project, branch }: { readonly project: string; readonly branch: string },
): ConflictingFix {
  const sentence = `Its topic in ${project} has no commit in common with ${branch}; root it at a public commit of ${project} and push it again.`;
  return { embargo, sentence, evidence: [{ label: LEFT_OUT_FOR.rootless, value: head }] };
}
