import { isDeepStrictEqual } from 'node:util';
import type { CalendarRevision } from '../domain/calendar/published-calendar';
import { RecordsConflict, type Queryable, type Statement } from './database';

export interface NewCalendarRevision extends Omit<CalendarRevision, 'madeAt'> {
  /** What the person's request was keyed with: asked twice, it is one. */
  readonly requestKey: string;
}

export interface CalendarRecords {
  /** Oldest first. */
  revisions(): Promise<readonly CalendarRevision[]>;
  findRevision(requestKey: string): Promise<CalendarRevision | undefined>;
  /**
   * Adds a revision after the one that its author saw last.
   * @throws RecordsConflict when there is another one by now, or when the key revised something else
   */
  revise(revision: NewCalendarRevision): Promise<CalendarRevision>;
}

const COLUMNS = 'number, kind, entries, made_by AS "by", reason, made_at AS "madeAt"';
const ALL: Statement = {
  name: 'calendar.revisions',
  text: `SELECT ${COLUMNS} FROM calendar_revisions ORDER BY number`,
};
const BY_KEY: Statement = {
  name: 'calendar.by-key',
  text: `SELECT ${COLUMNS} FROM calendar_revisions WHERE request_key = $1`,
};
const REVISE: Statement = {
  name: 'calendar.revise',
  text: `INSERT INTO calendar_revisions (number, request_key, kind, entries, made_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
};

export function createCalendarRecords(database: Queryable): CalendarRecords {
  const findRevision = async (requestKey: string): Promise<CalendarRevision | undefined> =>
    (await database.rows<CalendarRevision>(BY_KEY, [requestKey]))[0];
  return {
    revisions: () => database.rows<CalendarRevision>(ALL, []),
    findRevision,
    revise: async (revision) => {
      const { number, requestKey, kind, entries, by, reason } = revision;
      const written = [number, requestKey, kind, JSON.stringify(entries), JSON.stringify(by), reason];
      await database.rows(REVISE, written);
      const kept = await findRevision(requestKey);
      if (kept !== undefined && isSame(kept, revision)) return kept;
      throw kept === undefined ? overtaken(number) : otherwise(requestKey, kept);
    },
  };
}

/** Who asks again may have seen the calendar with the revision in it: its number is no part of what is asked. */
function isSame(kept: CalendarRevision, { kind, entries, by, reason }: NewCalendarRevision): boolean {
  const { kind: keptKind, entries: keptEntries, by: keptBy, reason: keptReason } = kept;
  return isDeepStrictEqual([keptKind, keptEntries, keptBy, keptReason], [kind, entries, by, reason]);
}

function overtaken(number: number): RecordsConflict {
  return new RecordsConflict({
    where: `revision ${number} of the calendar`,
    what: 'somebody else has revised it in the meantime',
    remedy: 'Look at it again with `signalbox calendar show`, then ask again',
  });
}

function otherwise(requestKey: string, { number }: CalendarRevision): RecordsConflict {
  return new RecordsConflict({
    where: `request key ${requestKey}`,
    what: `it made revision ${number} of the calendar, and now asks for something else`,
    remedy: 'Use a new key for a new revision',
  });
}
