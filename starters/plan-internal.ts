import { targetRejection } from '../domain/internal/request-verdict';
import { followingProjects } from '../domain/project';
import { milestonesOf } from '../domain/release/milestones';
import { composedOn } from '../domain/version/composed-on';
import { firstInternalOf } from '../domain/version/fix-floor';
import { firstOf, lineOf } from '../domain/version/naming';
import { compareNumbers } from '../domain/version/number';
import { PRODUCT_LINE } from '../records/versions';
import {
  approvalsOf,
  finalsOnLine,
  finalVersions,
  freeNumber,
  ownVersions,
  publishedVersions,
  versionOf,
  type PlanDeps,
  type PlannedRelease,
  type PlannedVersion,
} from './plan';
import { refuseOtherProduct } from './refuse-other-product';
import { InvalidRequest, NotPossible } from './refusals';
import { minorIn, type ReleaseRequest } from './release-request';

/**
 * What an internal release would do, without doing any of it. For those alone who may ask for one: its numbers tell how many
 * there were. @throws InvalidRequest, NotPossible, GitLabRefused, GitLabUnavailable
 */
export async function planInternal(deps: PlanDeps, request: ReleaseRequest): Promise<PlannedRelease> {
  const minors = minorsOf(request);
  await refuseOtherProduct(deps);
  const published = await publishedVersions(deps);
  const lines = [...new Set(published.toReversed().map(lineOf))];
  const rejection = targetRejection({ minors }, { published: lines });
  if (rejection !== undefined)
    throw new NotPossible({
      where: 'the internal release asked for, minors',
      what: rejection.replace(/\.$/, ''),
      remedy: 'Ask again with what would be right',
    });
  const ordered = minors.toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left)));
  const versions = await Promise.all(ordered.map((minor) => planOnLine(deps, minor)));
  return {
    kind: 'internal',
    versions,
    milestones: milestonesOf('internal'),
    approvals: approvalsOf(deps.settings, 'internal'),
  };
}

function minorsOf({ minor, minors = [], type }: ReleaseRequest): readonly string[] {
  const strange = minor === undefined ? type : minor;
  if (strange !== undefined)
    throw new InvalidRequest({
      where: `the release asked for, ${minor === undefined ? 'type' : 'minor'}`,
      what: 'it says nothing about an internal release',
      remedy: 'Say `minors`, such as 18.5,18.4, and nothing else',
    });
  return [...new Set(minors.map((one) => minorIn('minors', one)))];
}

/** The newest version that is out whole, with fixes: what belongs to each project is counted after what is out of it. */
async function planOnLine(deps: PlanDeps, minor: string): Promise<PlannedVersion> {
  const { settings } = deps;
  const found = followingProjects(settings.projects).map((project) => finalVersions(deps, project, minor));
  const tagged = (await Promise.all(found)).flat().filter((version) => lineOf(version) === minor);
  const atLeast = await afterWhole(deps, { line: PRODUCT_LINE, tagged });
  if (atLeast === undefined) throw nothingOut(minor);
  const version = await freeNumber(deps, atLeast);
  const own = await ownVersions(deps, async (project) =>
    afterWhole(deps, { line: project.name, tagged: await finalsOnLine(deps, { project, minor }) }),
  );
  return versionOf(settings, { version, own });
}

/** Counted after what its fixes are merged with, and that is not always the newest with a tag: one may be withdrawn. */
async function afterWhole(
  { records }: PlanDeps,
  { line, tagged }: { readonly line: string; readonly tagged: readonly string[] },
): Promise<string | undefined> {
  const [first] = tagged;
  if (first === undefined) return undefined;
  const given = await records.versions.ofMinor({ line, minor: lineOf(first) });
  const whole = composedOn({ tagged, given });
  return whole === undefined ? undefined : firstInternalOf(whole);
}

function nothingOut(minor: string): NotPossible {
  return new NotPossible({
    where: `the internal release asked for, ${minor}`,
    what: 'no version of it is out whole',
    remedy: 'Wait for one that is being published, or ask for other minors',
  });
}
