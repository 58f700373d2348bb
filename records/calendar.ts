import type { CalendarRevision } from '../domain/calendar/published-calendar';
import type { WantedRevision } from '../domain/calendar/wanted-revision';
import { RecordsConflict, type Queryable, type Statement } from './database';

export interface NewCalendarRevision extends Omit<CalendarRevision, 'madeAt'> {
  /** What the person's request was keyed with: asked twice, it is one. */
  readonly requestKey: string;
  readonly wanted: WantedRevision;
}

/** What a request key has made, and of which words. */
export interface KeyedRevision {
  readonly revision: CalendarRevision;
  readonly wanted: WantedRevision;
}

export interface CalendarRecords {
  /** Oldest first. */
  revisions(): Promise<readonly CalendarRevision[]>;
  findRevision(requestKey: string): Promise<KeyedRevision | undefined>;
  /**
   * Adds a revision with the number after the last one that was read for it, unless the key has made one.
   * @returns the one that the key has made, whatever it was asked for with
   * @throws RecordsConflict when that is not the next number: another one was added in the meantime
   */
  revise(revision: NewCalendarRevision): Promise<KeyedRevision>;
}

const COLUMNS = 'number, kind, entries, made_by AS "by", reason, made_at AS "madeAt"';
const ALL: Statement = {
  name: 'calendar.revisions',
  text: `SELECT ${COLUMNS} FROM calendar_revisions ORDER BY number`,
};
const BY_KEY: Statement = {
  name: 'calendar.by-key',
  text: `SELECT ${COLUMNS}, wanted FROM calendar_revisions WHERE request_key = $1`,
};
const REVISE: Statement = {
  name: 'calendar.revise',
  text: `INSERT INTO calendar_revisions (number, request_key, wanted, kind, entries, made_by, reason)
    SELECT $1::integer, $2, $3::jsonb, $4, $5::jsonb, $6::jsonb, $7
    WHERE $1::integer = (SELECT count(*) + 1 FROM calendar_revisions) ON CONFLICT DO NOTHING`,
};

export function createCalendarRecords(database: Queryable): CalendarRecords {
  const findRevision = async (requestKey: string): Promise<KeyedRevision | undefined> => {
    const [row] = await database.rows<CalendarRevision & Pick<KeyedRevision, 'wanted'>>(BY_KEY, [requestKey]);
    if (row === undefined) return undefined;
    const { wanted, ...revision } = row;
    return { revision, wanted };
  };
  return {
    revisions: () => database.rows<CalendarRevision>(ALL, []),
    findRevision,
    revise: async ({ number, requestKey, wanted, kind, entries, by, reason }) => {
      const [words, dates, author] = [wanted, entries, by].map((value) => JSON.stringify(value));
      await database.rows(REVISE, [number, requestKey, words, kind, dates, author, reason]);
      const kept = await findRevision(requestKey);
      if (kept === undefined) throw overtaken(number);
      return kept;
    },
  };
}

function overtaken(number: number): RecordsConflict {
  return new RecordsConflict({
    where: `revision ${number} of the calendar`,
    what: 'somebody else has revised it in the meantime',
    remedy: 'Look at it again with `signalbox calendar show`, then ask again',
  });
}
