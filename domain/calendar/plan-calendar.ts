import { Duration, type DateTime } from 'luxon';
import { MONTHLY_MILESTONES, PATCH_MILESTONES, type Milestone } from '../release/milestones';
import type { MaintenancePolicy } from '../version/maintenance';
import type { CalendarRules } from './calendar-rules';
import { lockAt } from './change-locks';
import { plannedMonthlies, type PlannedMonthly } from './publish-dates';

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
  /** The lock that it falls into. A publication stays where it is: who plans asks for an override. */
  readonly lock?: { readonly name: string; readonly kind: 'hard' | 'soft' };
}

export interface CalendarSpan {
  readonly rules: CalendarRules;
  readonly maintenance: readonly MaintenancePolicy[];
  readonly from: DateTime<true>;
  /** The first instant that is out of it. */
  readonly until: DateTime<true>;
  readonly now: DateTime<true>;
}

/** Farther from a publication than this no milestone of it is. */
const REACH = { months: 2 };

/** Every milestone within a span of time, in order. Pure: the same rules give the same dates, past or to come. */
export function planCalendar(span: CalendarSpan): readonly PlannedMilestone[] {
  const { rules, from, until } = span;
  const monthlies = plannedMonthlies(rules, until.plus(REACH));
  return monthlies
    .filter(({ publishAt }) => publishAt > from.minus(REACH))
    .flatMap((monthly) => [
      ...monthlyMilestones(span, monthly),
      ...monthly.rule.patches.flatMap((offset) => patchMilestones(span, { monthly, offset, monthlies })),
    ])
    .filter(({ instant }) => from <= instant && instant < until)
    .toSorted((left, right) => left.instant.toMillis() - right.instant.toMillis())
    .map(({ told }) => told);
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
  return placed(span, { release, milestones: MONTHLY_MILESTONES, offsets: rule.offsets, publishAt });
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
  const publishAt = shifted(monthly.publishAt, offset);
  const minors = maintainedAt(span, { publishAt, monthlies });
  if (minors.length === 0) return [];
  const release = {
    release: `patch:${publishAt.toISODate()}`,
    kind: 'patch',
    versions: [],
    minors,
  } as const;
  const { patchOffsets: offsets } = monthly.rule;
  return placed(span, { release, milestones: PATCH_MILESTONES, offsets, publishAt });
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
  const out = monthlies.filter((monthly) => monthly.publishAt <= publishAt).map(({ minor }) => minor);
  return policy === undefined ? [] : out.toReversed().slice(0, 1 + policy.previousMinors);
}

interface Release {
  readonly release: Pick<PlannedMilestone, 'release' | 'kind' | 'versions' | 'minors'>;
  readonly milestones: readonly Milestone[];
  readonly offsets: Readonly<Record<string, string | undefined>>;
  readonly publishAt: DateTime<true>;
}

function placed(
  { rules, now }: CalendarSpan,
  { release, milestones, offsets, publishAt }: Release,
): readonly Placed[] {
  return milestones.flatMap((milestone) => {
    const offset = milestone === 'published' ? 'P0D' : offsets[milestone];
    if (offset === undefined) return [];
    const instant = shifted(publishAt, offset);
    const lock = lockAt(rules.locks, instant);
    const isPromised = milestone === 'published' && (release.kind === 'monthly' || lock?.kind !== 'hard');
    const told: PlannedMilestone = {
      ...release,
      milestone,
      at: instant.toISO({ suppressMilliseconds: true }),
      firmness: instant < now ? 'past' : isPromised ? 'firm' : 'tentative',
      ...(lock === undefined ? {} : { lock: { name: lock.name, kind: lock.kind } }),
    };
    return [{ instant, told }];
  });
}

/** Days are counted on the calendar, so that a change of the clock moves nothing. */
function shifted(publishAt: DateTime<true>, offset: string): DateTime<true> {
  return publishAt.plus(Duration.fromISO(offset));
}
