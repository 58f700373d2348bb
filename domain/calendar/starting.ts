import { milestonesOf, type Milestone, type ReleaseKind } from '../release/milestones';
import type { Actor } from '../release/release';
import type { CalendarEvent } from './calendar-event';
import type { CompressedTime } from './compressed-time';

/** Whoever reads who has started a release, or what it waits for, reads that it is nobody. */
export const CALENDAR: Actor = { id: 'the calendar', roles: ['engine'] };

/** How releases start themselves. */
export interface StartingSettings {
  /** How late a release may be started without anybody being asked. */
  readonly catchUpMs: number;
  /** Between two looks at the calendar and at the Schedules. */
  readonly lookEveryMs: number;
  /** How far ahead Schedules are kept. */
  readonly aheadMs: number;
  /** Ed25519 public keys (hex) of the gateways that may bring decisions to what is started. */
  readonly gatewayKeys: readonly string[];
  /** In a sandbox alone. The durations here are by the clock of the engine, as are the instants of what is due. */
  readonly compressed?: CompressedTime;
  /** Whether patches are pulled forward by themselves where a deadline asks for it. */
  readonly plansAhead?: true;
  /** Whether what dates are judged by beside deadlines is measured; `true`: as once, with the Schedules waiting for it. */
  readonly measures?: 'beside' | true;
}

/** A milestone of the published calendar, at the instant that it has there. */
export interface DueMilestone {
  /** `monthly:18.7`, `patch:2026-12-09` */
  readonly release: string;
  readonly milestone: Milestone;
  /** ISO 8601 */
  readonly at: string;
}

/** `monthly:18.7.announced` */
export function milestoneName({ release, milestone }: Omit<DueMilestone, 'at'>): string {
  return `${release}.${milestone}`;
}

/** What a release is asked for with by whomever the calendar has start it, so that it is started once. */
export function calendarKey(release: string): string {
  return `calendar/${release}`;
}

/**
 * What the calendar calls a release; undefined for one of which it has no date. A monthly has one name, whoever has asked for it; any
 * other is known by its key, and an internal one by none: the calendar is public.
 */
export function calendarNameOf({
  id,
  kind,
  requestKey,
}: {
  readonly id: string;
  readonly kind: ReleaseKind;
  readonly requestKey: string;
}): string | undefined {
  if (kind === 'monthly') return id;
  if (kind === 'internal') return undefined;
  const prefix = calendarKey('');
  return requestKey.startsWith(prefix) ? requestKey.slice(prefix.length) : undefined;
}

/**
 * What the calendar still holds to. A release whose publication is cancelled is called off: dates of it that were past by then
 * stay in the calendar, and start nothing.
 */
export function standingEvents(events: readonly CalendarEvent[]): readonly CalendarEvent[] {
  const calledOff = calledOffReleases(events);
  return events.filter(({ status, release }) => status !== 'cancelled' && !calledOff.has(release));
}

/** Releases whose publication is cancelled. */
export function calledOffReleases(events: readonly CalendarEvent[]): ReadonlySet<string> {
  return new Set(
    events
      .filter(({ status, milestone }) => status === 'cancelled' && milestone === 'published')
      .map(({ release }) => release),
  );
}

/** The milestones of a release that have dates and that the calendar holds to, in their order. The first one starts it. */
export function datedMilestones(
  events: readonly CalendarEvent[],
  release: string,
): readonly [] | readonly [CalendarEvent, ...CalendarEvent[]] {
  const own = standingEvents(events.filter((event) => event.release === release));
  const order = milestonesOf(own[0]?.kind ?? 'monthly');
  const [first, ...others] = own.toSorted(
    (left, right) => order.indexOf(left.milestone) - order.indexOf(right.milestone),
  );
  return first === undefined ? [] : [first, ...others];
}
