import type { CalendarEntry } from '../calendar/published-calendar';
import type { PublishedAt } from '../calendar/revise-calendar';
import { secondOf } from '../calendar/wanted-schedules';
import { dueText } from './advice';
import { isLost, publicationsFor, withEntries } from './carrying';
import type { PendingFix } from './pending-fix';

/** The deadlines that a revision would break, in sentences: kept by the calendar as it is, and not as it would be. */
export function brokenDeadlines(
  calendar: PublishedAt,
  {
    entries,
    pending,
  }: { readonly entries: readonly CalendarEntry[]; readonly pending: readonly PendingFix[] },
): readonly string[] {
  const after = { ...calendar, events: withEntries(calendar.events, entries) };
  return pending
    .filter((fix) => isLost(fix, { before: calendar, after }))
    .map((fix) => {
      const [next] = publicationsFor(fix, after);
      const then =
        next === undefined
          ? 'no planned patch would bring it'
          : `${next.release} would bring it on ${secondOf(next.at)}`;
      return `${dueText(fix)}: ${then}.`;
    });
}
