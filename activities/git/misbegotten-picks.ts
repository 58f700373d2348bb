import type { Misbegotten } from './misbegotten-commits';
import type { PickedCommit } from './public-push';
import { trustedText } from './trusted-git';

/** The parents of each commit that a pick is, or is made of. */
export type Parents = ReadonlyMap<string, readonly string[]>;

/**
 * Picks that cannot be what they are said to be: made of a commit that is not public, on one that is not, or with a line that
 * the public one does not bring. What a pick brings is public already, wherever it ends up.
 */
export async function misbegottenPicks(
  directory: string,
  { picks, parents }: { readonly picks: readonly PickedCommit[]; readonly parents: Parents },
): Promise<readonly Misbegotten[]> {
  const found: Misbegotten[] = [];
  for (const pick of picks) {
    const reason = await whyNot(directory, pick, parents);
    if (reason !== undefined) found.push({ commit: pick.commit, reason });
  }
  return found;
}

async function whyNot(
  directory: string,
  { commit, of }: PickedCommit,
  parents: Parents,
): Promise<string | undefined> {
  const [onto, ...others] = parents.get(commit) ?? [];
  const [before] = parents.get(of) ?? [];
  if (onto === undefined || others.length > 0) return 'a pick has one parent';
  if (before === undefined) return 'it is made of the first commit of a history, which changes nothing';
  const [isPublic, added] = await Promise.all([
    arePublic(directory, [of, onto]),
    addedLines(directory, [
      { parent: before, commit: of },
      { parent: onto, commit },
    ]),
  ]);
  if (!isPublic) return 'it is made of what is not public';
  const brought = new Set(added.get(of));
  const isForeign = added.get(commit)?.every((line) => brought.has(line)) !== true;
  return isForeign ? `it has lines that ${of} does not bring` : undefined;
}

async function arePublic(directory: string, commits: readonly string[]): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', '--stdin', '--not', '--glob=refs/sides/canonical/*'];
  return (await trustedText({ directory, args, input: `${commits.join('\n')}\n` })) === '';
}

interface Step {
  readonly parent: string;
  readonly commit: string;
}

/** By commit; one that git passed over is not among them. */
async function addedLines(
  directory: string,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const how = ['--unified=0', '--text', '--find-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
  const text = await trustedText({
    directory,
    args: ['diff-tree', '--stdin', '--always', '--patch', ...how, '--src-prefix=', '--dst-prefix='],
    input: steps.map(({ parent, commit }) => `${commit} ${parent}\n`).join(''),
  });
  const added = new Map<string, string[]>();
  let lines: string[] = [];
  let isInPlace = false;
  for (const line of text.split('\n')) {
    const isCommit = /^[0-9a-f]{40,64}$/.test(line);
    if (isCommit) added.set(line, (lines = []));
    // Only before the first place of a file is `+++` no line of the file; in a place each has its sign in front.
    if (isCommit || line.startsWith('diff --git ')) isInPlace = false;
    else if (line.startsWith('@@')) isInPlace = true;
    else if (isInPlace && line.startsWith('+')) lines.push(line);
  }
  return added;
}
