import type { Milestone } from '../release/milestones';
import { plannedEvents, type CalendarEvent } from './calendar-event';
import { isInTheWay, publishedOn } from './in-the-way';
import type { PlannedMilestone } from './plan-calendar';
import { cancellationOf, entryOf, nameOf, type CalendarEntry } from './published-calendar';
import type { PublishedAt } from './revise-calendar';

/** Where the published calendar is otherwise than the rules plan it. */
export interface Departure {
  readonly release: string;
  readonly milestone: Milestone;
  readonly planned: string;
  /** Absent where the release stays out. */
  readonly published?: string;
  /** Why it stays out. */
  readonly because?: string;
}

/**
 * What of a plan is new to the calendar, and what it has otherwise. Publishing moves nothing: that takes a move. A release is taken
 * whole: one whose publication the plan does not reach comes with a later plan; and one that contradicts what is published stays out.
 */
export function publishing(
  calendar: PublishedAt,
  plan: readonly PlannedMilestone[],
): { readonly entries: readonly CalendarEntry[]; readonly departures: readonly Departure[] } {
  const planned = plannedEvents(plan, { at: calendar.now.toISO() });
  const { fresh, keptOut } = sorted(calendar, planned);
  const entries = planned.filter(({ release }) => fresh.has(release)).map(entryOf);
  return { entries, departures: [...keptOut, ...standingOtherwise(calendar.events, planned)] };
}

function standingOtherwise(
  events: readonly CalendarEvent[],
  planned: readonly CalendarEvent[],
): readonly Departure[] {
  const published = new Map(events.map((event) => [nameOf(event), event]));
  return planned.flatMap((event): readonly Departure[] => {
    const { release, milestone, at } = event;
    const before = published.get(nameOf(event));
    if (before?.status === 'cancelled')
      return milestone === 'published' ? [stayingOut(event, cancellationOf(before))] : [];
    if (before === undefined || before.sequence > 0 || Date.parse(before.at) === Date.parse(at)) return [];
    return [{ release, milestone, published: before.at, planned: at }];
  });
}

/** The releases of a plan that come into the calendar, and those that would contradict it. */
function sorted(
  { events, rules, now }: PublishedAt,
  planned: readonly CalendarEvent[],
): { readonly fresh: ReadonlySet<string>; readonly keptOut: readonly Departure[] } {
  const known = new Set(events.map(({ release }) => release));
  const standing: CalendarEntry[] = events.filter(
    ({ milestone, status }) => milestone === 'published' && status !== 'cancelled',
  );
  const wanted = planned.filter(({ release, milestone }) => milestone === 'published' && !known.has(release));
  const doubled = doubles({ standing, planned, now });
  const fresh = new Set<string>();
  const keptOut = wanted.flatMap((event): readonly Departure[] => {
    const twin = standing.find((other) => isInTheWay(other, event, rules));
    if (twin !== undefined) return [stayingOut(event, publishedOn(twin))];
    const former = doubled.get(event.release);
    if (former !== undefined)
      return [stayingOut(event, `${publishedOn(former)}, which the rules do not have any more`)];
    fresh.add(event.release);
    standing.push(event);
    return [];
  });
  return { fresh, keptOut };
}

/**
 * A patch is named by its day: where rules have come to plan it for another one, it is new by its name, and the one that is published
 * is planned no more. The release of the plan that is nearest to such a one is taken for the same.
 */
function doubles({
  standing,
  planned,
  now,
}: Pick<PublishedAt, 'now'> & {
  readonly standing: readonly CalendarEntry[];
  readonly planned: readonly CalendarEvent[];
}): ReadonlyMap<string, CalendarEntry> {
  const [first, last] = [now.toMillis(), Math.max(...planned.map(({ at }) => Date.parse(at)))];
  const releases = new Set(planned.map(({ release }) => release));
  const found = new Map<string, CalendarEntry>();
  for (const former of standing) {
    const at = Date.parse(former.at);
    if (at < first || at > last || releases.has(former.release)) continue;
    const [nearest] = planned
      .filter(({ kind, milestone }) => kind === former.kind && milestone === 'published')
      .toSorted((left, right) => Math.abs(Date.parse(left.at) - at) - Math.abs(Date.parse(right.at) - at));
    if (nearest !== undefined) found.set(nearest.release, former);
  }
  return found;
}

function stayingOut({ release, milestone, at }: CalendarEvent, because: string): Departure {
  return { release, milestone, planned: at, because };
}
