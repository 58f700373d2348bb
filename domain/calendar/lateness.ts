import type { DueMilestone, StartingSettings } from './starting';

/**
 * `ahead`: it is to come. `due`: its Schedule is at it. `late`: it is caught up, in the order of time. `too_late`: a person decides.
 * `waits`: its release was not started, and that is said of the start. `past`: it is done, or
 * the calendar holds to it no more.
 */
export type Lateness = 'ahead' | 'due' | 'late' | 'too_late' | 'waits' | 'past';

export interface LateFacts {
  /** Milliseconds. */
  readonly now: number;
  readonly settings: Pick<StartingSettings, 'catchUpMs' | 'lookEveryMs'>;
  /** Whether it is the milestone that starts its release. */
  readonly isStart: boolean;
  /** Whether its release was started. */
  readonly isStarted: boolean;
  /** Whether it was told to its release. */
  readonly isDone: boolean;
}

/** A release is started late only within limits; one that was started is told of a milestone however late it is, for it waits for it. */
export function latenessOf({ at }: Pick<DueMilestone, 'at'>, facts: LateFacts): Lateness {
  const { now, settings, isStart, isStarted, isDone } = facts;
  if (isDone) return 'past';
  const lateMs = now - Date.parse(at);
  if (lateMs < 0) return 'ahead';
  if (!isStart && !isStarted) return 'waits';
  if (isStart && !isStarted && lateMs > settings.catchUpMs) return 'too_late';
  return lateMs < settings.lookEveryMs ? 'due' : 'late';
}
