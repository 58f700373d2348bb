import { Duration } from 'luxon';
import { businessDaysOf } from '../domain/calendar/business-days';
import type { CalendarRule, CalendarRules } from '../domain/calendar/calendar-rules';
import { MONTHLY_MILESTONES, PATCH_MILESTONES, type Milestone } from '../domain/release/milestones';
import { pathText, type Finding, type Path } from './problem';

/** Days; whatever is farther from what it belongs to is a slip, and would be looked for through all of a calendar. */
const FARTHEST = 366;
const DAY_MINUTES = 24 * 60;

type Days = Pick<CalendarRules, 'workingDays' | 'publishTime'>;

/** An offset, where it is written, and what its days are. */
interface Placed {
  readonly path: Path;
  readonly offset: string;
  readonly kind: CalendarRule['offsetsIn'];
  /** What it is counted from. */
  readonly from: 'publication' | 'monthly';
}

/** Within a rule: milestones come in their order and not too far, and no two patches on one day. */
export function offsetFindings(
  days: Days,
  { rule, index }: { readonly rule: CalendarRule; readonly index: number },
): readonly Finding[] {
  const { offsetsIn: kind, patches } = rule;
  const path: Path = ['calendar', 'rules', index];
  const monthly = placedOf(rule.offsets, { path: [...path, 'offsets'], kind });
  const patch = placedOf(rule.patchOffsets, { path: [...path, 'patchOffsets'], kind });
  const publications = patches.map((offset, at): Placed => ({
    path: [...path, 'patches', at],
    offset,
    kind: 'calendar',
    from: 'monthly',
  }));
  const each = [...monthly, ...patch, ...publications].flatMap((placed) => ownFindings(days, placed));
  if (each.length > 0) return each;
  return [
    ...lateFindings(days, { placed: monthly, milestones: MONTHLY_MILESTONES }),
    ...lateFindings(days, { placed: patch, milestones: PATCH_MILESTONES }),
    ...publications.flatMap((placed, at) => twinFindings(placed, publications.slice(0, at))),
  ];
}

function placedOf(
  offsets: Readonly<Record<string, string | undefined>>,
  { path, kind }: Pick<Placed, 'path' | 'kind'>,
): readonly Placed[] {
  return Object.entries(offsets).flatMap(([milestone, offset]) =>
    offset === undefined ? [] : [{ path: [...path, milestone], offset, kind, from: 'publication' as const }],
  );
}

/** What is wrong with an offset by itself. */
function ownFindings(days: Days, { path, offset, kind, from }: Placed): readonly Finding[] {
  const { workingDays, publishTime } = days;
  const is = `${pathText(path)} is ${offset}`;
  const length =
    kind === 'calendar'
      ? Duration.fromISO(offset).as('days')
      : (businessDaysOf(days, offset) * 7) / workingDays.length;
  if (Math.abs(length) > FARTHEST) {
    const remedy = `Write an offset of no more than ${FARTHEST} days.`;
    return [{ path, what: `${is}, more than a year from its ${from}`, remedy }];
  }
  if (kind === 'calendar' || staysWithinItsDay(publishTime, offset)) return [];
  const what = `${is}, whose hours lead from ${publishTime} to another day, on which perhaps nobody works`;
  return [{ path, what, remedy: 'Write business days, and only hours that stay within the last of them.' }];
}

function staysWithinItsDay(publishTime: string, offset: string): boolean {
  const [hour = 0, minute = 0] = publishTime.split(':').map(Number);
  const at = hour * 60 + minute + minutesOf(offset);
  return at >= 0 && at < DAY_MINUTES;
}

function minutesOf(offset: string): number {
  const { hours, minutes } = Duration.fromISO(offset);
  return hours * 60 + minutes;
}

interface Dated extends Pick<Placed, 'path' | 'offset'> {
  readonly milestone: Milestone;
  readonly length: number;
}

/** Milestones after the one that follows them, or after the publication. */
function lateFindings(
  days: Days,
  { placed, milestones }: { readonly placed: readonly Placed[]; readonly milestones: readonly Milestone[] },
): readonly Finding[] {
  const dated = milestones.flatMap((milestone): readonly Dated[] => {
    const own = placed.find(({ path }) => path.at(-1) === milestone);
    if (milestone === 'published') return [{ milestone, offset: 'P0D', length: 0, path: [] }];
    return own === undefined ? [] : [{ ...own, milestone, length: lengthOf(days, own) }];
  });
  return dated.flatMap(({ path, offset, length }, at) => {
    const next = dated[at + 1];
    if (next === undefined || length <= next.length) return [];
    const what = `${pathText(path)} is ${offset}, after ${next.milestone} at ${next.offset}`;
    return [{ path, what, remedy: `Write an offset that is not after ${next.offset}.` }];
  });
}

/** In minutes, to be compared with others of its kind: of business days a week has as many as are worked in. */
function lengthOf(days: Days, { offset, kind }: Pick<Placed, 'offset' | 'kind'>): number {
  return kind === 'calendar'
    ? Duration.fromISO(offset).as('minutes')
    : businessDaysOf(days, offset) * DAY_MINUTES + minutesOf(offset);
}

function twinFindings({ path, offset }: Placed, before: readonly Placed[]): readonly Finding[] {
  const length = Duration.fromISO(offset).toMillis();
  const twin = before.find((other) => Duration.fromISO(other.offset).toMillis() === length);
  if (twin === undefined) return [];
  const remedy = 'Publish one patch on a day, with the fixes of both.';
  return [{ path, what: `${pathText(path)} is ${offset}, the day of ${twin.offset}`, remedy }];
}
