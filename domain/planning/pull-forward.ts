import { DateTime } from 'luxon';
import type { CalendarEvent } from '../calendar/calendar-event';
import type { CalendarEntry } from '../calendar/published-calendar';
import { moving } from '../calendar/revise-calendar';
import { isKept, isLost, publicationsFor, withEntries } from './carrying';
import { beyondLimits, isAtBadTime, type WithinLimits } from './limits';
import type { PendingFix } from './pending-fix';

/** A patch that comes earlier, so that a fix is out in time. */
export interface Pull {
  readonly release: string;
  /** ISO 8601; where its publication is. */
  readonly from: string;
  /** ISO 8601; where it would be. */
  readonly at: string;
  /** `2026-12-18`, in the zone in which days are counted. */
  readonly day: string;
  readonly entries: readonly CalendarEntry[];
  /** Why a person is asked first, in clauses; empty where nobody has to be. */
  readonly beyond: readonly string[];
}

export interface Pulling extends WithinLimits {
  /** All that is pending: none of them is late because another one is in time. */
  readonly pending: readonly PendingFix[];
  /** Whether only what nobody has to be asked about counts. */
  readonly isByItself: boolean;
}

/**
 * The least that brings a fix out in time: the next patch that takes it, on the last day that will do. Undefined where no day does.
 */
export function pullForward(fix: PendingFix, pulling: Pulling): Pull | undefined {
  const { calendar, isByItself } = pulling;
  const [from] = publicationsFor(fix, calendar);
  // A monthly is out on the day that was promised, whatever waits for it.
  if (from?.kind !== 'patch') return undefined;
  for (const day of daysBefore(from, { until: fix.dueAt, pulling })) {
    const pull = pulledTo(day, { from, pulling });
    if (pull === undefined || (isByItself && pull.beyond.length > 0)) continue;
    const after = { ...calendar, events: withEntries(calendar.events, pull.entries) };
    const isBroken = (other: PendingFix): boolean => isLost(other, { before: calendar, after });
    if (isKept(fix, after) && !pulling.pending.some(isBroken)) return pull;
  }
  return undefined;
}

/** From the last that is in time back to today. */
function daysBefore(
  from: CalendarEvent,
  { until, pulling: { calendar } }: { readonly until: string; readonly pulling: Pulling },
): readonly string[] {
  const { zone } = calendar.rules;
  const [due, planned] = [until, from.at].map((at) => DateTime.fromISO(at, { zone }).startOf('day'));
  const today = calendar.now.setZone(zone).startOf('day');
  const days: string[] = [];
  const last = planned === undefined || due === undefined ? today : DateTime.min(due, planned);
  for (let day = last; day >= today; day = day.minus({ days: 1 })) days.push(day.toISODate() ?? '');
  return days;
}

function pulledTo(
  day: string,
  { from, pulling }: { readonly from: CalendarEvent; readonly pulling: Pulling },
): Pull | undefined {
  const { calendar } = pulling;
  const { release } = from;
  const revising = moving(calendar, { release, milestone: 'published', day });
  if ('refused' in revising) return undefined;
  const { entries } = revising;
  const published = entries.find(({ milestone }) => milestone === 'published');
  if (published === undefined || isAtBadTime(published, calendar)) return undefined;
  const { at } = published;
  return { release, from: from.at, at, day, entries, beyond: beyondLimits({ from, entries, at }, pulling) };
}
