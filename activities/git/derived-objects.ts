import { trustedLines } from './trusted-git';
import type { PublicPush } from './public-push';
import { mergesWithoutOwnChanges } from './misbegotten-commits';

export interface Derivation {
  readonly push: PublicPush;
  readonly directory: string;
  /** Every commit that canonical would get. */
  readonly commits: readonly string[];
  /** Objects of the project that the push may not show. */
  readonly hidden: { has(object: string): boolean };
}

interface Node {
  readonly commit: string;
  readonly parents: readonly string[];
}

/**
 * Objects that merges of this effect consist of, where nothing went into them but what is public and what the push shows.
 * Whoever has made the same merge holds the same folders in secret, and yet nothing of theirs is in them. A folder that is
 * made of public files alone may be a secret all the same, so only how it was made counts, and never what it holds.
 */
export async function derivedObjects(derivation: Derivation): Promise<ReadonlySet<string>> {
  const { push, directory, commits, hidden } = derivation;
  const made = new Set(push.made);
  const derived = new Set<string>();
  const merges = await mergesWithoutOwnChanges(
    directory,
    commits.filter((commit) => made.has(commit)),
  );
  const fresh = new Set(commits);
  const clean = new Set(commits.filter((commit) => !made.has(commit)));
  for (const { commit, parents } of await parentsFirst(directory, commits)) {
    if (!made.has(commit) || !parents.every((parent) => !fresh.has(parent) || clean.has(parent))) continue;
    const objects = await treeOf(directory, commit);
    if (merges.has(commit)) for (const object of objects) derived.add(object);
    if (objects.every((object) => !hidden.has(object) || derived.has(object))) clean.add(commit);
  }
  return derived;
}

async function parentsFirst(directory: string, commits: readonly string[]): Promise<readonly Node[]> {
  const walk = ['rev-list', '--topo-order', '--reverse', '--parents', '--stdin'];
  const args = [...walk, '--not', '--glob=refs/sides/canonical/*'];
  const lines = await trustedLines({ directory, args, input: `${commits.join('\n')}\n` });
  return lines.map((line) => {
    const [commit = '', ...parents] = line.split(' ');
    return { commit, parents };
  });
}

/** Its files and folders, and the folder that holds them all. */
async function treeOf(directory: string, commit: string): Promise<readonly string[]> {
  const root = trustedLines({ directory, args: ['rev-parse', `${commit}^{tree}`] });
  const args = ['ls-tree', '-r', '-t', '--object-only', commit];
  return [...(await root), ...(await trustedLines({ directory, args }))];
}
