import { mayKnowOf } from '../domain/internal/internal-audience';
import { isInternal } from '../domain/version/number';
import type { Actor } from '../domain/release/release';
import type { Records } from '../records/records';
import type { ReleaseRow } from '../records/releases';
import { NotThere } from './refusals';
import { unknownRelease } from './release-status';

type Known = Pick<Records, 'internalRequests'>;

/** Whether a person may know that the release is there. Of an internal one only its audience does. */
export async function mayKnowOfRelease(
  { internalRequests }: Known,
  { row, person }: { readonly row: ReleaseRow; readonly person: Actor },
): Promise<boolean> {
  if (row.kind !== 'internal') return true;
  const asked = await internalRequests.find(row.id);
  if (asked === undefined) return false;
  return mayKnowOf(person, { ...row, request: asked.request });
}

/** @throws NotThere, in the same words, for a release that is not there and for one that this person may not know of */
export async function demandRelease(
  records: Known & Pick<Records, 'releases'>,
  { id, person }: { readonly id: string; readonly person: Actor },
): Promise<ReleaseRow> {
  const row = await records.releases.find(id);
  if (row === undefined || !(await mayKnowOfRelease(records, { row, person })))
    throw new NotThere(unknownRelease(id));
  return row;
}

/** Those of some rows, of releases by id, that a person may know of. */
export async function knownTo<T extends { readonly number: string; readonly release: string }>(
  records: Known & Pick<Records, 'releases'>,
  { rows, person }: { readonly rows: readonly T[]; readonly person: Actor },
): Promise<readonly T[]> {
  const known = await Promise.all(
    rows.map(async ({ number, release }) => {
      if (!isInternal(number)) return true;
      const row = await records.releases.find(release);
      return row !== undefined && mayKnowOfRelease(records, { row, person });
    }),
  );
  return rows.filter((_, index) => known[index]);
}
