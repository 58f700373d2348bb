import type { Writable } from 'node:stream';

/** Waits for a slow client, but not for one that is gone. Nothing stays behind on the stream: a large clone has very many pieces. */
export async function writeFully(stream: Writable, piece: Buffer): Promise<void> {
  if (stream.destroyed || stream.write(piece)) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      stream.off('drain', goOn).off('close', goOn);
      resolve();
    };
    stream.once('drain', goOn).once('close', goOn);
  });
}
