import type { Database, Statement } from './database';

/** One at a time for each key, over all workers: for things outside that have no unique name, such as a note. */
export interface Turns {
  /**
   * Runs `work` while nobody else has the key's turn. `work` must not ask the records. A process that dies gives its turn up.
   * @throws RecordsUnavailable when another holds it for longer than a statement may take
   */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

const TAKE: Statement = {
  name: 'turns.take',
  text: `SELECT pg_advisory_lock(hashtextextended('turn:' || $1, 0))`,
};
const GIVE_UP: Statement = {
  name: 'turns.give-up',
  text: `SELECT pg_advisory_unlock(hashtextextended('turn:' || $1, 0))`,
};

export function createTurns(database: Database): Turns {
  return {
    take: (key, work) =>
      // No transaction stays open while the outside works: it would keep PostgreSQL from clearing up.
      database.onConnection(async (connection) => {
        await connection.rows(TAKE, [key]);
        const answer = await work();
        await connection.rows(GIVE_UP, [key]);
        return answer;
      }),
  };
}
