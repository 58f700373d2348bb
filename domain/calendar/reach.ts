import { Duration } from 'luxon';
import { businessDaysOf, type WorkingDays } from './business-days';
import type { CalendarRule, CalendarRules } from './calendar-rules';

/** Days from the publication of a monthly farther than which none of its own milestones is, and none of its patches. */
export function reachOf(rules: CalendarRules): number {
  return Math.max(...rules.rules.map((rule) => reachOfRule(rules, rule)));
}

function reachOfRule(days: WorkingDays, rule: CalendarRule): number {
  const { offsetsIn, offsets, patches, patchOffsets } = rule;
  const farthest = (some: readonly string[], kind: CalendarRule['offsetsIn']): number =>
    Math.max(0, ...some.map((offset) => daysWithin(days, { offset, kind })));
  const own = farthest(Object.values(offsets), offsetsIn);
  const patch = farthest(patches, 'calendar') + farthest(Object.values(patchOffsets), offsetsIn);
  // A publication, of a monthly or of a patch, may be moved off days off.
  return Math.max(own, patch) + 2 * spanOf(days, 1);
}

function daysWithin(
  days: WorkingDays,
  { offset, kind }: { readonly offset: string; readonly kind: CalendarRule['offsetsIn'] },
): number {
  // One more, for hours and for changes of the clock.
  if (kind === 'calendar') return Math.ceil(Math.abs(Duration.fromISO(offset).as('days'))) + 1;
  return spanOf(days, Math.abs(businessDaysOf(days, offset))) + 1;
}

/** Days in which so many business days are in any case: what is within a year holds no holiday more than twice. */
function spanOf({ workingDays, holidays }: WorkingDays, count: number): number {
  return 7 * (1 + Math.ceil((count + 2 * holidays.length) / Math.max(1, workingDays.length)));
}
