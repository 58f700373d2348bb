import type { MirroredState, RefObjects } from '../domain/mirror/mirrored-ref';
import { ENGINE, type Actor } from '../domain/release/release';
import type { Database, Queryable, Statement } from './database';

/** A ref as it was last seen on all sides. */
export interface MirroredRef {
  readonly ref: string;
  readonly state: MirroredState;
  readonly objects: RefObjects;
  readonly sentence: string;
  /** The object on which all sides last agreed. */
  readonly agreed?: string;
  /** Objects of which a person has said that they may differ. */
  readonly left?: RefObjects;
  /** ISO 8601; since when it is in its state. */
  readonly since: string;
  /** How often it has come to differ. */
  readonly difference: number;
  /** The issue that asks a person about it, while that is open. */
  readonly task?: number;
}

export type SeenRef = Pick<MirroredRef, 'ref' | 'state' | 'objects' | 'sentence'>;

/** One append-only line about a ref. */
export interface MirroredRefChange {
  readonly ordinal: number;
  /** A state, or what was done: `task_opened`, `task_closed`, `followed`, `left_alone`. */
  readonly to: string;
  readonly objects: RefObjects;
  readonly actor: Actor;
  readonly sentence: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface RefAt {
  readonly project: string;
  readonly ref: string;
}

/** What is done about a ref, keyed by business identity. */
export interface RefAction extends RefAt {
  readonly key: string;
  readonly actor: Actor;
  readonly sentence: string;
}

export interface MirrorSummary {
  readonly refs: number;
  readonly look: number;
  /** ISO 8601; absent before anything was looked at. */
  readonly at?: string;
}

export interface MirroredRefs {
  /** Those named, or all of the project. */
  of(input: {
    readonly project: string;
    readonly refs?: readonly string[];
  }): Promise<ReadonlyMap<string, MirroredRef>>;
  /** Those that are not the same on all sides, by name. */
  apart(project: string): Promise<readonly MirroredRef[]>;
  /** How many refs the project mirrors, the newest look that saw something new, and when that was. */
  summary(project: string): Promise<MirrorSummary>;
  /**
   * Writes what a look has seen; what is as it was leaves no trace, and an older look overwrites nothing.
   * @returns the instant, ISO 8601
   */
  seen(input: {
    readonly project: string;
    readonly look: number;
    readonly refs: readonly SeenRef[];
  }): Promise<string>;
  /** Notes the issue that asks about a difference. @returns the one that is noted, which another attempt may have opened */
  openTask(input: RefAction & { readonly difference: number; readonly task: number }): Promise<number>;
  closeTask(input: RefAction & { readonly task: number }): Promise<string>;
  /** A person has said that these objects may differ. */
  leave(input: RefAction & { readonly objects: RefObjects }): Promise<string>;
  /** A person has had the other sides set to what canonical has. */
  followed(input: RefAction): Promise<string>;
  /** Oldest first. */
  changes(input: RefAt): Promise<readonly MirroredRefChange[]>;
}

interface Row extends Omit<MirroredRef, 'objects' | 'agreed' | 'left' | 'task'> {
  readonly canonical: string | null;
  readonly security: string | null;
  readonly build: string | null;
  readonly agreed: string | null;
  readonly left: RefObjects | null;
  readonly task: number | null;
}

const COLUMNS =
  'ref, state, canonical, security, build, sentence, agreed, left_as AS left, since, difference, task';
const OF: Statement = {
  name: 'mirrored-refs.of',
  text: `SELECT ${COLUMNS} FROM mirrored_refs WHERE project = $1 AND ($2::text[] IS NULL OR ref = ANY($2))`,
};
const APART: Statement = {
  name: 'mirrored-refs.apart',
  text: `SELECT ${COLUMNS} FROM mirrored_refs
    WHERE project = $1 AND state NOT IN ('in_sync', 'gone') ORDER BY ref`,
};
const SUMMARY: Statement = {
  name: 'mirrored-refs.summary',
  text: `SELECT count(*) FILTER (WHERE state <> 'gone') AS refs, coalesce(max(look), 0) AS look, max(since) AS at
    FROM mirrored_refs WHERE project = $1`,
};
const SEEN: Statement = {
  name: 'mirrored-refs.seen',
  text: 'SELECT record_mirrored_refs($1, $2, $3, $4) AS at',
};
const LOCK: Statement = { name: 'mirrored-refs.lock', text: 'SELECT lock_mirror($1)' };
const OPEN_TASK: Statement = {
  name: 'mirrored-refs.open-task',
  text: `UPDATE mirrored_refs SET task = coalesce(task, $4) WHERE project = $1 AND ref = $2 AND difference = $3
    RETURNING task`,
};
const CLOSE_TASK: Statement = {
  name: 'mirrored-refs.close-task',
  text: 'UPDATE mirrored_refs SET task = NULL WHERE project = $1 AND ref = $2 AND task = $3',
};
const LEAVE: Statement = {
  name: 'mirrored-refs.leave',
  text: 'UPDATE mirrored_refs SET left_as = $3 WHERE project = $1 AND ref = $2',
};
const APPEND: Statement = {
  name: 'mirrored-refs.append',
  text: `SELECT now() AS at, append_mirrored_ref_change(project, ref, $3, $4, canonical, security, build, $5, $6)
    FROM mirrored_refs WHERE project = $1 AND ref = $2`,
};
const CHANGES: Statement = {
  name: 'mirrored-refs.changes',
  text: `SELECT ordinal, to_state AS "to", canonical, security, build, actor, sentence, recorded_at AS at
    FROM mirrored_ref_changes WHERE project = $1 AND ref = $2 ORDER BY ordinal`,
};

export function createMirroredRefs(database: Database): MirroredRefs {
  return {
    of: async ({ project, refs }) => {
      const rows = await database.rows<Row>(OF, [project, refs ?? null]);
      return new Map(rows.map((row) => [row.ref, mirroredRef(row)]));
    },
    apart: async (project) => (await database.rows<Row>(APART, [project])).map(mirroredRef),
    summary: async (project) => {
      const [row] = await database.rows<SummaryRow>(SUMMARY, [project]);
      const { refs = 0, look = 0, at } = row ?? {};
      return { refs, look, ...(at === undefined || at === null ? {} : { at }) };
    },
    seen: async ({ project, look, refs }) => {
      const rows = refs.map(({ objects, ...row }) => ({ ...row, ...objects }));
      const values = [project, look, JSON.stringify(ENGINE), JSON.stringify(rows)];
      const [row] = await database.rows<{ at: string }>(SEEN, values);
      return row?.at ?? '';
    },
    openTask: (input) => openTask(database, input),
    closeTask: (input) =>
      act(database, { input, to: 'task_closed', statement: CLOSE_TASK, values: [input.task] }),
    leave: (input) =>
      act(database, {
        input,
        to: 'left_alone',
        statement: LEAVE,
        values: [JSON.stringify(input.objects)],
      }),
    followed: (input) => append(database, { input, to: 'followed' }),
    changes: async ({ project, ref }) => {
      const rows = await database.rows<ChangeRow>(CHANGES, [project, ref]);
      return rows.map(({ canonical, security, build, ...row }) => ({
        ...row,
        objects: objectsOf({ canonical, security, build }),
      }));
    },
  };
}

type SummaryRow = Omit<MirrorSummary, 'at'> & { readonly at: string | null };
type Objects = Pick<Row, 'canonical' | 'security' | 'build'>;
type ChangeRow = Omit<MirroredRefChange, 'objects'> & Objects;

function mirroredRef({ canonical, security, build, agreed, left, task, ...row }: Row): MirroredRef {
  return {
    ...row,
    objects: objectsOf({ canonical, security, build }),
    ...(agreed === null ? {} : { agreed }),
    ...(left === null ? {} : { left }),
    ...(task === null ? {} : { task }),
  };
}

function objectsOf({ canonical, security, build }: Objects): RefObjects {
  return {
    ...(canonical === null ? {} : { canonical }),
    ...(security === null ? {} : { security }),
    ...(build === null ? {} : { build }),
  };
}

async function openTask(database: Database, input: Parameters<MirroredRefs['openTask']>[0]): Promise<number> {
  const { project, ref, difference, task } = input;
  return database.transaction(async (transaction) => {
    await transaction.rows(LOCK, [project]);
    const [row] = await transaction.rows<{ task: number }>(OPEN_TASK, [project, ref, difference, task]);
    if (row?.task === task) await append(transaction, { input, to: 'task_opened' });
    return row?.task ?? task;
  });
}

interface Act {
  readonly input: RefAction;
  readonly to: string;
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

async function act(database: Database, { input, to, statement, values }: Act): Promise<string> {
  return database.transaction(async (transaction) => {
    await transaction.rows(LOCK, [input.project]);
    await transaction.rows(statement, [input.project, input.ref, ...values]);
    return append(transaction, { input, to });
  });
}

async function append(
  database: Queryable,
  { input, to }: { readonly input: RefAction; readonly to: string },
): Promise<string> {
  const { project, ref, key, actor, sentence } = input;
  const values = [project, ref, key, to, JSON.stringify(actor), sentence];
  const [row] = await database.rows<{ at: string }>(APPEND, values);
  return row?.at ?? '';
}
