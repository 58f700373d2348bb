import { setTimeout as pause } from 'node:timers/promises';
import { ExplainedError } from '../domain/explained-error';

export interface Patience {
  /** What is waited for, as the log says it. */
  readonly what: string;
  readonly tellWaiting: (what: string, error: unknown) => void;
  readonly signal: AbortSignal;
  /** Five minutes by default. */
  readonly forMs?: number;
}

const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Tries until it works, with growing pauses. @throws the last error when patience is at its end, or an abort */
export async function withPatience<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + (patience.forMs ?? PATIENCE_MS);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() + pauseMs > deadline) throw atItsEnd(patience.what, error);
      patience.tellWaiting(patience.what, error);
      await pause(pauseMs, undefined, { signal: patience.signal });
    }
  }
}

function atItsEnd(what: string, error: unknown): unknown {
  if (error instanceof ExplainedError) return error;
  return new ExplainedError(
    {
      where: what,
      what: `it does not answer (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'Start it, then the gateway again',
    },
    { cause: error },
  );
}
