import { Duration, type DateTime } from 'luxon';
import { ExplainedError } from '../explained-error';
import { MONTHLY_MILESTONES, PATCH_MILESTONES, type Milestone } from '../release/milestones';
import { exceptionsAt, type MaintenancePolicy } from '../version/maintenance';
import { besideDaysOff, plusBusinessDays } from './business-days';
import type { CalendarRule, CalendarRules } from './calendar-rules';
import { lockAt } from './change-locks';
import { plannedMonthlies, type PlannedMonthly } from './publish-dates';
import { reachOf } from './reach';

/**
 * `firm`: promised, as the publication of a release is. `tentative`: a guideline, as every other date is, and the publication of a
 * patch within a hard lock. `past`: it was to be before now.
 */
export type Firmness = 'firm' | 'tentative' | 'past';

/** One milestone of one planned release. */
export interface PlannedMilestone {
  /** `monthly:18.7`; of a patch the day of its publication, for it has no number yet: `patch:2026-11-11`. */
  readonly release: string;
  readonly kind: 'monthly' | 'patch';
  /** Empty until numbers are reserved. */
  readonly versions: readonly string[];
  /** Newest first. */
  readonly minors: readonly string[];
  readonly milestone: Milestone;
  /** ISO 8601 with the offset of the calendar's zone. */
  readonly at: string;
  readonly firmness: Firmness;
  /** The lock that it falls into. It moves nothing. */
  readonly lock?: { readonly name: string; readonly kind: 'hard' | 'soft' };
  /** Of a promised publication within a hard lock, which somebody has to let through. */
  readonly override?: {
    /** When it is warned of and asked for, with the offset of the calendar's zone. */
    readonly askFrom: string;
  };
}

/** What dates are planned by. */
export interface PlannedBy {
  readonly rules: CalendarRules;
  readonly maintenance: readonly MaintenancePolicy[];
}

export interface CalendarSpan extends PlannedBy {
  readonly from: DateTime<true>;
  /** The first instant that is out of it. */
  readonly until: DateTime<true>;
  readonly now: DateTime<true>;
}

/** How long before a publication within a hard lock the override is asked for. */
const OVERRIDE_AHEAD = { months: 1 };

/** Every milestone within a span of time, in order. Pure: the same rules give the same dates, past or to come. */
export function planCalendar(span: CalendarSpan): readonly PlannedMilestone[] {
  const { rules, from, until } = span;
  const reach = { days: reachOf(rules) };
  const monthlies = plannedMonthlies(rules, until.plus(reach));
  const milestones = monthlies
    .filter(({ publishAt }) => publishAt > from.minus(reach))
    .flatMap((monthly) => [
      ...monthlyMilestones(span, monthly),
      ...monthly.rule.patches.flatMap((offset) => patchMilestones(span, { monthly, offset, monthlies })),
    ])
    .filter(({ instant }) => from <= instant && instant < until)
    .toSorted((left, right) => left.instant.toMillis() - right.instant.toMillis())
    .map(({ told }) => told);
  refuseTwins(milestones);
  return milestones;
}

/** A patch is known by its day until it has numbers, so that two of one day would be one. */
function refuseTwins(milestones: readonly PlannedMilestone[]): void {
  const published = new Set<string>();
  for (const { release, milestone } of milestones) {
    if (milestone !== 'published') continue;
    if (published.has(release))
      throw new ExplainedError({
        where: 'calendar.rules',
        what: `they publish two releases ${release}`,
        remedy: 'Move one of them in `patches`, or where `onDayOff` takes it.',
      });
    published.add(release);
  }
}

interface Placed {
  readonly instant: DateTime<true>;
  readonly told: PlannedMilestone;
}

function monthlyMilestones(
  span: CalendarSpan,
  { minor, rule, publishAt }: PlannedMonthly,
): readonly Placed[] {
  const release = {
    release: `monthly:${minor}`,
    kind: 'monthly',
    versions: [`${minor}.0`],
    minors: [minor],
  } as const;
  return milestonesOf(span, {
    release,
    milestones: MONTHLY_MILESTONES,
    rule,
    offsets: rule.offsets,
    publishAt,
  });
}

interface PatchOfMonth {
  readonly monthly: PlannedMonthly;
  readonly offset: string;
  readonly monthlies: readonly PlannedMonthly[];
}

