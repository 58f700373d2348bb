import type { Milestone } from '../release/milestones';
import type { CalendarEvent } from './calendar-event';
import type { CalendarRevision } from './published-calendar';
import type { Departure } from './publish-plan';

/** `reason`: why, for everybody to read. A move or a cancellation without one is answered with what it breaks. */
export type WantedRevision =
  | { readonly kind: 'publish'; readonly until: string; readonly reason: string }
  | {
      readonly kind: 'move';
      readonly release: string;
      readonly milestone: Milestone;
      readonly day: string;
      readonly reason?: string | undefined;
    }
  | { readonly kind: 'cancel'; readonly release: string; readonly reason?: string | undefined };

export interface Revised {
  /** Absent where there was nothing to revise. */
  readonly revision?: CalendarRevision;
  /** What it breaks, in sentences. */
  readonly breaks: readonly string[];
  /** Dates that the rules have otherwise. */
  readonly departures: readonly Departure[];
}

export interface PublishedCalendar {
  readonly events: readonly CalendarEvent[];
  /** Oldest first. */
  readonly revisions: readonly CalendarRevision[];
}
