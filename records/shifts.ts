import type { WantedShift } from '../domain/shift/revise-roster';
import type { RosterRevision } from '../domain/shift/roster';
import type { Queryable } from './database';
import { createRevisionLog, type RevisionLog } from './revision-log';

export type ShiftRecords = RevisionLog<RosterRevision & { readonly wanted: WantedShift }>;

export function createShiftRecords(database: Queryable): ShiftRecords {
  return createRevisionLog(database, {
    subject: 'the roster',
    table: 'shift_revisions',
    content: 'shift',
    shownBy: 'signalbox shift show',
  });
}
