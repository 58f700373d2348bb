import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shareWork } from '../../processes/share-work';
import { git } from './run-git';
import { trustedGit } from './trusted-git';
import type { Mirror } from './mirror';

/**
 * A bare repository that never fetched from anywhere but canonical: what is in it is public, and stays known as public after
 * canonical has deleted it. Like the mirror beside it, it may be deleted at any time; it then knows what canonical has now.
 */
export interface PublicStore {
  readonly directory: string;
  /** Those of the objects that are public. */
  has(objects: Iterable<string>): Promise<ReadonlySet<string>>;
}

/** The store of a project, with everything that canonical has at this moment. Whoever asks while a fetch waits for its turn shares it. */
export async function freshPublicStore(mirror: Mirror): Promise<PublicStore> {
  return publicStoreAt(await fetchOf(mirror)());
}

/** The store as it is. */
export function publicStoreAt(directory: string): PublicStore {
  return { directory, has: (objects) => publicAmong(directory, objects) };
}

/** Fetches into one repository get into each other's way. */
const fetches = new WeakMap<Mirror, () => Promise<string>>();

function fetchOf(mirror: Mirror): () => Promise<string> {
  const fetch = fetches.get(mirror) ?? shareWork(() => fetchCanonical(mirror));
  fetches.set(mirror, fetch);
  return fetch;
}

async function fetchCanonical(mirror: Mirror): Promise<string> {
  const directory = mirror.directory.replace(/\.git$/, '.public.git');
  if (!existsSync(join(directory, 'HEAD'))) await create(directory);
  await mirror.remote(
    [
      'fetch',
      '--quiet',
      '--prune',
      '--no-tags',
      '--no-write-fetch-head',
      mirror.urlOf('canonical'),
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ],
    { repository: directory },
  );
  return directory;
}

async function create(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git({ directory, args: ['init', '--bare', '--quiet', '--template='] });
  await git({ directory, args: ['config', 'gc.auto', '0'] });
}

async function publicAmong(directory: string, objects: Iterable<string>): Promise<ReadonlySet<string>> {
  const input = [...objects].map((object) => `${object}\n`).join('');
  if (input === '') return new Set();
  const chunks: Buffer[] = [];
  const args = ['cat-file', '--batch-check=%(objectname)', '--buffer'];
  await trustedGit({ directory, args, input }, (chunk) => chunks.push(chunk));
  const lines = Buffer.concat(chunks).toString().split('\n');
  return new Set(lines.filter((line) => line !== '' && !line.endsWith(' missing')));
}
