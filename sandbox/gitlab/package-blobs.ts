import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Instance } from './instance';

/** Files of packages are kept by their content, so that the same bytes are kept once. */
export function blobPath(instance: Instance, sha256: string): string {
  return join(instance.home, 'packages', sha256);
}

/** Takes a request's body in, whole or not at all. @throws when the sender goes away */
export async function receiveBlob(
  instance: Instance,
  body: unknown,
): Promise<{ readonly sha256: string; readonly size: number }> {
  await mkdir(join(instance.home, 'packages'), { recursive: true });
  const incoming = blobPath(instance, `incoming-${instance.store.next('upload')}`);
  const hash = createHash('sha256');
  let size = 0;
  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  try {
    await pipeline(
      body instanceof Readable ? body : Readable.from([]),
      measured,
      createWriteStream(incoming),
    );
    const sha256 = hash.digest('hex');
    await rename(incoming, blobPath(instance, sha256));
    return { sha256, size };
  } finally {
    await rm(incoming, { force: true });
  }
}
