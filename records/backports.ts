import type { FixKind, MergedFix } from '../domain/backport/backport';
import { backportAfter, type BackportNews, type BackportState } from '../domain/backport/backport-state';
import type { BackportStanding, FixBackports } from '../domain/backport/backport-status';
import type { Actor } from '../domain/release/release';
import type { Database, Queryable, Statement } from './database';

export interface BackportAt {
  readonly project: string;
  readonly iid: number;
  readonly minor: string;
}

/** What is noted of a change with each of its backports. */
export interface OwedFix extends Pick<MergedFix, 'project' | 'iid' | 'title' | 'author'> {
  readonly team?: string;
  readonly kind: FixKind;
}

/** A backport with the change that it is of. */
export interface BackportRow extends OwedFix, BackportStanding {}

/** One append-only line about a backport. */
export interface BackportChange {
  readonly ordinal: number;
  readonly to: BackportState['state'];
  readonly actor: Actor;
  readonly sentence: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Backports {
  /** Notes what is owed; what is noted already stays as it is. */
  owe(input: {
    readonly fix: OwedFix;
    readonly owed: readonly {
      readonly minor: string;
      readonly branch: string;
      readonly sentence: string;
    }[];
    readonly actor: Actor;
  }): Promise<void>;
  /** Moves a backport by the rules of domain/backport-state.ts; news that changes nothing leaves no line. */
  tell(
    input: BackportAt & { readonly news: BackportNews; readonly sentence: string; readonly actor: Actor },
  ): Promise<BackportRow>;
  /** Somebody was asked about it. */
  asked(input: BackportAt): Promise<BackportRow>;
  /** Minors that get no fixes any more; what is open in them was missed. */
  missed(input: {
    readonly project: string;
    readonly iid: number;
    readonly owing: readonly string[];
  }): Promise<void>;
  /** Newest minor first. */
  of(input: { readonly project: string; readonly iid: number }): Promise<readonly BackportRow[]>;
  /** By change, newest first. */
  list(input: { readonly project?: string; readonly team?: string }): Promise<readonly FixBackports[]>;
  /** As {@link Backports.list}, of what may still be out in a version: neither declined, nor missed, nor in one that is public. */
  pending(): Promise<readonly FixBackports[]>;
  /** Oldest first. */
  changes(input: BackportAt): Promise<readonly BackportChange[]>;
}

interface Row extends Omit<BackportRow, 'state' | 'team' | 'missedAt'> {
  readonly state: BackportState['state'];
  readonly details: object;
  readonly team: string | null;
  readonly missedAt: string | null;
}

const COLUMNS = `project, iid, minor, branch, title, author, team, kind, state, details, sentence, asked,
  owed_since AS "owedSince", since, missed_at AS "missedAt"`;
const NEWEST_FIRST = `string_to_array(minor, '.')::integer[] DESC`;
const AT = 'project = $1 AND iid = $2 AND minor = $3';
const OWE: Statement = {
  name: 'backports.owe',
  text: `WITH made AS (
      INSERT INTO backports (project, iid, minor, branch, title, author, team, kind, state, sentence)
        SELECT $1, $2, o.minor, o.branch, $3, $4, $5, $6, 'owed', o.sentence
        FROM jsonb_to_recordset($7) AS o(minor text, branch text, sentence text)
        ON CONFLICT DO NOTHING RETURNING minor, sentence)
    INSERT INTO backport_changes (project, iid, minor, ordinal, to_state, details, actor, sentence)
      SELECT $1, $2, minor, 1, 'owed', '{}', $8, sentence FROM made`,
};
const ONE: Statement = {
  name: 'backports.one',
  text: `SELECT ${COLUMNS} FROM backports WHERE ${AT}`,
};
const MOVE: Statement = {
  name: 'backports.move',
  text: `WITH moved AS (
      UPDATE backports SET state = $4, details = $5, sentence = $6, since = now()
        WHERE ${AT} AND state = $7 AND details = $8 RETURNING ${COLUMNS}),
    line AS (
      INSERT INTO backport_changes (project, iid, minor, ordinal, to_state, details, actor, sentence)
        SELECT $1, $2, $3, coalesce(max(ordinal), 0) + 1, $4, $5, $9, $6 FROM backport_changes
          WHERE ${AT} HAVING EXISTS (SELECT FROM moved))
    SELECT * FROM moved`,
};
const REWORD: Statement = {
  name: 'backports.reword',
  text: `UPDATE backports SET sentence = $4 WHERE ${AT} AND state = $5 AND details = $6 RETURNING ${COLUMNS}`,
};
const ASKED: Statement = {
  name: 'backports.asked',
  text: `UPDATE backports SET asked = true WHERE ${AT} RETURNING ${COLUMNS}`,
};
const MISSED: Statement = {
  name: 'backports.missed',
  text: `UPDATE backports SET missed_at = now() WHERE project = $1 AND iid = $2 AND missed_at IS NULL
    AND minor <> ALL($3) AND state NOT IN ('merged', 'declined', 'not_needed')`,
};
const OF: Statement = {
  name: 'backports.of',
  text: `SELECT ${COLUMNS} FROM backports WHERE project = $1 AND iid = $2 ORDER BY ${NEWEST_FIRST}`,
};
const BY_CHANGE = `ORDER BY max(owed_since) OVER (PARTITION BY project, iid) DESC, project, iid DESC, ${NEWEST_FIRST}`;
const LIST: Statement = {
  name: 'backports.list',
  text: `SELECT ${COLUMNS} FROM backports
    WHERE ($1::text IS NULL OR project = $1) AND ($2::text IS NULL OR team = $2) ${BY_CHANGE}`,
};
/** Minors are the project's own, as those of change carriers (records/fixes.ts). */
const PENDING: Statement = {
  name: 'backports.pending',
  text: `SELECT ${COLUMNS} FROM backports b
    WHERE missed_at IS NULL AND state NOT IN ('declined', 'not_needed') AND NOT (state = 'merged' AND EXISTS (
      SELECT FROM inclusions i
        JOIN versions v ON v.line = 'product' AND v.release = i.release AND v.number = i.product_version
        LEFT JOIN versions own ON own.line = i.project AND own.release = i.release AND own.product_version = i.product_version
        WHERE i.project = b.project AND i.merge_request = (b.details -> 'mergeRequest' ->> 'iid')::integer
          AND coalesce(own.minor, v.minor) = b.minor AND v.state = 'published'))
    ${BY_CHANGE}`,
};
const CHANGES: Statement = {
  name: 'backports.changes',
  text: `SELECT ordinal, to_state AS "to", actor, sentence, recorded_at AS at FROM backport_changes
    WHERE ${AT} ORDER BY ordinal`,
};

export function createBackports(database: Database): Backports {
  return {
    owe: async ({ fix: { project, iid, title, author, team, kind }, owed, actor }) => {
      if (owed.length === 0) return;
      const values = [project, iid, title, author, team ?? null, kind];
      await database.rows(OWE, [...values, JSON.stringify(owed), JSON.stringify(actor)]);
    },
    tell: (input) => tell(database, input),
    asked: ({ project, iid, minor }) => only(database, ASKED, [project, iid, minor]),
    missed: async ({ project, iid, owing }) => {
      await database.rows(MISSED, [project, iid, owing]);
    },
    of: async ({ project, iid }) => (await database.rows<Row>(OF, [project, iid])).map(backportRow),
    list: async ({ project, team }) => {
      const rows = await database.rows<Row>(LIST, [project ?? null, team ?? null]);
      return byFix(rows.map(backportRow));
    },
    pending: async () => byFix((await database.rows<Row>(PENDING, [])).map(backportRow)),
    changes: ({ project, iid, minor }) => database.rows<BackportChange>(CHANGES, [project, iid, minor]),
  };
}

/** Moved from the state that it was judged by alone; where others have moved it meanwhile, it is judged again. */
async function tell(database: Database, input: Parameters<Backports['tell']>[0]): Promise<BackportRow> {
  const { project, iid, minor, news, sentence, actor } = input;
  const at = [project, iid, minor];
  for (;;) {
    const before = await only(database, ONE, at);
    const after = backportAfter(before.state, news);
    const isMoved = !isSame(before.state, after);
    // A late attempt about what has gone on, or settled, since: its words are of then.
    const isNews = before.sentence !== sentence && wordsFit(after, news);
    if (!isMoved && !isNews) return before;
    const judgedBy = columnsOf(before.state);
    const [row] = isMoved
      ? await database.rows<Row>(MOVE, [
          ...at,
          ...columnsOf(after),
          sentence,
          ...judgedBy,
          JSON.stringify(actor),
        ])
      : await database.rows<Row>(REWORD, [...at, sentence, ...judgedBy]);
    if (row !== undefined) return backportRow(row);
  }
}

function columnsOf({ state, ...details }: BackportState): readonly [string, string] {
  return [state, JSON.stringify(details)];
}

/** Whether the news tells of the state that the backport is in. */
function wordsFit({ state }: BackportState, { found }: BackportNews): boolean {
  if (found === 'conflict') return state === 'conflicted';
  if (found === 'unchecked') return state === 'proposed';
  return found === state;
}

function isSame(left: BackportState, right: BackportState): boolean {
  return left === right || JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

/** The fields by their names; jsonb keeps no order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return entries.map(([name, field]) => [name, sorted(field)]);
}

async function only(
  database: Queryable,
  statement: Statement,
  values: readonly unknown[],
): Promise<BackportRow> {
  const [row] = await database.rows<Row>(statement, values);
  if (row === undefined) throw new Error(`${statement.name}: no backport ${values.slice(0, 3).join(' ')}`);
  return backportRow(row);
}

function backportRow({ state, details, team, missedAt, ...row }: Row): BackportRow {
  return {
    ...row,
    state: { state, ...details } as BackportState,
    ...(team === null ? {} : { team }),
    ...(missedAt === null ? {} : { missedAt }),
  };
}

function byFix(rows: readonly BackportRow[]): readonly FixBackports[] {
  const fixes = new Map<string, FixBackports>();
  for (const { project, iid, title, author, team, kind, ...standing } of rows) {
    const key = `${project}!${iid}`;
    const backports = [...(fixes.get(key)?.backports ?? []), standing];
    fixes.set(key, { project, iid, title, author, kind, ...(team === undefined ? {} : { team }), backports });
  }
  return [...fixes.values()];
}
