import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonsToDoubt, trustedGit } from './trusted-git';
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

/** The store of a project, with everything that canonical has at this moment. */
export async function freshPublicStore(mirror: Mirror): Promise<PublicStore> {
  await mirror.fetch('canonical');
  return publicStoreAt(mirror.publicDirectory);
}

/** As {@link reasonsToDoubt}. What it borrowed from another repository would pass for public, too. */
export async function reasonsToDoubtStore(directory: string): Promise<readonly string[]> {
  const borrows = existsSync(join(directory, 'objects', 'info', 'alternates'));
  return [
    ...(await reasonsToDoubt(directory)),
    ...(borrows ? ['it borrows objects from another repository'] : []),
  ];
}

/** The store as it is. */
export function publicStoreAt(directory: string): PublicStore {
  return { directory, has: (objects) => publicAmong(directory, objects) };
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
