import { nextPatch } from '../../domain/version/number';
import { countsItself } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { ProjectPlan, VersionPlan } from '../effects';
import { permanent } from '../errors';
import { projectNamed, type Outside } from '../outside';
import { closedVersions, taggedProjects } from '../records/made-versions';
import { baseOf } from './disclosed-base';
import { publicCommit } from './public-commit';
import { changesBetween } from './read-changes';
import type { Draft, ProjectDraft } from './version-draft';

export interface SuccessorWanted {
  readonly release: string;
  readonly settings: ReleaseSettings;
  /** Number of the version that it comes after. */
  readonly after: string;
}

/** The next version of a unit: what the one before has, and what its stable branches have got since in public. */
export async function successorOf(outside: Outside, wanted: SuccessorWanted): Promise<Draft> {
  const { settings, after } = wanted;
  const before = await closedPlan(outside, wanted);
  const tagged = await taggedProjects(outside, wanted.release);
  const projects = await Promise.all(
    before.projects.map((plan) => {
      const made = tagged.find(
        ({ project, version }) => project === plan.project && version === plan.version,
      );
      if (made === undefined) throw unmade(wanted, `${plan.project} is not tagged`);
      return projectAfter(outside, { wanted, plan, commit: made.commit });
    }),
  );
  const own = before.projects.flatMap(({ project, version }) =>
    countsItself(projectNamed(settings, project), settings.projects)
      ? [{ project, atLeast: nextPatch(version), composedOn: version }]
      : [],
  );
  return {
    minor: before.minor,
    projects,
    after,
    wanted: { atLeast: nextPatch(after), composedOn: after, own },
  };
}

interface After {
  readonly wanted: SuccessorWanted;
  readonly plan: ProjectPlan;
  /** Of the version before. */
  readonly commit: string;
}

async function projectAfter(outside: Outside, { wanted, plan, commit }: After): Promise<ProjectDraft> {
  const { release, settings } = wanted;
  const project = projectNamed(settings, plan.project);
  const mirror = outside.mirrorOf(project);
  const { stableBranch } = plan;
  const common = { project, stableBranch, tagged: plan.tagged };
  await mirror.fetch('security');
  const head = await mirror.resolve(`refs/sides/canonical/heads/${stableBranch}`);
  // Its stable branch becomes public with the version before.
  if (head === undefined) return { ...common, base: commit, changes: [] };
  const cut = await baseOf(mirror, { release, project, head, stableBranch, topics: [], after: commit });
  const since = plan.disclosed?.twin ?? plan.base;
  const publicHead = await publicCommit(mirror, head);
  return { ...common, ...cut, changes: await changesBetween(mirror, { project, since, head: publicHead }) };
}

async function closedPlan(outside: Outside, wanted: SuccessorWanted): Promise<VersionPlan> {
  const closed = await closedVersions(outside, wanted.release);
  const found = closed.find(({ plan }) => plan.version === wanted.after);
  if (found === undefined) throw unmade(wanted, 'it was never closed');
  return found.plan;
}

function unmade({ release, after }: SuccessorWanted, what: string): Error {
  return permanent('BugInUs', {
    where: `${after} of ${release}`,
    what: `nothing can come after it, for ${what}`,
    remedy: 'Report it; nothing has been published',
  });
}
