import type { ReleaseSettings } from '../../domain/release/release';
import { openRecords, type Records } from '../../records/records';
import type { PublicationStep } from '../../records/locked-unit';
import { freshDatabase } from './postgres';

/** Records in a database of their own, for one test file. */
export interface TestRecords {
  readonly records: Records;
  readonly url: string;
  end(): Promise<void>;
}

export async function freshRecords(): Promise<TestRecords> {
  const database = await freshDatabase();
  const records = openRecords({ url: database.url });
  return {
    records,
    url: database.url,
    end: async () => {
      await records.close();
      await database.drop();
    },
  };
}

/** A patch that somebody has started, by no words of its own. */
export async function openPatch(
  { releases }: Pick<Records, 'releases'>,
  id: string,
  settings: ReleaseSettings,
): Promise<void> {
  const startedBy = { id: 'rosa', roles: ['release-manager'] };
  await releases.open({ id, kind: 'patch', title: id, requestKey: id, settings, startedBy });
}

/** Numbers for a release that has closed on nothing, each with the version that it stands on. */
export async function reserve(
  { closeRelease }: Pick<Records, 'closeRelease'>,
  release: string,
  numbers: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const target = Object.keys(numbers).join('+');
  await closeRelease<object>({
    key: `${release}/close/${target}`,
    release,
    workflowId: release,
    step: 'close',
    target,
    transitions: [],
    versions: Object.entries(numbers).map(([atLeast, composedOn]) => ({
      atLeast,
      ...(composedOn === undefined ? {} : { composedOn }),
    })),
    close: () => ({ result: {}, inclusions: [] }),
  });
}

/** Versions of a release as one unit, with no lines for the record. */
export function unitOf(release: string, versions: readonly string[]): PublicationStep {
  return { release, workflowId: release, versions, transitions: [] };
}
