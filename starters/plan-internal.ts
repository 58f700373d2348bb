import { targetRejection } from '../domain/internal/request-verdict';
import { milestonesOf } from '../domain/release/milestones';
import { firstInternalOf } from '../domain/version/fix-floor';
import { firstOf, lineOf } from '../domain/version/naming';
import { compareNumbers } from '../domain/version/number';
import {
  approvalsOf,
  freeNumber,
  newestOnLine,
  ownVersions,
  publishedVersions,
  versionOf,
  type PlanDeps,
  type PlannedRelease,
  type PlannedVersion,
} from './plan';
import { InvalidRequest, NotPossible } from './refusals';
import { minorIn, type ReleaseRequest } from './release-request';

/**
 * What an internal release would do, without doing any of it. For those alone who may ask for one: its numbers tell how many
 * there were. @throws InvalidRequest, NotPossible, GitLabRefused, GitLabUnavailable
 */
export async function planInternal(deps: PlanDeps, request: ReleaseRequest): Promise<PlannedRelease> {
  const minors = minorsOf(request);
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
  const versions = await Promise.all(ordered.map((minor) => planOnLine(deps, { minor, published })));
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

/** The newest version that is out, with fixes: what belongs to each project is counted after what is out of it. */
async function planOnLine(
  deps: PlanDeps,
  { minor, published }: { readonly minor: string; readonly published: readonly string[] },
): Promise<PlannedVersion> {
  const newest = published.findLast((version) => lineOf(version) === minor) ?? firstOf(minor);
  const version = await freeNumber(deps, firstInternalOf(newest));
  const own = await ownVersions(deps, async (project) => {
    const out = await newestOnLine(deps, { project, minor });
    return out === undefined ? undefined : firstInternalOf(out);
  });
  return versionOf(deps.settings, { version, own });
}
