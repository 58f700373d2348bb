import type { Milestone } from '../release/milestones';
import { isPromised, type PlannedMilestone } from './plan-calendar';

export const EVENT_STATUSES = ['tentative', 'confirmed', 'cancelled'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** One milestone of one release as a calendar of people shows it, whether computed or published. */
export interface CalendarEvent {
  readonly release: string;
  readonly kind: 'monthly' | 'patch';
  readonly minors: readonly string[];
  readonly milestone: Milestone;
  /** ISO 8601 */
  readonly at: string;
  readonly status: EventStatus;
  /** How often it was moved or cancelled. */
  readonly sequence: number;
  /** ISO 8601; when it came to be as it is now. */
  readonly revisedAt: string;
  /** What is to be known beside the date, in sentences. */
  readonly notes: readonly string[];
}

/** The events of dates that were only computed. That a date is past changes nothing about its event. */
export function plannedEvents(
  milestones: readonly PlannedMilestone[],
  { at }: { readonly at: string },
): readonly CalendarEvent[] {
  return milestones.map((planned) => ({
    release: planned.release,
    kind: planned.kind,
    minors: planned.minors,
    milestone: planned.milestone,
    at: planned.at,
    status: isPromised(planned) ? 'confirmed' : 'tentative',
    sequence: 0,
    revisedAt: at,
    notes: planNotes(planned),
  }));
}

type Dated = Pick<PlannedMilestone, 'kind' | 'milestone' | 'lock' | 'override'>;

/** What a computed date depends on. */
export function planNotes(planned: Dated): readonly string[] {
  const { lock, override } = planned;
  const promise = isPromised(planned) ? 'This date is promised.' : 'This date is a guideline.';
  if (lock === undefined) return [promise];
  const within = `It falls into ${lock.name}, a ${lock.kind} lock.`;
  if (override === undefined) return [promise, within];
  return [promise, within, `An override is asked for from ${override.askFrom.slice(0, 10)} on.`];
}
