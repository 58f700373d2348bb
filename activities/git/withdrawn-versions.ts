import { countsItself, type Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import { PRODUCT_LINE } from '../../records/versions';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';

/** Whether a version of a project, in its own numbering, is out and withdrawn: nothing is cut from it or compared with it. */
export type IsWithdrawn = (project: Project, version: string) => boolean;

export async function withdrawnVersions(
  { records }: Pick<Outside, 'records'>,
  { projects }: Pick<ReleaseSettings, 'projects'>,
): Promise<IsWithdrawn> {
  const rows = await askRecords(() => records.versions.withdrawn());
  const known = new Set(rows.map(({ line, number }) => `${line} ${number}`));
  return (project, version) =>
    known.has(`${countsItself(project, projects) ? project.name : PRODUCT_LINE} ${version}`);
}
