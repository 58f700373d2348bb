import type { PublishedMinor } from '../../domain/version/maintenance';
import { lineOf, versionOfTag } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';

const TAGS = 'refs/sides/canonical/tags/';

/** The minors of a project that are out, by the tags of canonical: each since the day its first tag was made. In its own numbering. */
export async function readPublishedMinors(
  mirror: Mirror,
  project: Project,
): Promise<readonly PublishedMinor[]> {
  const text = await mirror.git(['for-each-ref', '--format=%(creatordate:iso-strict) %(refname)', TAGS]);
  const first = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [at = '', ref = ''] = line.split(' ');
    const version = versionOfTag(project, ref.slice(TAGS.length));
    const known = version === undefined ? undefined : first.get(lineOf(version));
    if (version !== undefined && (known === undefined || Date.parse(at) < Date.parse(known)))
      first.set(lineOf(version), at);
  }
  return [...first].map(([minor, publishedAt]) => ({ minor, publishedAt }));
}
