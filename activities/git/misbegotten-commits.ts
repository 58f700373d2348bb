import type { Project } from '../../domain/project';
import { misbegottenPicks, type Parents } from './misbegotten-picks';
import type { PublicPush } from './public-push';
import { readObjects } from './read-objects';
import { trustedLines, trustedText } from './trusted-git';

export interface Misbegotten {
  readonly commit: string;
  readonly reason: string;
}

/**
 * Commits that are said to be made by an effect, and cannot be: they lack its key, or change what no effect writes. Of a merge
 * only what neither side has is its own, and an effect's has nothing of it.
 */
export async function misbegottenAmong(
  directory: string,
  { push, commits }: { readonly push: PublicPush; readonly commits: readonly string[] },
): Promise<readonly Misbegotten[]> {
  const said = new Set(push.made);
  const made = commits.filter((commit) => said.has(commit));
  if (made.length === 0) return [];
  const picks = (push.picks ?? []).filter(({ commit }) => made.includes(commit));
  const picked = new Set(picks.map(({ commit }) => commit));
  const [told, changes] = await Promise.all([
    readCommits(directory, [...made, ...picks.map(({ of }) => of)]),
    changedPaths(
      directory,
      made.filter((commit) => !picked.has(commit)),
    ),
  ]);
  const misbegotten = await misbegottenPicks(directory, { picks, parents: told.parents });
  const keyless = withoutKey(told, { made, release: push.release });
  const written = pathsOf(push.project);
  const foreign = changes.filter(({ paths }) => paths.some((path) => !written.has(path)));
  return [
    ...misbegotten,
    ...keyless.map((commit) => ({ commit, reason: 'it lacks the key of an effect of this release' })),
    ...foreign.map(({ commit, paths }) => ({
      commit,
      reason: `it changes ${paths.filter((path) => !written.has(path)).join(', ')}, which no effect writes`,
    })),
  ];
}

function pathsOf({ versionFile, pins, changelog }: Project): ReadonlySet<string> {
  const files = [versionFile, ...pins].flatMap((one) => (one === undefined ? [] : [one.path]));
  return new Set(changelog === undefined ? files : [...files, changelog]);
}

interface ToldByCommits {
  readonly messages: ReadonlyMap<string, string>;
  readonly parents: Parents;
}

async function readCommits(directory: string, ids: readonly string[]): Promise<ToldByCommits> {
  const messages = new Map<string, string>();
  const parents = new Map<string, readonly string[]>();
  await readObjects({ directory, ids }, ({ id, content }) => {
    const text = content.toString();
    const head = text.slice(0, text.indexOf('\n\n'));
    parents.set(
      id,
      [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent),
    );
    messages.set(id, text.slice(head.length));
  });
  return { messages, parents };
}

function withoutKey(
  { messages }: ToldByCommits,
  { made, release }: { readonly made: readonly string[]; readonly release: string },
): readonly string[] {
  return made.filter((commit) => {
    const last = messages.get(commit)?.trimEnd().split('\n\n').at(-1) ?? '';
    return !last.split('\n').some((line) => line.startsWith(`Signalbox-Key: ${release}/`));
  });
}

/** Merges of two commits that are what git makes of them by itself. Of a merge of more, git does not tell. */
export async function mergesWithoutOwnChanges(
  directory: string,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const args = ['rev-list', '--no-walk=unsorted', '--min-parents=2', '--max-parents=2', '--stdin'];
  if (commits.length === 0) return new Set();
  const merges = await trustedLines({ directory, args, input: `${commits.join('\n')}\n` });
  const changes = await changedPaths(directory, merges);
  return new Set(changes.filter(({ paths }) => paths.length === 0).map(({ commit }) => commit));
}

async function changedPaths(
  directory: string,
  commits: readonly string[],
): Promise<readonly { readonly commit: string; readonly paths: readonly string[] }[]> {
  if (commits.length === 0) return [];
  const how = ['--no-walk=unsorted', '--stdin', '--remerge-diff', '--no-renames', '--name-only', '-z'];
  const args = ['log', ...how, '--format=%x01%H'];
  const text = await trustedText({ directory, args, input: `${commits.join('\n')}\n` });
  return text
    .split('\u0001')
    .slice(1)
    .map((row) => {
      const [commit = '', ...paths] = row.split('\0').map((part) => part.replace(/^\n/, ''));
      return { commit, paths: paths.filter((path) => path !== '') };
    });
}
