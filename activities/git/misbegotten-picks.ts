import type { Misbegotten } from './misbegotten-commits';
import type { PickedCommit } from './public-push';
import { trustedText } from './trusted-git';

/**
 * Picks that cannot be what they are said to be: made of a commit that is not public, on one that is not, or with a line that
 * the public one does not bring. What a pick brings is public already, wherever it ends up.
 */
export async function misbegottenPicks(
  directory: string,
  picks: readonly PickedCommit[],
): Promise<readonly Misbegotten[]> {
  const found: Misbegotten[] = [];
  for (const { commit, of } of picks) {
    const reason = await whyNot(directory, { commit, of });
    if (reason !== undefined) found.push({ commit, reason });
  }
  return found;
}

async function whyNot(directory: string, { commit, of }: PickedCommit): Promise<string | undefined> {
  const parents = (await trustedText({ directory, args: ['rev-parse', `${commit}^@`] })).trim().split('\n');
  const [onto = ''] = parents;
  if (parents.length !== 1 || onto === '') return 'a pick has one parent';
  if (!(await arePublic(directory, [of, onto]))) return 'it is made of what is not public';
  const brought = new Set(await addedLines(directory, { from: `${of}^1`, to: of }));
  const foreign = (await addedLines(directory, { from: onto, to: commit })).some(
    (line) => !brought.has(line),
  );
  return foreign ? `it has lines that ${of} does not bring` : undefined;
}

async function arePublic(directory: string, commits: readonly string[]): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', '--stdin', '--not', '--glob=refs/sides/canonical/*'];
  return (await trustedText({ directory, args, input: `${commits.join('\n')}\n` })) === '';
}

async function addedLines(
  directory: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  const how = ['--unified=0', '--text', '--find-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
  const text = await trustedText({
    directory,
    args: ['diff', ...how, '--src-prefix=', '--dst-prefix=', from, to],
  });
  let isInPlace = false;
  return text.split('\n').filter((line) => {
    // Only before the first place of a file is `+++` no line of the file.
    if (line.startsWith('diff --git ')) isInPlace = false;
    else if (line.startsWith('@@')) isInPlace = true;
    return isInPlace && line.startsWith('+');
  });
}
