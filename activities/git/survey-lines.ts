import { compareNumbers, inNumberOrder } from '../../domain/version/number';
import { firstOf, lineOf } from '../../domain/version/naming';
import { newestStanding } from '../../domain/version/withdrawal';
import { followingProjects } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Line } from '../effects';
import { permanent } from '../errors';
import type { Outside } from '../outside';
import { allFinalTags, surveyProject, type FinalTag } from './survey-line';
import { withdrawnVersions } from './withdrawn-versions';

type Survey = Omit<Line, 'at'>;

/** Every minor named, as canonical has it now. @throws ApplicationFailure RefusedByPolicy for a minor that cannot be patched */
export async function surveyLines(
  outside: Outside,
  { settings, minors }: { readonly settings: ReleaseSettings; readonly minors: readonly string[] },
): Promise<readonly Survey[]> {
  await fetchCanonical(outside, settings);
  return Promise.all(minors.map((minor) => surveyLine(outside, settings, minor)));
}

export async function fetchCanonical(outside: Outside, settings: ReleaseSettings): Promise<void> {
  await Promise.all(settings.projects.map((project) => outside.mirrorOf(project).fetch('canonical')));
}

async function surveyLine(outside: Outside, settings: ReleaseSettings, minor: string): Promise<Survey> {
  const isWithdrawn = await withdrawnVersions(outside, settings);
  const projects = await Promise.all(
    settings.projects.map((project) =>
      surveyProject(outside.mirrorOf(project), { project, minor, isWithdrawn }),
    ),
  );
  const published = await publishedOf(outside, settings, minor);
  return { minor, projects, ...(published === undefined ? {} : { published }) };
}

/** The newest final version of a minor that any project follows with its tags, and that is not withdrawn. */
export async function publishedOf(
  outside: Outside,
  settings: ReleaseSettings,
  minor: string,
): Promise<string | undefined> {
  const published = await publishedOn(outside, settings, minor);
  const isGone = await withdrawnVersions(outside, settings);
  const project = followingProjects(settings.projects)[0];
  return newestStanding(published, (version) => project !== undefined && isGone(project, version));
}

/** Every final version of a minor that is out, oldest first. */
export async function publishedOn(
  outside: Outside,
  settings: ReleaseSettings,
  minor: string,
): Promise<readonly string[]> {
  const tags = await followingTags(outside, settings);
  const versions = new Set(tags.map(({ version }) => version).filter((one) => lineOf(one) === minor));
  return [...versions].toSorted(compareNumbers);
}

/** Final tags of the projects that have the product's numbers, in no order. */
async function followingTags(outside: Outside, settings: ReleaseSettings): Promise<readonly FinalTag[]> {
  const following = followingProjects(settings.projects);
  const tags = await Promise.all(
    following.map((project) => allFinalTags(outside.mirrorOf(project), project)),
  );
  return tags.flat();
}

/** Every minor that is out, newest first. */
export async function publishedMinors(
  outside: Outside,
  settings: ReleaseSettings,
): Promise<readonly string[]> {
  const tags = await followingTags(outside, settings);
  const minors = new Set(tags.map(({ version }) => lineOf(version)));
  return inNumberOrder([...minors], firstOf).toReversed();
}

/** @throws ApplicationFailure RefusedByPolicy when the minor is out already */
export async function refuseReleased(
  outside: Outside,
  settings: ReleaseSettings,
  minor: string,
): Promise<void> {
  const published = await publishedOf(outside, settings, minor);
  if (published === undefined) return;
  throw permanent('RefusedByPolicy', {
    where: `monthly ${minor}`,
    what: `${firstOf(minor)} is released already; the newest of its minor is ${published}`,
    remedy: `Start a patch release of ${minor}, or the next monthly`,
  });
}
