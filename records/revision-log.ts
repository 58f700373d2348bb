import type { Actor } from '../domain/release/release';
import { RecordsConflict, type Queryable, type Statement } from './database';

/** A revision of something that everybody follows, with the words that it was asked for with. What it says is in a field of its own. */
export interface AskedRevision {
  /** From 1, without gaps. */
  readonly number: number;
  readonly kind: string;
  readonly by: Actor;
  readonly reason: string;
  /** ISO 8601 */
  readonly madeAt: string;
  readonly wanted: object;
}

type NewRevision<Asked extends AskedRevision> = Omit<Asked, 'madeAt'> & {
  /** What the person's request was keyed with: asked twice, it is one. */
  readonly requestKey: string;
};

export interface RevisionLog<Asked extends AskedRevision> {
  /** Oldest first. */
  revisions(): Promise<readonly Omit<Asked, 'wanted'>[]>;
  /** What a request key has made, and of which words. */
  findRevision(requestKey: string): Promise<Asked | undefined>;
  /**
   * Adds a revision with the number after the last one that was read for it, unless the key has made one.
   * @returns the one that the key has made, whatever it was asked for with
   * @throws RecordsConflict when that is not the next number: another one was added in the meantime
   */
  revise(revision: NewRevision<Asked>): Promise<Asked>;
}

interface LogOf<Content extends string> {
  /** What is revised: `the calendar`. */
  readonly subject: string;
  /** Table, which has the columns of a revision, and one for its content. */
  readonly table: string;
  readonly content: Content;
  /** What shows it: `signalbox calendar show`. */
  readonly shownBy: string;
}

export function createRevisionLog<
  Content extends string,
  Asked extends AskedRevision & Readonly<Record<Content, object>>,
>(database: Queryable, log: LogOf<Content>): RevisionLog<Asked> {
  const statements = statementsOf(log);
  const findRevision = async (requestKey: string): Promise<Asked | undefined> =>
    (await database.rows<Asked>(statements.byKey, [requestKey]))[0];
  return {
    revisions: () => database.rows<Omit<Asked, 'wanted'>>(statements.all, []),
    findRevision,
    revise: async (revision) => {
      const { number, requestKey, wanted, kind, by, reason, [log.content]: content } = revision;
      const [words, told, author] = [wanted, content, by].map((value) => JSON.stringify(value));
      await database.rows(statements.revise, [number, requestKey, words, kind, told, author, reason]);
      const kept = await findRevision(requestKey);
      if (kept === undefined) throw overtaken(number, log);
      return kept;
    },
  };
}

function statementsOf({
  table,
  content,
}: LogOf<string>): Readonly<Record<'all' | 'byKey' | 'revise', Statement>> {
  const columns = `number, kind, ${content}, made_by AS "by", reason, made_at AS "madeAt"`;
  return {
    all: { name: `${table}.all`, text: `SELECT ${columns} FROM ${table} ORDER BY number` },
    byKey: {
      name: `${table}.by-key`,
      text: `SELECT ${columns}, wanted FROM ${table} WHERE request_key = $1`,
    },
    revise: {
      name: `${table}.revise`,
      text: `INSERT INTO ${table} (number, request_key, wanted, kind, ${content}, made_by, reason)
        SELECT $1::integer, $2, $3::jsonb, $4, $5::jsonb, $6::jsonb, $7
        WHERE $1::integer = (SELECT count(*) + 1 FROM ${table}) ON CONFLICT DO NOTHING`,
    },
  };
}

function overtaken(number: number, { subject, shownBy }: LogOf<string>): RecordsConflict {
  return new RecordsConflict({
    where: `revision ${number} of ${subject}`,
    what: 'somebody else has revised it in the meantime',
    remedy: `Look at it again with \`${shownBy}\`, then ask again`,
  });
}
