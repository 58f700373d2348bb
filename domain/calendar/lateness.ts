import type { CalendarEvent } from './calendar-event';
import { datedMilestones, type DueMilestone, type StartingSettings } from './starting';

/**
 * `ahead`: it is to come. `due`: its Schedule is at it. `late`: it is caught up, in the order of time. `too_late`: a person decides.
 * `waits`: its release was not started, and that is said of the start. `past`: it is done, or the calendar holds to it no more.
 */
export type Lateness = 'ahead' | 'due' | 'late' | 'too_late' | 'waits' | 'past';

/** How a release of the calendar stands. */
export interface ReleaseStanding {
  /** It runs, or it ran: a record of it alone is no start. */
  readonly isStarted: boolean;
  /** Milestones that it was told of. */
  readonly told: ReadonlySet<string>;
}

export interface Judging {
  /** Those of its release at least. */
  readonly events: readonly CalendarEvent[];
  readonly standing: ReleaseStanding;
  /** Milliseconds. */
  readonly now: number;
  readonly settings: Pick<StartingSettings, 'catchUpMs' | 'lookEveryMs'>;
}

/** A release is started late only within limits; one that was started is told of a milestone however late it is, for it waits for it. */
export function latenessOf(
  { release, milestone, at }: DueMilestone,
  { events, standing: { isStarted, told }, now, settings }: Judging,
): Lateness {
  const dated = datedMilestones(events, release).map((event) => event.milestone);
  const [start] = dated;
  if (start === undefined || !dated.includes(milestone) || told.has(milestone)) return 'past';
  const lateMs = now - Date.parse(at);
  if (lateMs < 0) return 'ahead';
  if (milestone !== start && !isStarted) return 'waits';
  if (!isStarted && lateMs > settings.catchUpMs) return 'too_late';
  return lateMs < settings.lookEveryMs ? 'due' : 'late';
}

/** Milestones of a release whose time has come and that it was not told of, in their order: it is told of all of them at once. */
export function untoldMilestones(
  release: string,
  { events, standing: { told }, now }: Pick<Judging, 'events' | 'standing' | 'now'>,
): readonly DueMilestone[] {
  return datedMilestones(events, release)
    .filter(({ milestone, at }) => Date.parse(at) <= now && !told.has(milestone))
    .map(({ milestone, at }) => ({ release, milestone, at }));
}
