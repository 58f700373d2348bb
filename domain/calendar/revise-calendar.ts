import { DateTime } from 'luxon';
import type { Explanation } from '../explained-error';
import { MONTHLY_MILESTONES, PATCH_MILESTONES, type Milestone } from '../release/milestones';
import { isDayOff } from './business-days';
import { planNotes, type CalendarEvent } from './calendar-event';
import type { CalendarRules } from './calendar-rules';
import { lockAt } from './change-locks';
import { isInTheWay, publishedOn } from './in-the-way';
import { outdatedBy } from './outdated-patches';
import { isPromised, overrideOf } from './plan-calendar';
import { cancellationOf, entryOf, nameOf, type CalendarEntry } from './published-calendar';

/** The published calendar at an instant, and the rules that hold at it. */
export interface PublishedAt {
  readonly events: readonly CalendarEvent[];
  readonly rules: CalendarRules;
  readonly now: DateTime<true>;
}

/** What a revision would say, and what it breaks, in sentences; or why there can be none. */
export type Revising =
  | { readonly entries: readonly CalendarEntry[]; readonly breaks: readonly string[] }
  | { readonly refused: Explanation };

export interface WantedMove {
  readonly release: string;
  /** Its publication takes along all that is to come before it. */
  readonly milestone: Milestone;
  /** `2026-12-18`; the time of the day stays. */
  readonly day: string;
}

export function moving(calendar: PublishedAt, wanted: WantedMove): Revising {
  const { rules, now } = calendar;
  const own = standing(calendar, wanted.release);
  const anchor = own.find(({ milestone }) => milestone === wanted.milestone);
  if (anchor === undefined) return refused(wanted.release, notThere(calendar, wanted));
  const from = instantOf(anchor, rules);
  const day = DateTime.fromISO(wanted.day, { zone: rules.zone });
  if (!/^\d{4}-\d\d-\d\d$/.test(wanted.day) || !day.isValid)
    return refused(wanted.release, [`${wanted.day} is no day`, 'Write a day such as 2026-12-18.']);
  const days = Math.round(day.diff(from.startOf('day'), 'days').days);
  if (days === 0) return refused(wanted.release, [`it is on ${wanted.day} already`, 'Name another day.']);
  if (from <= now) return refused(wanted.release, PAST);
  const moved = own
    .filter((event) => wanted.milestone === 'published' || event === anchor)
    .filter((event) => instantOf(event, rules) > now)
    .map((event) => movedBy(event, { days, rules }));
  const refusal = contradiction(calendar, moved);
  if (refusal !== undefined) return refused(wanted.release, refusal);
  const breaks = [...brokenBy(moved, { anchor, rules }), ...outdatedBy(calendar.events, { anchor, moved })];
  return { entries: moved, breaks };
}

export function cancelling(calendar: PublishedAt, release: string): Revising {
  const { rules, now } = calendar;
  const own = standing(calendar, release);
  const publication = own.find(({ milestone }) => milestone === 'published');
  if (publication === undefined)
    return refused(release, notThere(calendar, { release, milestone: 'published' }));
  if (instantOf(publication, rules) <= now) return refused(release, PAST);
  const entries = own
    .filter((event) => instantOf(event, rules) > now)
    .map((event): CalendarEntry => ({ ...entryOf(event), status: 'cancelled', notes: [] }));
  const outdated = outdatedBy(calendar.events, { anchor: publication, moved: [] });
  return { entries, breaks: [...promiseOf(publication), ...outdated] };
}

type Refusal = readonly [what: string, remedy: string];
const PAST: Refusal = ['it is past', 'What was to be before now stays in the calendar as it is.'];

/** No date of that name is to be kept: there was none, or it was cancelled. */
function notThere({ events }: PublishedAt, wanted: Pick<CalendarEvent, 'release' | 'milestone'>): Refusal {
  const cancelled = events.find((event) => nameOf(event) === nameOf(wanted));
  return cancelled === undefined
    ? ['the published calendar has no such date', 'See `signalbox calendar show`.']
    : [cancellationOf(cancelled), 'What is cancelled stays so. See `signalbox calendar show`.'];
}

