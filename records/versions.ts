import { STAGE } from '../domain/version/number';
import type { PublicVersion } from '../domain/version/public-version';
import type { VersionState } from '../domain/version/superset';
import type { Queryable, Statement } from './database';

/** The line of the product's own numbers; every other line is the project that counts it. */
export const PRODUCT_LINE = 'product';

export interface VersionRow {
  /** `product`, or the name of a project that counts its own versions. */
  readonly line: string;
  readonly number: string;
  readonly minor: string;
  readonly state: VersionState;
  /** Workflow id. */
  readonly release: string;
  /** The product's number that ships it. */
  readonly productVersion: string;
  /** Why it was burned or withdrawn. */
  readonly reason: string | null;
  /** ISO 8601. */
  readonly reservedAt: string;
  /** ISO 8601; when it came into its state. */
  readonly changedAt: string;
}

export interface Versions {
  /** Every number of a minor ever given out, in order: candidates, final, internals, next patch. */
  ofMinor(input: { readonly minor: string; readonly line?: string }): Promise<readonly VersionRow[]>;
  ofRelease(release: string): Promise<readonly VersionRow[]>;
  find(input: { readonly number: string; readonly line?: string }): Promise<VersionRow | undefined>;
  /** Numbers of a line that are given out and not published yet. */
  inFlight(line: string): Promise<readonly Pick<VersionRow, 'number' | 'release'>[]>;
  /** Numbers that are out and withdrawn. */
  withdrawn(): Promise<readonly Pick<VersionRow, 'line' | 'number'>[]>;
  /** See {@link claimedNumbers}. */
  claimed(): Promise<readonly string[]>;
  /** The product's finals that we have published, withdrawn ones among them; newest first. */
  published(): Promise<readonly PublicVersion[]>;
  /** Newest final published by us in each minor named; minors without one are left out. */
  publishedHeads(minors: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Notes how far the private side has come; never backwards. */
  advance(input: {
    readonly release: string;
    readonly version: string;
    readonly to: 'tagged' | 'built';
  }): Promise<void>;
}

const COLUMNS = `line, number, minor, state, release, product_version AS "productVersion", reason,
  reserved_at AS "reservedAt", changed_at AS "changedAt"`;
const OF_MINOR: Statement = {
  name: 'versions.of-minor',
  text: `SELECT ${COLUMNS} FROM versions WHERE line = $1 AND minor = $2 ORDER BY sort_key`,
};
const OF_RELEASE: Statement = {
  name: 'versions.of-release',
  text: `SELECT ${COLUMNS} FROM versions WHERE release = $1 ORDER BY line <> '${PRODUCT_LINE}', line, sort_key`,
};
const FIND: Statement = {
  name: 'versions.find',
  text: `SELECT ${COLUMNS} FROM versions WHERE line = $1 AND number = $2`,
};
const IN_FLIGHT: Statement = {
  name: 'versions.in-flight',
  text: `SELECT number, release FROM versions
    WHERE line = $1 AND state IN ('reserved', 'tagged', 'built', 'publishing')`,
};
const WITHDRAWN: Statement = {
  name: 'versions.withdrawn',
  text: `SELECT line, number FROM versions WHERE state = 'withdrawn'`,
};
const HEADS: Statement = {
  name: 'versions.heads',
  text: `SELECT DISTINCT ON (minor) minor, number FROM versions
    WHERE line = '${PRODUCT_LINE}' AND minor = ANY($1) AND state = 'published' AND sort_key[4] = ${STAGE.final}
    ORDER BY minor, sort_key DESC`,
};
const PUBLISHED: Statement = {
  name: 'versions.published',
  text: `SELECT number, minor, release, state, reason, changed_at AS "changedAt", coalesce(
      (SELECT min(recorded_at) FROM transitions WHERE transitions.release = versions.release AND to_state = 'published'
        AND state = 'withdrawn'), changed_at) AS "publishedAt"
    FROM versions WHERE line = '${PRODUCT_LINE}' AND state IN ('published', 'withdrawn') AND sort_key[4] = ${STAGE.final}
    ORDER BY "publishedAt" DESC, sort_key DESC`,
};
const ADVANCE: Statement = {
  name: 'versions.advance',
  text: `UPDATE versions SET state = $3, changed_at = now()
    WHERE release = $1 AND product_version = $2
      AND (state = 'reserved' OR (state = 'tagged' AND $3 = 'built'))`,
};

export function createVersions(database: Queryable): Versions {
  return {
    ofMinor: ({ minor, line }) => database.rows<VersionRow>(OF_MINOR, [line ?? PRODUCT_LINE, minor]),
    ofRelease: (release) => database.rows<VersionRow>(OF_RELEASE, [release]),
    find: async ({ number, line }) =>
      (await database.rows<VersionRow>(FIND, [line ?? PRODUCT_LINE, number]))[0],
    inFlight: (line) => database.rows(IN_FLIGHT, [line]),
    withdrawn: () => database.rows(WITHDRAWN, []),
    claimed: () => claimedNumbers(database),
    published: async () => (await database.rows<PublishedRow>(PUBLISHED, [])).map(publicVersion),
    publishedHeads: async (minors) => {
      const heads = await database.rows<{ minor: string; number: string }>(HEADS, [minors]);
      return new Map(heads.map(({ minor, number }) => [minor, number]));
    },
    advance: async ({ release, version, to }) => {
      await database.rows(ADVANCE, [release, version, to]);
    },
  };
}

interface PublishedRow extends Pick<VersionRow, 'state' | 'reason' | 'changedAt'>, PublicVersion {}

function publicVersion({ state, reason, changedAt, ...version }: PublishedRow): PublicVersion {
  return state === 'withdrawn' ? { ...version, withdrawn: { at: changedAt, reason: reason ?? '' } } : version;
}

const CLAIMED: Statement = {
  name: 'versions.claimed',
  text: `SELECT number FROM versions WHERE line = '${PRODUCT_LINE}' AND state IN ('publishing', 'published')
    ORDER BY minor, sort_key`,
};

/** The product's numbers whose turn was claimed, by whichever release: they are public, or go public. */
export async function claimedNumbers(database: Queryable): Promise<readonly string[]> {
  return (await database.rows<{ number: string }>(CLAIMED, [])).map(({ number }) => number);
}

const LOCK_COUNTERS: Statement = {
  name: 'versions.lock-counters',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('numbers:' || counter, 0)) FROM unnest($1::text[]) AS counter`,
};

/**
 * Until the transaction ends nobody else reserves, claims or publishes in these minors. That is milliseconds: no release
 * waits for a release, and always in the same order, so that none waits in a ring.
 */
export async function lockMinors(
  transaction: Queryable,
  minors: readonly { readonly line: string; readonly minor: string }[],
): Promise<void> {
  const counters = new Set(minors.map(({ line, minor }) => `${line} ${minor}`));
  await transaction.rows(LOCK_COUNTERS, [[...counters].toSorted()]);
}
