import { lineOf } from '../domain/version/naming';
import { compareNumbers } from '../domain/version/number';
import type { VersionRow } from '../records/versions';
import { publishedVersions, type PlanDeps } from './plan';

/** A number of a minor; without release and instants where it was published before Signalbox. */
export type NumberOfMinor = Pick<VersionRow, 'number' | 'minor' | 'state' | 'reason'> &
  Partial<Pick<VersionRow, 'release' | 'reservedAt' | 'changedAt'>>;

/** The numbers of a minor that were given out, with those whose tag was public before, in order. @throws GitLabUnavailable, GitLabRefused */
export async function withTaggedBefore(
  deps: Pick<PlanDeps, 'settings' | 'gitlab'>,
  { minor, rows }: { readonly minor: string; readonly rows: readonly VersionRow[] },
): Promise<readonly NumberOfMinor[]> {
  const tagged = (await publishedVersions(deps)).filter((version) => lineOf(version) === minor);
  const before = tagged
    .filter((version) => !rows.some(({ number }) => number === version))
    .map((number): NumberOfMinor => ({ number, minor, state: 'published', reason: null }));
  return [...before, ...rows].toSorted((left, right) => compareNumbers(left.number, right.number));
}
