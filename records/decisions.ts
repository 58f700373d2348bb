import type { Actor } from '../domain/release/release';
import type { Queryable, Statement } from './database';

/** What a person decided, and what they were answered. */
export interface DecisionRow {
  readonly id: string;
  readonly release: string;
  readonly by: Actor;
  /** `approve`, `hold`, … */
  readonly decision: string;
  readonly reason: string;
  /** Of what was signed; null where nothing was. */
  readonly digest: string | null;
  readonly accepted: boolean;
  /** The answer, as the person read it. */
  readonly sentence: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface NewDecision extends Omit<DecisionRow, 'at' | 'digest'> {
  readonly digest?: string;
}

export interface Decisions {
  /** Once per id: the first answer stands. */
  record(decision: NewDecision): Promise<DecisionRow>;
  find(id: string): Promise<DecisionRow | undefined>;
  /** Oldest first. */
  ofRelease(release: string): Promise<readonly DecisionRow[]>;
}

const COLUMNS = 'id, release, made_by AS "by", decision, reason, digest, accepted, sentence, made_at AS at';
const RECORD: Statement = {
  name: 'decisions.record',
  text: `INSERT INTO decisions (id, release, made_by, decision, reason, accepted, sentence, digest)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
};
const FIND: Statement = { name: 'decisions.find', text: `SELECT ${COLUMNS} FROM decisions WHERE id = $1` };
const OF_RELEASE: Statement = {
  name: 'decisions.of-release',
  text: `SELECT ${COLUMNS} FROM decisions WHERE release = $1 ORDER BY made_at, id`,
};

export function createDecisions(database: Queryable): Decisions {
  const find = async (id: string): Promise<DecisionRow | undefined> =>
    (await database.rows<DecisionRow>(FIND, [id]))[0];
  return {
    find,
    ofRelease: (release) => database.rows<DecisionRow>(OF_RELEASE, [release]),
    record: async ({ id, release, by, decision, reason, accepted, sentence, digest = null }) => {
      const values = [id, release, JSON.stringify(by), decision, reason, accepted, sentence, digest];
      const [recorded] = await database.rows<DecisionRow>(RECORD, values);
      const answer = recorded ?? (await find(id));
      if (answer === undefined) throw new Error(`decision ${id} was neither written nor found`);
      return answer;
    },
  };
}
