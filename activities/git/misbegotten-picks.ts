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
  const sound: PickedChange[] = [];
  const found: Misbegotten[] = [];
  for (const { commit, of } of picks) {
    const [onto, ...others] = parents.get(commit) ?? [];
    const [before] = parents.get(of) ?? [];
    if (onto === undefined || others.length > 0) found.push({ commit, reason: 'a pick has one parent' });
    else if (before === undefined) found.push({ commit, reason: NO_CHANGE });
    else sound.push({ commit, of, onto, before });
  }
  const steps = sound.flatMap(({ commit, of, onto, before }): [string, string][] => [
    [of, before],
    [commit, onto],
  ]);
  const added = await addedLines(directory, new Map(steps));
  const areAllPublic = await arePublic(
    directory,
    sound.flatMap(({ of, onto }) => [of, onto]),
  );
  for (const pick of sound) {
    const isPublic = areAllPublic || (await arePublic(directory, [pick.of, pick.onto]));
    const reason = whyNot(pick, { added, isPublic });
    if (reason !== undefined) found.push({ commit: pick.commit, reason });
  }
  return found;
}

const NO_CHANGE = 'it is made of the first commit of a history, which changes nothing';

interface PickedChange extends PickedCommit {
  readonly onto: string;
  /** What the public commit was made on. */
  readonly before: string;
}

function whyNot(
  { commit, of }: PickedChange,
  { added, isPublic }: { readonly added: ReadonlyMap<string, readonly string[]>; readonly isPublic: boolean },
): string | undefined {
  if (!isPublic) return 'it is made of what is not public';
  const brought = new Set(added.get(of));
  const isForeign = added.get(commit)?.every((line) => brought.has(line)) !== true;
  return isForeign ? `it has lines that ${of} does not bring` : undefined;
}

async function arePublic(directory: string, commits: readonly string[]): Promise<boolean> {
  if (commits.length === 0) return true;
  const args = ['rev-list', '--max-count=1', '--stdin', '--not', '--glob=refs/sides/canonical/*'];
  return (await trustedText({ directory, args, input: `${commits.join('\n')}\n` })) === '';
}

/**
 * By commit; one that git passed over is not among them.
 * @param parents the one that each commit is compared with
 */
async function addedLines(
  directory: string,
  parents: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (parents.size === 0) return new Map();
  const how = ['--unified=0', '--text', '--find-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
  const text = await trustedText({
    directory,
    args: ['diff-tree', '--stdin', '--always', '--patch', ...how, '--src-prefix=', '--dst-prefix='],
    input: [...parents].map(([commit, parent]) => `${commit} ${parent}\n`).join(''),
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