function patchMilestones(
  span: CalendarSpan,
  { monthly, offset, monthlies }: PatchOfMonth,
): readonly Placed[] {
  const { rule } = monthly;
  const date = monthly.publishAt.plus(Duration.fromISO(offset));
  const publishAt = besideDaysOff(span.rules, { date, onDayOff: rule.onDayOff });
  const minors = maintainedAt(span, { publishAt, monthlies });
  if (minors.length === 0) return [];
  const release = {
    release: `patch:${publishAt.toISODate()}`,
    kind: 'patch',
    versions: [],
    minors,
  } as const;
  return milestonesOf(span, {
    release,
    milestones: PATCH_MILESTONES,
    rule,
    offsets: rule.patchOffsets,
    publishAt,
  });
}

/** Lines that get fixes on a day, if everything before it was published as planned. */
function maintainedAt(
  { maintenance }: CalendarSpan,
  {
    publishAt,
    monthlies,
  }: { readonly publishAt: DateTime<true>; readonly monthlies: readonly PlannedMonthly[] },
): readonly string[] {
  const day = publishAt.toISODate();
  const policy = maintenance.findLast(({ from }) => from <= day);
  if (policy === undefined) return [];
  const out = monthlies.filter((monthly) => monthly.publishAt <= publishAt).map(({ minor }) => minor);
  const kept = new Set(exceptionsAt(maintenance, publishAt.toISO()).map(({ minor }) => minor));
  return out.toReversed().filter((minor, place) => place <= policy.previousMinors || kept.has(minor));
}

interface Release {
  readonly release: Pick<PlannedMilestone, 'release' | 'kind' | 'versions' | 'minors'>;
  readonly milestones: readonly Milestone[];
  readonly rule: CalendarRule;
  readonly offsets: Readonly<Record<string, string | undefined>>;
  readonly publishAt: DateTime<true>;
}

function milestonesOf(span: CalendarSpan, release: Release): readonly Placed[] {
  const { milestones, rule, offsets, publishAt } = release;
  return milestones.flatMap((milestone) => {
    if (milestone === 'published') return [publication(span, release)];
    const offset = offsets[milestone];
    if (offset === undefined) return [];
    const instant = shifted(span.rules, { rule, publishAt, offset });
    return [placed(span, { release, milestone, instant })];
  });
}

/** Whether a date holds. Only publications do: of a monthly whatever is locked, of a patch not while nothing but the mending of incidents goes out. */
export function isPromised({
  kind,
  milestone,
  lock,
}: Pick<PlannedMilestone, 'kind' | 'milestone' | 'lock'>): boolean {
  return milestone === 'published' && (kind === 'monthly' || lock?.kind !== 'hard');
}

function publication(span: CalendarSpan, release: Release): Placed {
  const { publishAt: instant } = release;
  const place = placed(span, { release, milestone: 'published', instant });
  if (place.told.firmness !== 'firm' || place.told.lock?.kind !== 'hard') return place;
  return { instant, told: { ...place.told, override: overrideOf(instant) } };
}

/** Of a promised publication within a hard lock. */
export function overrideOf(publishAt: DateTime<true>): NonNullable<PlannedMilestone['override']> {
  return { askFrom: written(publishAt.minus(OVERRIDE_AHEAD)) };
}

interface Placement {
  readonly release: Release;
  readonly milestone: Milestone;
  readonly instant: DateTime<true>;
}

function placed({ rules, now }: CalendarSpan, { release, milestone, instant }: Placement): Placed {
  const lock = lockAt(rules.locks, instant);
  const planned = {
    ...release.release,
    milestone,
    at: written(instant),
    ...(lock === undefined ? {} : { lock: { name: lock.name, kind: lock.kind } }),
  };
  const promise = isPromised(planned) ? 'firm' : 'tentative';
  return { instant, told: { ...planned, firmness: instant < now ? 'past' : promise } };
}

function written(instant: DateTime<true>): string {
  return instant.toISO({ suppressMilliseconds: true });
}

interface Shift {
  readonly rule: CalendarRule;
  readonly publishAt: DateTime<true>;
  readonly offset: string;
}

/** Days are counted on the calendar, so that a change of the clock moves nothing. */
function shifted(rules: CalendarRules, { rule, publishAt, offset }: Shift): DateTime<true> {
  return rule.offsetsIn === 'business'
    ? plusBusinessDays(rules, { date: publishAt, offset })
    : publishAt.plus(Duration.fromISO(offset));
}
