import { DatabaseError, Pool, types, type PoolClient, type QueryResultRow } from 'pg';
import { ExplainedError } from '../domain/explained-error';

/** A statement that the server parses once a connection; `name` is unique in the house. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Queryable {
  /** @throws RecordsConflict or RecordsUnavailable */
  rows<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
}

export interface Database extends Queryable {
  /** All or nothing. `work` may be run again by the caller: every write is keyed. */
  transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T>;
  /** On one connection, which is given up where `work` fails, with every lock that it holds. */
  onConnection<T>(work: (queryable: Queryable) => Promise<T>): Promise<T>;
  /** The connection string, for connections that are not of the pool. */
  readonly url: string;
  close(): Promise<void>;
}

/** The same name is recorded with other content, or in a state that does not allow it. Trying again does not help. */
export class RecordsConflict extends ExplainedError {
  override readonly name = 'RecordsConflict';
}

/** PostgreSQL does not answer, or cannot now. What was asked may be asked again. */
export class RecordsUnavailable extends ExplainedError {
  override readonly name = 'RecordsUnavailable';
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; 10 by default. */
  readonly connections?: number;
}

const TIMESTAMPTZ = 1184;
const INT8 = 20;

/** A pool that outlives the server: when that comes back, so do the answers. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    keepAlive: true,
    application_name: 'signalbox',
    types: { getTypeParser: parserOf },
  });
  // An idle connection that breaks has been replaced by the time somebody asks; unhandled, it would end the process.
  pool.on('error', ignoreLoss);
  const place = placeOf(options.url);
  return {
    url: options.url,
    rows: (statement, values) => rowsOf(pool, { statement, values, place }),
    transaction: (work) => transactionOn(pool, { work, place }),
    onConnection: (work) => workOn(pool, { work, place }),
    close: () => pool.end(),
  };
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === TIMESTAMPTZ) return (text) => new Date(text).toISOString();
  if (oid === INT8) return Number;
  return types.getTypeParser(oid, format === 'binary' ? 'text' : format);
}

interface Ask {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly place: string;
}

async function rowsOf<Row extends QueryResultRow>(
  client: Pool | PoolClient,
  { statement, values, place }: Ask,
): Promise<readonly Row[]> {
  try {
    const result = await client.query<Row>({ ...statement, values: [...values] });
    return result.rows;
  } catch (error) {
    throw explained(error, place);
  }
}

function ignoreLoss(): void {}

interface ConnectionWork<T> {
  readonly work: (queryable: Queryable) => Promise<T>;
  readonly place: string;
}

const BEGIN: Statement = { name: 'begin', text: 'BEGIN' };
const COMMIT: Statement = { name: 'commit', text: 'COMMIT' };

async function transactionOn<T>(pool: Pool, { work, place }: ConnectionWork<T>): Promise<T> {
  const client = await connect(pool, place);
  let broken = false;
  try {
    const queryable = queryableOn(client, place);
    await queryable.rows(BEGIN, []);
    const answer = await work(queryable);
    await queryable.rows(COMMIT, []);
    return answer;
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    giveBack(client, broken);
  }
}

async function workOn<T>(pool: Pool, { work, place }: ConnectionWork<T>): Promise<T> {
  const client = await connect(pool, place);
  let broken = true;
  try {
    const answer = await work(queryableOn(client, place));
    broken = false;
    return answer;
  } finally {
    giveBack(client, broken);
  }
}

async function connect(pool: Pool, place: string): Promise<PoolClient> {
  const client = await pool.connect().catch((error: unknown) => {
    throw explained(error, place);
  });
  // The statement under way reports the loss of the connection; without a listener the process would end.
  client.on('error', ignoreLoss);
  return client;
}

function giveBack(client: PoolClient, broken: boolean): void {
  client.off('error', ignoreLoss);
  client.release(broken);
}

function queryableOn(client: PoolClient, place: string): Queryable {
  return { rows: (statement, values) => rowsOf(client, { statement, values, place }) };
}

/** Classes of SQLSTATE that pass by themselves: connection, resources, operator intervention, deadlock and its kin. */
const PASSING = /^(08|53|57|40)/;

function explained(error: unknown, place: string): unknown {
  if (error instanceof ExplainedError) return error;
  if (!(error instanceof DatabaseError)) return unavailable(error, place);
  if (error.code === 'SB409') return conflict(error);
  if (error.code === undefined || PASSING.test(error.code)) return unavailable(error, place);
  return error;
}

function unavailable(cause: unknown, place: string): RecordsUnavailable {
  const reason = cause instanceof Error ? cause.message || cause.constructor.name : String(cause);
  return new RecordsUnavailable(
    {
      where: `PostgreSQL at ${place}`,
      what: `it does not answer (${reason})`,
      remedy: 'Start it again (`signalbox up` on a laptop); nothing that was recorded is lost',
    },
    { cause },
  );
}

interface OtherContent {
  readonly where: string;
  readonly recorded: unknown;
  readonly offered: unknown;
}

function conflict(cause: DatabaseError): RecordsConflict {
  const detail: OtherContent = JSON.parse(cause.detail ?? '{}');
  return new RecordsConflict(
    {
      where: detail.where,
      what: `recorded ${shown(detail.recorded)}, and now ${shown(detail.offered)}`,
      remedy: 'Find out which of the two is right; what is recorded is never overwritten',
    },
    { cause },
  );
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
