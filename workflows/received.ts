import { ApplicationFailure, log } from '@temporalio/workflow';

/**
 * Whether a signal has the texts its handler reads. Anybody who reaches the engine may send one, and a handler that throws
 * would stop its workflow until somebody resets it; what is malformed is passed over.
 */
export function isWhole<T extends object>(signal: T | undefined, ...texts: readonly (keyof T)[]): boolean {
  const isFine =
    signal !== undefined && signal !== null && texts.every((name) => typeof signal[name] === 'string');
  if (!isFine) log.warn('A malformed signal is passed over', { texts: texts.join(', ') });
  return isFine;
}

/** Reads what a workflow was started with. A plain error would have it tried for ever; this one ends it and says why. */
export function readInput<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw ApplicationFailure.nonRetryable(message, 'ConfigurationError');
  }
}
