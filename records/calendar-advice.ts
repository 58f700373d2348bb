import type { DateTime } from 'luxon';
import type { CalendarRules } from '../domain/calendar/calendar-rules';
import { onCalendarTime } from '../domain/calendar/compressed-time';
import { publishedEvents, type CalendarRevision } from '../domain/calendar/published-calendar';
import type { PublishedAt } from '../domain/calendar/revise-calendar';
import { advise, type CalendarAdvice, type PlanningPolicy } from '../domain/planning/advise';
import { pressedLines, type FoundUnreleased } from '../domain/planning/pressure';
import { isPending, type TimedFix } from '../domain/planning/timed-fix';
import type { Records } from './records';
import { readTimedFixes, type FixesAsked, type FixRecords } from './timed-fixes';
import { readUnreleased, type MeasureRecords } from './unreleased';

export type AdviceRecords = FixRecords & MeasureRecords & Pick<Records, 'calendar'>;

export interface AdviceAsked extends Pick<FixesAsked, 'mayRead' | 'isPendingOnly'> {
  readonly policy: PlanningPolicy;
  readonly rules: CalendarRules;
  /** As the calendar shows it. */
  readonly now: DateTime<true>;
}

export interface RecordedAdvice {
  readonly advised: CalendarAdvice;
  /** What it is on. */
  readonly calendar: PublishedAt;
  /** Dated as the calendar shows it, oldest first. */
  readonly revisions: readonly CalendarRevision[];
  readonly fixes: readonly TimedFix[];
  /** Absent where nobody has looked. */
  readonly unreleased?: FoundUnreleased;
}

/** What deadlines, and what waits, ask of the calendar, by what the records know at this moment. */
export async function readAdvice(
  records: AdviceRecords,
  { policy, rules, now, mayRead, isPendingOnly }: AdviceAsked,
): Promise<RecordedAdvice> {
  const revisions = (await records.calendar.revisions()).map((revision) => ({
    ...revision,
    madeAt: onCalendarTime(revision.madeAt, policy.compressed),
  }));
  const calendar = { events: publishedEvents(revisions), rules, now };
  const fixes = await readTimedFixes(records, { policy, calendar, mayRead, isPendingOnly });
  const unreleased = await readUnreleased(records, policy);
  const pressed = pressedLines(unreleased, { policy: policy.measures?.pressure, calendar });
  const pending = [...fixes.filter(isPending), ...pressed];
  const advised = advise({ calendar, revisions, policy, pending });
  return { advised, calendar, revisions, fixes, ...(unreleased === undefined ? {} : { unreleased }) };
}
