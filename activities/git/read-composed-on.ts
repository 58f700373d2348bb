import { composedOn } from '../../domain/version/composed-on';
import { lineOf } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import type { NumberWanted } from '../../records/closing';
import { askRecords } from '../records/ask-records';
import type { Outside } from '../outside';
import { finalTags } from './survey-line';

interface Counted {
  /** What the numbers are counted on: `product`, or the name of a project. */
  readonly line: string;
  readonly minor: string;
  /** Those that have them in their tags. */
  readonly projects: readonly Project[];
}

/** See {@link composedOn}; canonical as it was fetched last. */
export async function readComposedOn(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  { line, minor, projects }: Counted,
): Promise<Pick<NumberWanted, 'composedOn'>> {
  const [given, tags] = await Promise.all([
    askRecords(() => records.versions.ofMinor({ line, minor })),
    Promise.all(projects.map((project) => finalTags(mirrorOf(project), project))),
  ]);
  const tagged = tags.flat().flatMap(({ version }) => (lineOf(version) === minor ? [version] : []));
  const found = composedOn({ tagged, given });
  return found === undefined ? {} : { composedOn: found };
}
