import { firstOf } from '../../domain/version/naming';
import type { ReleaseSettings } from '../../domain/release/release';
import { permanent } from '../errors';
import type { Outside } from '../outside';
import type { SurveyedLine } from './conflicting-fixes';
import { surveyProject } from './survey-line';
import { publishedOf } from './survey-lines';
import { withdrawnVersions } from './withdrawn-versions';

export interface PublishedLine extends SurveyedLine {
  /** The newest version that is out. */
  readonly published: string;
}

/** A minor that is out, and what its projects are at. @throws ApplicationFailure RefusedByPolicy when it is not */
export async function publishedLine(
  outside: Outside,
  settings: ReleaseSettings,
  minor: string,
): Promise<PublishedLine> {
  const published = await publishedOf(outside, settings, minor);
  if (published === undefined) throw notReleased(minor);
  const isWithdrawn = await withdrawnVersions(outside, settings);
  const projects = await Promise.all(
    settings.projects.map((project) =>
      surveyProject(outside.mirrorOf(project), { project, minor, isWithdrawn }),
    ),
  );
  return { minor, published, projects };
}

function notReleased(minor: string): Error {
  return permanent('RefusedByPolicy', {
    where: `patch of ${minor}`,
    what: `${firstOf(minor)} has not been released`,
    remedy: 'Name a minor that is out; the first version of a minor is a monthly release',
  });
}
