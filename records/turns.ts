import type { Database, Statement } from './database';

/** One at a time for each key, over all workers: for things outside that have no unique name, such as a note. */
export interface Turns {
  /**
   * Runs `work` while nobody else has the key's turn. `work` must not ask the records. A process that dies gives its turn up.
   * @throws RecordsUnavailable when another holds it for longer than a statement may take
   */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

const LOCK: Statement = {
  name: 'turns.take',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('turn:' || $1, 0))`,
};

export function createTurns(database: Database): Turns {
  return {
    take: (key, work) =>
      database.transaction(async (transaction) => {
        await transaction.rows(LOCK, [key]);
        return work();
      }),
  };
}
