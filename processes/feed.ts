import { Readable } from 'node:stream';

/** Gives a program its input piece by piece, each once the one before was taken. */
export interface Feeding {
  begin(): void;
  /** The last piece was taken. */
  isFed(): void;
  /** Nobody takes any more. */
  end(): void;
}

const NOTHING_MORE = Buffer.alloc(0);

/** Undefined where all of the input is there at once. @param send gives a piece; an empty one is the end */
export function feedOf(input: unknown, send: (piece: Buffer) => void): Feeding | undefined {
  if (!(input instanceof Readable)) return undefined;
  let goOn: (() => void) | undefined;
  let isOver = false;
  const feed = async (): Promise<void> => {
    try {
      // Left early, the stream is not destroyed: of a request, the answer goes the same way back.
      for await (const piece of input.iterator({ destroyOnReturn: false })) {
        if (isOver) return;
        const fed = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        send(Buffer.from(piece));
        await fed;
      }
    } catch {
      // Where it breaks off, the program is left to judge what came.
    }
    if (!isOver) send(NOTHING_MORE);
  };
  return {
    begin: () => void feed(),
    isFed: () => goOn?.(),
    end: () => {
      isOver = true;
      goOn?.();
    },
  };
}
