import { DateTime } from 'luxon';
import { ExplainedError } from '../explained-error';
import type { CalendarRules } from './calendar-rules';
import { planCalendar } from './plan-calendar';

/** What really happened to a monthly version. */
export interface RealDates {
  /** `16.0.0` */
  readonly version: string;
  /** ISO 8601; of its final tag. */
  readonly taggedAt: string;
}

/** A tag that was made on another day than planned. */
export interface Difference {
  readonly version: string;
  /** Days in the calendar's zone. */
  readonly planned: string;
  readonly real: string;
  /** Days that it came later than planned; below zero when it came earlier. */
  readonly days: number;
}

/** The versions whose final tag was made on another day than the rules say, oldest first. @throws for a version that no rule plans */
export function differentDates(rules: CalendarRules, real: readonly RealDates[]): readonly Difference[] {
  const dates = real.map(({ version, taggedAt }) => ({ version, day: dayOf(taggedAt, rules.zone) }));
  if (dates.length === 0) return [];
  const days = dates.map(({ day }) => day);
  const first = DateTime.min(...days);
  const last = DateTime.max(...days);
  if (first === undefined || last === undefined) return [];
  const planned = plannedTags(rules, { from: first.minus({ months: 2 }), until: last.plus({ months: 2 }) });
  return dates
    .toSorted((left, right) => left.day.toMillis() - right.day.toMillis())
    .flatMap(({ version, day }) => {
      const at = planned.get(version);
      if (at === undefined) throw notPlanned(version, day);
      const difference = Math.round(day.diff(at, 'days').days);
      if (difference === 0) return [];
      return [{ version, planned: at.toISODate(), real: day.toISODate(), days: difference }];
    });
}

function plannedTags(
  rules: CalendarRules,
  span: { readonly from: DateTime<true>; readonly until: DateTime<true> },
): ReadonlyMap<string, DateTime<true>> {
  const milestones = planCalendar({ rules, maintenance: [], ...span, now: span.from });
  return new Map(
    milestones
      .filter(({ kind, milestone }) => kind === 'monthly' && milestone === 'final_tagged')
      .flatMap(({ versions, at }) => versions.map((version) => [version, dayOf(at, rules.zone)] as const)),
  );
}

function dayOf(at: string, zone: string): DateTime<true> {
  const date = DateTime.fromISO(at, { zone });
  if (date.isValid) return date.startOf('day');
  throw new ExplainedError({
    where: 'the real dates',
    what: `"${at}" is no date`,
    remedy: 'Write ISO 8601 such as 2024-05-15T08:05:32Z.',
  });
}

function notPlanned(version: string, day: DateTime<true>): Error {
  return new ExplainedError({
    where: version,
    what: `it was tagged on ${day.toISODate()}, and the calendar plans no such version within two months of then`,
    remedy: 'Correct `calendar.numbering.known`, or leave the version out.',
  });
}
