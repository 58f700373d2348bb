import { idsIn, namesIn, type SecretNamed, type SecretNames } from '../../domain/embargo/leak-verdict';
import type { PublicPush } from './public-push';
import type { PublicStore } from './public-store';
import { gitlinksIn, objectsNamed, readObjects, type GitObject } from './read-objects';

/** A project whose objects may be named. */
export interface Elsewhere {
  readonly directory: string;
  readonly store: PublicStore;
  /** Commits that the same release makes public there. */
  readonly made: ReadonlySet<string>;
}

export interface ProjectElsewhere extends Elsewhere {
  /** Why git's answers cannot be trusted there, with its name. */
  readonly doubts: readonly string[];
}

export interface NamesWanted {
  readonly push: PublicPush;
  readonly directory: string;
  readonly store: PublicStore;
  readonly names: SecretNames;
  /** Everything that canonical would get, with a path of each file. */
  readonly objects: readonly string[];
  /** Those of them that were looked at as commits. */
  readonly commits: readonly string[];
  readonly paths: ReadonlyMap<string, string>;
  readonly elsewhere: () => Promise<readonly ProjectElsewhere[]>;
}

/**
 * What of it is secret only because of what it names: version files, pins, lock files, submodules, variables and manifests,
 * and every other file and message, for a secret commit that is named is one that can be asked for.
 */
export async function namedSecrets(wanted: NamesWanted): Promise<readonly SecretNamed[]> {
  const { push, directory, names, objects, commits, paths } = wanted;
  const made = new Set(push.made);
  const known = new Set(commits);
  const withoutPaths = { ...names, paths: [] };
  const named: SecretNamed[] = [];
  const ids = new Map<string, string>();
  const note = (place: string, found: readonly string[]): void => {
    for (const id of found) if (!ids.has(id)) ids.set(id, place);
  };
  await readObjects({ directory, ids: objects }, (object) => {
    const place = paths.get(object.id) || `${object.type} ${object.id}`;
    if (object.type === 'tree') {
      for (const { path, commit } of gitlinksIn(object)) {
        named.push(...namesIn(commit, { place: `submodule ${path}`, secret: withoutPaths }));
        note(`submodule ${path}`, [commit]);
      }
      return;
    }
    // A tree may say of a commit that it is a file.
    if (object.type === 'commit' && !known.has(object.id))
      named.push({ place, name: object.id, embargoes: [] });
    const text = textOf(object);
    named.push(...namesIn(text, { place, secret: made.has(object.id) ? names : withoutPaths }));
    note(place, idsIn(text));
  });
  for (const { ref } of push.refs) named.push(...namesIn(ref, { place: ref, secret: names }));
  return [...named, ...(await unpublished(wanted, ids))];
}

/** What a person wrote: not the ids by which git itself holds the object to others, which are judged as objects. */
function textOf({ type, content }: GitObject): string {
  const text = content.toString('latin1');
  if (type === 'commit') return text.replaceAll(/^(tree|parent) [0-9a-f]+$/gm, '');
  return type === 'tag' ? text.replace(/^object [0-9a-f]+$/m, '') : text;
}

/** Ids of objects that exist in one of the projects, and are not public there. What exists nowhere is somebody else's. */
async function unpublished(
  { directory, store, objects, push, elsewhere }: NamesWanted,
  ids: ReadonlyMap<string, string>,
): Promise<readonly SecretNamed[]> {
  const own = new Set([...objects, ...push.made]);
  const asked = [...ids.keys()].filter((id) => !own.has(id));
  const here = await standingOf(asked, { directory, store, made: own });
  const rest = asked.filter((id) => !here.known.has(id));
  const others = rest.length === 0 ? [] : await elsewhere();
  const there = await Promise.all(others.map((other) => standingOf(rest, other)));
  const isPublicSomewhere = new Set(
    there.flatMap((one) => [...one.known].filter((id) => !one.secret.has(id))),
  );
  const secret = new Set([
    ...here.secret,
    ...there.flatMap((one) => [...one.secret]).filter((id) => !isPublicSomewhere.has(id)),
  ]);
  return [...secret].map((name) => ({ place: ids.get(name) ?? '', name, embargoes: [] }));
}

interface Standing {
  readonly known: ReadonlySet<string>;
  readonly secret: ReadonlySet<string>;
}

async function standingOf(
  names: readonly string[],
  { directory, store, made }: Elsewhere,
): Promise<Standing> {
  // Most of what is named is public, and then nothing else need be asked.
  const known = await store.has(names);
  const found = await objectsNamed(
    directory,
    names.filter((name) => !known.has(name)),
  );
  const isPublic = await store.has([...found.values()].map(({ id }) => id));
  const secret = [...found].filter(([, { id }]) => !isPublic.has(id) && !made.has(id));
  return { known: new Set([...known, ...found.keys()]), secret: new Set(secret.map(([name]) => name)) };
}
