import { DateTime } from 'luxon';
import { ExplainedError } from '../explained-error';
import { ORDINALS, WEEKDAYS, type CalendarRule, type CalendarRules } from './calendar-rules';
import { besideDaysOff } from './business-days';
import { minorAfter } from './minor-numbers';

/** A monthly release as the rules have it, whether past or to come. */
export interface PlannedMonthly {
  readonly minor: string;
  /** `2026-11`, the month that it is of. Published it may be in another one, where it was moved off a day off. */
  readonly month: string;
  readonly rule: CalendarRule;
  readonly publishAt: DateTime<true>;
}

/** Every monthly from the first minor that is known until the end of a month, oldest first. */
export function plannedMonthlies(rules: CalendarRules, until: DateTime<true>): readonly PlannedMonthly[] {
  const [first] = rules.numbering.known;
  if (first === undefined) throw nothingKnown();
  const monthlies: PlannedMonthly[] = [];
  const start = monthOf(first.month, rules.zone);
  for (let month = start; month <= until; month = month.plus({ months: 1 })) {
    const rule = ruleOf(rules, month);
    if (rule === undefined || !isReleased(month, { rule, start })) continue;
    const minor = minorAfter(rules.numbering, { before: monthlies.at(-1), month });
    const publishAt = publishDate(rules, { rule, month });
    monthlies.push({ minor, month: month.toFormat('yyyy-MM'), rule, publishAt });
  }
  return monthlies;
}

/** The first instant of `2023-11`. */
export function monthOf(text: string, zone: string): DateTime<true> {
  return valid(DateTime.fromISO(text, { zone }), text);
}

/** The rule that holds in a month. */
function ruleOf({ rules }: CalendarRules, month: DateTime<true>): CalendarRule | undefined {
  const text = month.toFormat('yyyy-MM');
  return rules.findLast(({ from }) => from <= text);
}

/** Whether the rule has a monthly in this month; it counts from its own first month, or from where the calendar begins. */
function isReleased(
  month: DateTime<true>,
  { rule, start }: { readonly rule: CalendarRule; readonly start: DateTime<true> },
): boolean {
  const own = monthOf(rule.from, month.zoneName);
  const first = own < start ? start : own;
  return Math.round(month.diff(first, 'months').months) % rule.everyMonths === 0;
}

function publishDate(
  rules: CalendarRules,
  { rule, month }: { readonly rule: CalendarRule; readonly month: DateTime<true> },
): DateTime<true> {
  const [hour = 0, minute = 0] = rules.publishTime.split(':').map(Number);
  const day = rule.publishDay ?? weekdayIn(month, rule);
  const date = month.set({ day, hour, minute });
  return besideDaysOff(rules, { date, onDayOff: rule.onDayOff });
}

function weekdayIn(month: DateTime<true>, { publishWeekday, publishOrdinal }: CalendarRule): number {
  const wanted = WEEKDAYS.indexOf(publishWeekday) + 1;
  if (publishOrdinal === 'last') {
    const end = month.endOf('month');
    return end.day - ((end.weekday - wanted + 7) % 7);
  }
  const first = 1 + ((wanted - month.weekday + 7) % 7);
  return first + 7 * ORDINALS.indexOf(publishOrdinal);
}

function valid(date: DateTime, text: string): DateTime<true> {
  if (date.isValid) return date;
  throw new ExplainedError({
    where: 'calendar',
    what: `${text} is no month`,
    remedy: 'Write a year and a month such as 2026-11.',
  });
}

function nothingKnown(): Error {
  return new ExplainedError({
    where: 'calendar.numbering.known',
    what: 'no minor is known, so none can be counted',
    remedy: "Name one with its month, such as { month: 2026-05, minor: '19.0' }.",
  });
}
