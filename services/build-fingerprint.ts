import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes when any compiled file of the folder, or one of the other files, has other content. */
export function buildFingerprint(folder: string, otherFiles: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of [...compiledFiles(folder), ...otherFiles]) {
    hash.update(`${file}\0`).update(contentOf(file));
  }
  return hash.digest('hex');
}

function compiledFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .toSorted()
    .map((name) => join(folder, name));
}

function contentOf(file: string): Buffer | string {
  try {
    return readFileSync(file);
  } catch {
    return '';
  }
}
