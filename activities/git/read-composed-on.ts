import { composedOn } from '../../domain/version/composed-on';
import { lineOf } from '../../domain/version/naming';
import { countsItself, followingProjects, type Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { NumberWanted } from '../../records/closing';
import { PRODUCT_LINE } from '../../records/versions';
import { askRecords } from '../records/ask-records';
import type { Outside } from '../outside';
import { finalTags, ownLine } from './survey-line';

interface Counted {
  /** What the numbers are counted on: `product`, or the name of a project. */
  readonly line: string;
  readonly minor: string;
  /** Those that have them in their tags. */
  readonly projects: readonly Project[];
}

/**
 * See {@link composedOn}. What is tagged is read first, then what the records say of it, and canonical is fetched last: what is
 * published whole by then is in every repository, so every head that is read afterwards contains it.
 */
export async function readComposedOn(
  { records, mirrorOf }: Pick<Outside, 'records' | 'mirrorOf'>,
  { line, minor, projects }: Counted,
): Promise<Pick<NumberWanted, 'composedOn'>> {
  const mirrors = projects.map((project) => ({ project, mirror: mirrorOf(project) }));
  const tags = await Promise.all(mirrors.map(({ project, mirror }) => finalTags(mirror, project)));
  const given = await askRecords(() => records.versions.ofMinor({ line, minor }));
  await Promise.all(mirrors.map(({ mirror }) => mirror.fetch('canonical')));
  const tagged = tags.flat().flatMap(({ version }) => (lineOf(version) === minor ? [version] : []));
  const found = composedOn({ tagged, given });
  return found === undefined ? {} : { composedOn: found };
}

/** What every head of a line contains that is read after it. */
export interface ContainedVersions {
  readonly product: Pick<NumberWanted, 'composedOn'>;
  /** By name of a project that counts itself. */
  readonly own: Readonly<Record<string, Pick<NumberWanted, 'composedOn'>>>;
}

export async function readContained(
  outside: Pick<Outside, 'records' | 'mirrorOf'>,
  { settings: { projects }, minor }: { readonly settings: ReleaseSettings; readonly minor: string },
): Promise<ContainedVersions> {
  const following = followingProjects(projects);
  const counting = projects.filter((project) => countsItself(project, projects));
  const [product, own] = await Promise.all([
    readComposedOn(outside, { line: PRODUCT_LINE, minor, projects: following }),
    Promise.all(
      counting.map(async (project) => {
        const line = await ownLine(outside.mirrorOf(project), { project, minor });
        if (line === undefined) return [];
        const counted = { line: project.name, minor: line, projects: [project] };
        return [[project.name, await readComposedOn(outside, counted)] as const];
      }),
    ),
  ]);
  return { product, own: Object.fromEntries(own.flat()) };
}
