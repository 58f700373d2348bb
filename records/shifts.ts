import type { WantedShift } from '../domain/shift/revise-roster';
import type { RosterRevision } from '../domain/shift/roster';
import { RecordsConflict, type Queryable, type Statement } from './database';

export interface NewRosterRevision extends Omit<RosterRevision, 'madeAt'> {
  /** What the person's request was keyed with: asked twice, it is one. */
  readonly requestKey: string;
  readonly wanted: WantedShift;
}

/** What a request key has made, and of which words. */
export interface KeyedRosterRevision {
  readonly revision: RosterRevision;
  readonly wanted: WantedShift;
}

export interface ShiftRecords {
  /** Oldest first. */
  revisions(): Promise<readonly RosterRevision[]>;
  findRevision(requestKey: string): Promise<KeyedRosterRevision | undefined>;
  /**
   * Adds a revision with the number after the last one that was read for it, unless the key has made one.
   * @returns the one that the key has made, whatever it was asked for with
   * @throws RecordsConflict when that is not the next number: another one was added in the meantime
   */
  revise(revision: NewRosterRevision): Promise<KeyedRosterRevision>;
}

const COLUMNS = 'number, kind, shift, made_by AS "by", reason, made_at AS "madeAt"';
const ALL: Statement = {
  name: 'shifts.revisions',
  text: `SELECT ${COLUMNS} FROM shift_revisions ORDER BY number`,
};
const BY_KEY: Statement = {
  name: 'shifts.by-key',
  text: `SELECT ${COLUMNS}, wanted FROM shift_revisions WHERE request_key = $1`,
};
const REVISE: Statement = {
  name: 'shifts.revise',
  text: `INSERT INTO shift_revisions (number, request_key, wanted, kind, shift, made_by, reason)
    SELECT $1::integer, $2, $3::jsonb, $4, $5::jsonb, $6::jsonb, $7
    WHERE $1::integer = (SELECT count(*) + 1 FROM shift_revisions) ON CONFLICT DO NOTHING`,
};

export function createShiftRecords(database: Queryable): ShiftRecords {
  const findRevision = async (requestKey: string): Promise<KeyedRosterRevision | undefined> => {
    const [row] = await database.rows<RosterRevision & Pick<KeyedRosterRevision, 'wanted'>>(BY_KEY, [
      requestKey,
    ]);
    if (row === undefined) return undefined;
    const { wanted, ...revision } = row;
    return { revision, wanted };
  };
  return {
    revisions: () => database.rows<RosterRevision>(ALL, []),
    findRevision,
    revise: async ({ number, requestKey, wanted, kind, shift, by, reason }) => {
      const [words, set, author] = [wanted, shift, by].map((value) => JSON.stringify(value));
      await database.rows(REVISE, [number, requestKey, words, kind, set, author, reason]);
      const kept = await findRevision(requestKey);
      if (kept !== undefined) return kept;
      throw new RecordsConflict({
        where: `revision ${number} of the roster`,
        what: 'somebody else has revised it in the meantime',
        remedy: 'Look at it again with `signalbox shift show`, then ask again',
      });
    },
  };
}
