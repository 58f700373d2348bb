import type { DateTime } from 'luxon';
import { maintainedMinors, type PublishedMinor } from '../version/maintenance';
import { inNumberOrder } from '../version/number';
import type { PublicVersion } from '../version/public-version';
import type { CalendarEvent } from './calendar-event';
import type { PlannedBy } from './plan-calendar';
import { plannedMonthlies } from './publish-dates';

/** What everybody may know of releases at an instant of the calendar. */
export interface CalendarFacts {
  /** Of the published calendar. */
  readonly events: readonly CalendarEvent[];
  /** Those that we have published. */
  readonly versions: readonly PublicVersion[];
  readonly plannedBy: PlannedBy;
  readonly now: DateTime<true>;
}

/**
 * The lines that are out. What the calendar has promised is out once there is a version of it; lines of before the calendar go by the
 * rules, on which they were published.
 */
export function linesOut({ events, versions, plannedBy, now }: CalendarFacts): readonly PublishedMinor[] {
  const out = new Map<string, string>();
  for (const { number, minor, publishedAt } of inNumberOrder(versions, ({ number: one }) => one))
    if (number.endsWith('.0') || !out.has(minor)) out.set(minor, notAfter(publishedAt, now));
  const promised = new Set(events.filter(({ kind }) => kind === 'monthly').flatMap(({ minors }) => minors));
  for (const { minor, publishAt } of monthliesUntil(plannedBy, now))
    if (publishAt <= now && !promised.has(minor)) out.set(minor, publishAt.toUTC().toISO());
  return [...out].map(([minor, publishedAt]) => ({ minor, publishedAt }));
}

/** The lines that get fixes, newest first. */
export function linesWithFixes(facts: CalendarFacts): readonly string[] {
  const { maintenance } = facts.plannedBy;
  const told = { published: linesOut(facts), policies: maintenance };
  return maintainedMinors(told, facts.now.toUTC().toISO());
}

function monthliesUntil({ rules }: PlannedBy, now: DateTime<true>): ReturnType<typeof plannedMonthlies> {
  return rules.numbering.known.length === 0 ? [] : plannedMonthlies(rules, now);
}

/** The calendar of a sandbox may show less than the clock by which records are written. */
function notAfter(at: string, now: DateTime<true>): string {
  return Date.parse(at) > now.toMillis() ? now.toUTC().toISO() : at;
}
