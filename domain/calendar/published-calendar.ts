import type { Actor } from '../release/release';
import type { CalendarEvent } from './calendar-event';

export const REVISION_KINDS = ['publish', 'move', 'cancel'] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];

/** What a revision says of one milestone of one release; all that was said of it before is over. */
export type CalendarEntry = Omit<CalendarEvent, 'sequence' | 'revisedAt'>;

/** A change of the published calendar. */
export interface CalendarRevision {
  /** From 1, without gaps. */
  readonly number: number;
  readonly kind: RevisionKind;
  readonly entries: readonly CalendarEntry[];
  readonly by: Actor;
  /** For everybody to read. */
  readonly reason: string;
  /** ISO 8601 */
  readonly madeAt: string;
}

const CANCELLED = 'Cancelled: ';

/** When and why, of an event that is cancelled. */
export function cancellationOf({ revisedAt, notes }: CalendarEvent): string {
  const reason = notes.findLast((note) => note.startsWith(CANCELLED))?.slice(CANCELLED.length) ?? '';
  return `it was cancelled on ${revisedAt.slice(0, 10)}: ${reason.replace(/\.$/, '')}`;
}

/** The calendar after all its revisions, oldest first; its events by their time. */
export function publishedEvents(revisions: readonly CalendarRevision[]): readonly CalendarEvent[] {
  const events = new Map<string, CalendarEvent>();
  for (const revision of revisions)
    for (const entry of revision.entries) {
      const name = nameOf(entry);
      events.set(name, revised(entry, { before: events.get(name), revision }));
    }
  return [...events.values()].toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
}

function revised(
  entry: CalendarEntry,
  {
    before,
    revision: { kind, reason, madeAt },
  }: { readonly before: CalendarEvent | undefined; readonly revision: CalendarRevision },
): CalendarEvent {
  if (before === undefined) return { ...entry, sequence: 0, revisedAt: madeAt };
  const told = kind === 'cancel' ? `${CANCELLED}${reason}` : `Moved from ${before.at}: ${reason}`;
  return { ...entry, notes: [...entry.notes, told], sequence: before.sequence + 1, revisedAt: madeAt };
}

export function entryOf({
  sequence: _sequence,
  revisedAt: _revisedAt,
  ...entry
}: CalendarEvent): CalendarEntry {
  return entry;
}

export function nameOf({ release, milestone }: Pick<CalendarEvent, 'release' | 'milestone'>): string {
  return `${release}.${milestone}`;
}
