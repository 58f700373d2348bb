import type { Embargo } from '../../domain/embargo/embargo';
import type { ExposedObjects } from '../../domain/embargo/leak-report';
import type { Project } from '../../domain/project';
import type { Records } from '../../records/records';
import { askRecords } from '../records/ask-records';
import type { PublicStore } from './public-store';
import { git, linesOf } from './run-git';

/** Objects of an embargo that canonical gives, or has given out, and the branches and tags that hold them. */
export async function exposedObjects(
  { embargoes }: Pick<Records, 'embargoes'>,
  {
    embargo,
    project,
    store,
  }: { readonly embargo: Embargo; readonly project: Project; readonly store: PublicStore },
): Promise<ExposedObjects> {
  const registered = await askRecords(() => embargoes.objectsOf([embargo.id]));
  const own = registered.filter((one) => one.embargo === embargo.id && one.project === project.name);
  const found = await store.has(own.map(({ object }) => object));
  const objects = [...found].toSorted();
  return {
    project: project.name,
    repository: project.repositories.canonical,
    objects,
    refs: await refsHolding(store, objects),
  };
}

/** Commits that git is asked about at once: a command line has an end. */
const AT_ONCE = 500;

/** Branches and tags that reach one of the commits among these objects. */
export async function refsHolding(
  { directory }: Pick<PublicStore, 'directory'>,
  objects: readonly string[],
): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const input = objects.map((object) => `${object}\n`).join('');
  const typed = await git({
    directory,
    args: ['cat-file', '--batch-check=%(objecttype) %(objectname)'],
    input,
  });
  const commits = linesOf(typed).flatMap((line) => (line.startsWith('commit ') ? [line.slice(7)] : []));
  const refs = new Set<string>();
  for (let at = 0; at < commits.length; at += AT_ONCE) {
    const containing = commits.slice(at, at + AT_ONCE).flatMap((commit) => ['--contains', commit]);
    const told = await git({
      directory,
      args: ['for-each-ref', '--format=%(refname)', ...containing, 'refs/heads/', 'refs/tags/'],
    });
    for (const ref of linesOf(told)) refs.add(ref);
  }
  return [...refs].toSorted();
}
