import type { Actor } from '../domain/release/release';
import { RecordsConflict, type Database, type Queryable, type Statement } from './database';

/** Who changes the registry, and why. */
export interface RegistryChange {
  /** Asked again with the same key, it is done once. */
  readonly key: string;
  readonly embargo: string;
  readonly actor: Actor;
  readonly reason: string;
  /** The revision that whoever asks has judged; absent: whichever there is. */
  readonly expectedRevision?: number;
}

/** A line of the history of one embargo. */
export interface HistoryLine {
  readonly key: string;
  readonly act: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Of the registry, after the change. */
  readonly revision: number;
  /** ISO 8601 */
  readonly at: string;
}

/** What was done with an embargo, and when. */
export interface EmbargoAct extends Pick<HistoryLine, 'act' | 'at'> {
  readonly embargo: string;
}

interface Change extends RegistryChange {
  readonly act: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const LOCK: Statement = {
  name: 'embargo-registry.lock',
  text: 'SELECT revision FROM embargo_registry FOR UPDATE',
};
const READ: Statement = { name: 'embargo-registry.read', text: 'SELECT revision FROM embargo_registry' };
const DONE: Statement = {
  name: 'embargo-registry.done',
  text: `SELECT embargo, act = $2 AND (details = $3 OR act = 'opened' AND details - 'id' = $3::jsonb - 'id') AS "isSame"
    FROM embargo_history WHERE key = $1`,
};
const APPEND: Statement = {
  name: 'embargo-registry.append',
  text: `WITH moved AS (UPDATE embargo_registry SET revision = revision + 1 RETURNING revision)
    INSERT INTO embargo_history (embargo, ordinal, key, act, actor, reason, details, revision)
    SELECT $1, (SELECT count(*) + 1 FROM embargo_history WHERE embargo = $1), $2, $3, $4, $5, $6, revision FROM moved`,
};
const MOVE_ON: Statement = {
  name: 'embargo-registry.move-on',
  text: 'UPDATE embargo_registry SET revision = revision + 1',
};
const HISTORY: Statement = {
  name: 'embargo-registry.history',
  text: `SELECT key, act, actor, reason, details, revision, at FROM embargo_history WHERE embargo = $1 ORDER BY ordinal`,
};

const ACTS: Statement = {
  name: 'embargo-registry.acts',
  text: 'SELECT embargo, act, at FROM embargo_history WHERE embargo = ANY($1) ORDER BY embargo, ordinal',
};

export async function revisionOf(database: Queryable): Promise<number> {
  const [row] = await database.rows<{ revision: number }>(READ, []);
  if (row === undefined) throw new Error('the registry has one row');
  return row.revision;
}

export function historyOf(database: Queryable, embargo: string): Promise<readonly HistoryLine[]> {
  return database.rows<HistoryLine>(HISTORY, [embargo]);
}

export function actsOf(database: Queryable, embargoes: readonly string[]): Promise<readonly EmbargoAct[]> {
  return database.rows<EmbargoAct>(ACTS, [embargoes]);
}

/** Until the transaction ends nobody else changes the registry, and nobody else claims. @returns its revision */
export async function lockRegistry(transaction: Queryable): Promise<number> {
  const [row] = await transaction.rows<{ revision: number }>(LOCK, []);
  if (row === undefined) throw new Error('the registry has one row');
  return row.revision;
}

/** For a change that stands in the history of no embargo: whoever judges by an older revision judges again. */
export async function moveOn(transaction: Queryable): Promise<void> {
  await transaction.rows(MOVE_ON, []);
}

/** As {@link changeWithin}, in a transaction of its own. */
export function changeRegistry(
  database: Database,
  change: Change,
  work: (transaction: Queryable) => Promise<void>,
): Promise<string> {
  return database.transaction((transaction) => changeWithin(transaction, change, work));
}

/**
 * Does the work and writes its line, with the next revision, unless the key was done before.
 * @returns the embargo that was changed, now or then
 * @throws RecordsConflict when the key stands for something else, or the registry has moved
 */
export async function changeWithin(
  transaction: Queryable,
  change: Change,
  work: (transaction: Queryable) => Promise<void>,
): Promise<string> {
  const revision = await lockRegistry(transaction);
  const details = JSON.stringify(change.details);
  const [done] = await transaction.rows<Done>(DONE, [change.key, change.act, details]);
  if (done?.isSame === true) return done.embargo;
  if (done !== undefined) throw otherChange(change.key);
  const { expectedRevision = revision } = change;
  if (revision !== expectedRevision) throw registryMoved();
  await work(transaction);
  const { embargo, key, act, actor, reason } = change;
  await transaction.rows(APPEND, [embargo, key, act, JSON.stringify(actor), reason, details]);
  return embargo;
}

interface Done {
  readonly embargo: string;
  readonly isSame: boolean;
}

/** What else the key was used for is not told: it may be somebody else's secret. */
function otherChange(key: string): RecordsConflict {
  return new RecordsConflict({
    where: `key ${key}`,
    what: 'it was used before, for something else',
    remedy: 'Use a new key for a new change',
  });
}

/** What it was judged by is no longer so. */
export function registryMoved(): RecordsConflict {
  return new RecordsConflict({
    where: 'the embargo registry',
    what: 'it has changed since it was read',
    remedy: 'Read it again and judge anew',
  });
}
