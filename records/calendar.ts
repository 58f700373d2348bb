import type { CalendarRevision } from '../domain/calendar/published-calendar';
import type { WantedRevision } from '../domain/calendar/wanted-revision';
import type { Queryable } from './database';
import { createRevisionLog, type RevisionLog } from './revision-log';

export type CalendarRecords = RevisionLog<CalendarRevision & { readonly wanted: WantedRevision }>;

export function createCalendarRecords(database: Queryable): CalendarRecords {
  return createRevisionLog(database, {
    subject: 'the calendar',
    table: 'calendar_revisions',
    content: 'entries',
    shownBy: 'signalbox calendar show',
  });
}
