import { Context } from '@temporalio/activity';

const BEAT_EVERY_MS = 50;

/** Keeps effects waiting until the test says so; a cancellation ends the wait. */
export interface Latch {
  /** For an effect: waits for {@link Latch.open}, and beats meanwhile. */
  wait(): Promise<void>;
  open(): void;
}

export function aLatch(): Latch {
  let isOpen: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => {
    isOpen = resolve;
  });
  return {
    open: () => isOpen?.(),
    wait: async () => {
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), BEAT_EVERY_MS);
      try {
        await Promise.race([opened, context.cancelled]);
      } finally {
        clearInterval(beat);
      }
    },
  };
}