function refused(where: string, [what, remedy]: Refusal): Revising {
  return { refused: { where, what, remedy } };
}

function standing({ events }: PublishedAt, release: string): readonly CalendarEvent[] {
  return events.filter((event) => event.release === release && event.status !== 'cancelled');
}

function movedBy(
  event: CalendarEvent,
  { days, rules }: { readonly days: number; readonly rules: CalendarRules },
): CalendarEntry {
  const instant = instantOf(event, rules).plus({ days });
  const lock = lockAt(rules.locks, instant);
  const dated = { ...event, ...(lock === undefined ? {} : { lock }) };
  const promised = isPromised(dated);
  const override = promised && lock?.kind === 'hard' ? { override: overrideOf(instant) } : {};
  return {
    ...entryOf(event),
    at: instant.toISO({ suppressMilliseconds: true }),
    status: promised ? 'confirmed' : 'tentative',
    notes: planNotes({ ...dated, ...override }),
  };
}

/** Why the calendar would contradict itself. */
function contradiction(calendar: PublishedAt, moved: readonly CalendarEntry[]): Refusal | undefined {
  const { rules, now } = calendar;
  const names = new Set(moved.map(nameOf));
  const others = calendar.events.filter((one) => one.status !== 'cancelled' && !names.has(nameOf(one)));
  const late = moved.find((entry) => instantOf(entry, rules) <= now);
  if (late !== undefined)
    return [`its milestone ${late.milestone} would be in the past`, 'Name a later day.'];
  const own = [...others, ...moved].filter(({ release }) => release === moved[0]?.release);
  const [first, second] = disorder(own) ?? [];
  if (first !== undefined && second !== undefined)
    return [
      `its milestone ${first.milestone} would come after ${second.milestone}`,
      'Name another day, or move that one first.',
    ];
  const publication = moved.find(({ milestone }) => milestone === 'published');
  const twin =
    publication === undefined ? undefined : others.find((other) => isInTheWay(other, publication, rules));
  return twin === undefined
    ? undefined
    : [publishedOn(twin), 'Name a day that leaves the order of releases as it is, one to a day.'];
}

function disorder(own: readonly CalendarEntry[]): readonly [CalendarEntry, CalendarEntry] | undefined {
  const order: readonly Milestone[] = own[0]?.kind === 'monthly' ? MONTHLY_MILESTONES : PATCH_MILESTONES;
  const sorted = own.toSorted(
    (left, right) => order.indexOf(left.milestone) - order.indexOf(right.milestone),
  );
  for (const [index, entry] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined && Date.parse(entry.at) > Date.parse(next.at)) return [entry, next];
  }
  return undefined;
}

function brokenBy(
  moved: readonly CalendarEntry[],
  { anchor, rules }: { readonly anchor: CalendarEvent; readonly rules: CalendarRules },
): readonly string[] {
  return [
    ...promiseOf(anchor),
    ...moved.flatMap((entry) => {
      const instant = instantOf(entry, rules);
      const lock = lockAt(rules.locks, instant);
      const when = `${entry.milestone} on ${instant.toISODate()}`;
      return [
        ...(lock?.kind === 'hard' ? [`${when} falls into ${lock.name}, a hard lock.`] : []),
        ...(isDayOff(rules, instant) ? [`${when} falls on a day on which nobody works.`] : []),
      ];
    }),
  ];
}

function promiseOf({ status, milestone, at }: CalendarEvent): readonly string[] {
  return status === 'confirmed' ? [`${milestone} on ${at.slice(0, 10)} was promised.`] : [];
}

function instantOf({ at }: CalendarEntry, { zone }: CalendarRules): DateTime<true> {
  const instant = DateTime.fromISO(at, { zone });
  if (instant.isValid) return instant;
  throw new Error(`${at} was recorded as an instant`);
}
