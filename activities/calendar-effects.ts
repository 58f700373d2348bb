import type { CalendarNotice } from '../domain/calendar/compare-schedules';
import type { DueMilestone, StartingSettings } from '../domain/calendar/starting';
import type { Milestone, ReleaseKind } from '../domain/release/milestones';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import type { Done } from './effects';

export interface CalendarLook extends Done {
  /** Revisions of the calendar that it knows. */
  readonly revision: number;
  /** What starts or goes on by itself next, by time. */
  readonly next: readonly DueMilestone[];
  /** What asks for a person, or was found changed and set right. */
  readonly notices: readonly CalendarNotice[];
}

export interface PlannedAhead extends Done {
  /** Releases that were moved. */
  readonly moved: readonly string[];
}

export interface MeasuredDelivery extends Done {
  /** What was measured at this look, by name. */
  readonly measured: readonly string[];
}

/** A release that the calendar has opened in the records, to be started. */
export interface OpenedRelease {
  /** Workflow id: `monthly:18.7`, `patch:7`. */
  readonly id: string;
  readonly kind: Extract<ReleaseKind, 'monthly' | 'patch'>;
  readonly title: string;
  /** Newest first. */
  readonly minors: readonly string[];
  readonly settings: ReleaseSettings;
  readonly startedBy: Actor;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly awaitMilestones: readonly Milestone[];
}

/** What a milestone that is due has to do. `sentence`: for the page of the engine. */
export interface DueWork extends Done {
  readonly sentence: string;
  /** Started unless it runs. */
  readonly start?: OpenedRelease;
  /** The release that waits for the calendar, and all that it is to be told of, in this order. */
  readonly tell?: { readonly id: string; readonly milestones: readonly DueMilestone[] };
  /** Why a release does not start though it is its time. */
  readonly refused?: CalendarNotice;
}

/** What a release was told of. */
export interface Told {
  /** Workflow id of the release. */
  readonly id: string;
  readonly milestones: readonly DueMilestone[];
  /** Whether it was there to be told. */
  readonly isThere: boolean;
}

/** What the calendar does to the world. Each effect may be done again and beside itself; failures are of the closed set in `errors.ts`. */
export interface CalendarEffects {
  /** Makes the Schedules what the published calendar says, has caught up what is late, and says what people ought to know. */
  keepSchedules(input: { readonly settings: StartingSettings }): Promise<CalendarLook>;
  /**
   * Pulls patches forward where a deadline asks for it and the limits let it: each once. What it answers is for everybody, so it does
   * not say why.
   */
  planAhead(input: { readonly settings: StartingSettings }): Promise<PlannedAhead>;
  /** Measures what dates are judged by beside deadlines, where it was not measured just now. What it answers is for everybody. */
  measureDelivery(input: { readonly settings: StartingSettings }): Promise<MeasuredDelivery>;
  /** Opens the release that starts with the milestone, or finds it; what has moved or is too late is not opened. */
  openDue(input: DueMilestone & { readonly settings: StartingSettings }): Promise<DueWork>;
  /** Notes what the release was told of; of one that was not there only where it has ended, for then it waits for nothing. */
  noteTold(input: Told): Promise<Done & { readonly sentence: string }>;
}
