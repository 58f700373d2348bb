import type { FoundSchedule } from '../../domain/calendar/compare-schedules';
import type { StartingSettings } from '../../domain/calendar/starting';
import type { WantedSchedule } from '../../domain/calendar/wanted-schedules';
import type { ReleaseSettings } from '../../domain/release/release';
import type { CalendarRules } from '../../domain/calendar/calendar-rules';
import type { PlanningPolicy } from '../../domain/planning/advise';
import type { MeasuredFacts } from '../../records/measurements';
import type { FixRecords } from '../../records/timed-fixes';
import type { MeasureRecords } from '../../records/unreleased';
import type { Records } from '../../records/records';

/** The Schedules of the engine, by their ids. */
export interface ScheduleBook {
  /** Of the workers that run what they start. */
  readonly queue: string;
  /** Those of a calendar, of these names and of others. */
  find(ids: readonly string[]): Promise<readonly FoundSchedule[]>;
  create(wanted: WantedSchedule, settings: StartingSettings): Promise<void>;
  update(wanted: WantedSchedule, settings: StartingSettings): Promise<void>;
  remove(id: string): Promise<void>;
  /** Whether somebody holds it, or the calendar does. */
  isPaused(id: string): Promise<boolean>;
  /** Acts now. */
  trigger(id: string): Promise<void>;
}

/** How what is measured is looked at. */
export interface Measuring {
  /** Milliseconds; what was measured less than that ago is not measured again. */
  readonly lookEveryMs: number;
  /** What asks repositories and GitLab, of each measure that is judged. */
  readonly read: { readonly [Name in keyof MeasuredFacts]?: () => Promise<MeasuredFacts[Name]> };
}

/** What the effects of the calendar reach out to. */
export interface CalendarOutside {
  readonly records: FixRecords &
    MeasureRecords &
    Pick<Records, 'calendar' | 'releases' | 'effects' | 'transitions'>;
  /** By what dates are judged. Read at use: a change of it holds from the next look. */
  readonly planning: PlanningPolicy & { readonly rules: CalendarRules };
  readonly measuring: Measuring;
  readonly schedules: ScheduleBook;
  /** Whether the engine knows a workflow of this id, running or ended. */
  readonly isThere: (workflowId: string) => Promise<boolean>;
  /** The minors of the product that are out, as everybody sees them. */
  readonly minorsOut: (settings: ReleaseSettings) => Promise<ReadonlySet<string>>;
  /** The rules that a release of the kind is started with. */
  readonly settingsOf: (
    kind: 'monthly' | 'patch',
    gatewayKeys: StartingSettings['gatewayKeys'],
  ) => ReleaseSettings;
}
