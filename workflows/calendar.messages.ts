import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { KeeperStatus } from '../domain/calendar/keeper-status';
import type { DueMilestone, StartingSettings } from '../domain/calendar/starting';

export interface CalendarKeeperInput {
  readonly settings: StartingSettings;
  /** Looks after which it goes on as a new run; 200 by default. */
  readonly looksPerRun?: number;
  /** What the run before knew. */
  readonly carried?: KeeperStatus;
}

/** What a Schedule of the calendar starts. */
export interface MilestoneInput extends DueMilestone {
  readonly settings: StartingSettings;
}

/** The calendar was revised. */
export const revised = defineSignal<[{ readonly revision: string }]>('revised');
/** What starts by itself next, what asks for a person, what was found changed lately. */
export const keeperStatus = defineQuery<KeeperStatus>('status');
