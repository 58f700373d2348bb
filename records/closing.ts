import type { Database, Queryable, Statement } from './database';
import { findEffect, recordEffect, type EffectRecord, type Recorded } from './effects';
import { freezeInclusions, type Inclusion } from './inclusions';
import { minorOf, sameCounter, sortKey } from '../domain/version/number';
import { reservedNumber, type Reservation as NumberAsked } from '../domain/version/reservation';
import { lockMinors, PRODUCT_LINE } from './versions';

/** A number that is wanted on a line. */
export interface NumberWanted {
  /** The lowest that would do: the next after the published one, `18.7.0`, or `18.7.0-rc42`. */
  readonly atLeast: string;
  /** The published version of the same minor that the new one contains; absent when there is none yet. */
  readonly composedOn?: string;
}

/** One version of the product, and the projects that count their own. */
export interface VersionWanted extends NumberWanted {
  readonly own?: readonly (NumberWanted & { readonly project: string })[];
}

export interface ReservedVersion {
  readonly version: string;
  readonly minor: string;
  /** Number by project that counts its own. */
  readonly own: Readonly<Record<string, string>>;
}

/** What is fixed with the numbers, in the same transaction. */
export interface Closing<T> {
  readonly result: EffectRecord<T>['result'];
  readonly inclusions: readonly Inclusion[];
}

export interface CloseRequest<T> extends Omit<EffectRecord<T>, 'result' | 'artifacts'> {
  readonly versions: readonly VersionWanted[];
  /** Composes what the closing answers from the numbers it got, in the order they were wanted. Pure. */
  readonly close: (reserved: readonly ReservedVersion[]) => Closing<T>;
}

/**
 * The one moment at which numbers are taken: reserves them, freezes the inclusion lists, records the effect; all or nothing.
 * Closed again with the same key, it answers what was closed first. Only after its numbers were burned does the release get
 * new ones, and then a key of their own.
 * @throws RecordsConflict when a line of the record is there with other content
 */
export function closeRelease<T extends object>(
  database: Database,
  request: CloseRequest<T>,
): Promise<Recorded<T>> {
  return database.transaction(async (transaction) => {
    await lockMinors(transaction, request.versions.flatMap(countersOf));
    const key = await keyOfThisClosing(transaction, request);
    const closed = await findEffect<T>(transaction, key);
    if (closed !== undefined) return closed;

    const reserved: ReservedVersion[] = [];
    for (const wanted of request.versions) {
      reserved.push(await reserveVersion(transaction, { release: request.release, wanted }));
    }
    const { result, inclusions } = request.close(reserved);
    if (inclusions.length > 0) await freezeInclusions(transaction, { release: request.release, inclusions });
    return recordEffect(transaction, { ...request, key, result });
  });
}

function countersOf(wanted: VersionWanted): { line: string; minor: string }[] {
  const own = (wanted.own ?? []).map(({ project, atLeast }) => ({ line: project, minor: minorOf(atLeast) }));
  return [{ line: PRODUCT_LINE, minor: minorOf(wanted.atLeast) }, ...own];
}

const BURNED: Statement = {
  name: 'closing.burned',
  text: `SELECT number FROM versions WHERE line = '${PRODUCT_LINE}' AND release = $1 AND state = 'burned'
    ORDER BY minor, sort_key`,
};

async function keyOfThisClosing<T>(transaction: Queryable, request: CloseRequest<T>): Promise<string> {
  const rows = await transaction.rows<{ number: string }>(BURNED, [request.release]);
  const replaced = rows
    .map(({ number }) => number)
    .filter((number) => request.versions.some(({ atLeast }) => sameCounter(number, atLeast)));
  return replaced.length === 0 ? request.key : `${request.key}/instead-of/${replaced.join('+')}`;
}

interface Reservation {
  readonly release: string;
  readonly wanted: VersionWanted;
}

async function reserveVersion(
  transaction: Queryable,
  { release, wanted }: Reservation,
): Promise<ReservedVersion> {
  const version = await reserveNumber(transaction, { release, line: PRODUCT_LINE, wanted });
  const own: Record<string, string> = {};
  for (const { project, ...number } of wanted.own ?? []) {
    own[project] = await reserveNumber(transaction, {
      release,
      line: project,
      wanted: number,
      shippedBy: version,
    });
  }
  return { version, minor: minorOf(version), own };
}

const TAKEN: Statement = {
  name: 'closing.taken',
  text: 'SELECT number, release, state FROM versions WHERE line = $1 AND minor = $2',
};
const RESERVE: Statement = {
  name: 'closing.reserve',
  text: `INSERT INTO versions (line, number, minor, sort_key, state, release, product_version, composed_on)
    VALUES ($1, $2, $3, $4, 'reserved', $5, $6, $7)`,
};

interface NumberRequest {
  readonly release: string;
  readonly line: string;
  readonly wanted: NumberWanted;
  /** The product's number; absent on the product's line. */
  readonly shippedBy?: string;
}

async function reserveNumber(transaction: Queryable, request: NumberRequest): Promise<string> {
  const { release, line, wanted, shippedBy } = request;
  const minor = minorOf(wanted.atLeast);
  const taken = await transaction.rows<NumberAsked['taken'][number]>(TAKEN, [line, minor]);
  const number = reservedNumber({ release, atLeast: wanted.atLeast, taken });
  if (taken.some((row) => row.number === number)) return number;

  const composedOn = wanted.composedOn === undefined ? null : sortKey(wanted.composedOn);
  const values = [line, number, minor, sortKey(number), release, shippedBy ?? number, composedOn];
  await transaction.rows(RESERVE, values);
  return number;
}
