import type { LeftOutThen } from '../domain/fix/embargo-cells';
import type { Carrier } from '../domain/fix/fix-board';
import { STAGE } from '../domain/version/number';
import type { Database, Queryable, Statement } from './database';

/** A version that has a fix under embargo composed in. */
export interface EmbargoCarrier extends Carrier {
  readonly embargo: string;
}

/** A version on whose frozen list a merge request is. */
export interface ChangeCarrier extends Carrier {
  readonly mergeRequest: number;
}

export type LeftOutNow = Pick<LeftOutThen, 'embargo' | 'verdict' | 'heads'>;

/** Which versions have which fixes. What it tells of embargoes is for the audience of each. */
export interface Fixes {
  /** Oldest closing first; burned and withdrawn versions have nothing, and internal ones are never public. */
  embargoCarriers(): Promise<readonly EmbargoCarrier[]>;
  /** Versions that were public with a fix. One that was withdrawn since is under the ones that follow it. */
  disclosingVersions(): Promise<readonly EmbargoCarrier[]>;
  /** Minors are the project's own, where it counts its own versions: so its backports are named. */
  changeCarriers(input: {
    readonly projects: readonly string[];
    readonly mergeRequests: readonly number[];
  }): Promise<readonly ChangeCarrier[]>;
  /** By releases with a version that is not burned, newest first: one that is out says still why it went without a fix. */
  leftOut(): Promise<readonly LeftOutThen[]>;
  /** What this release leaves out, in place of what it left out before. */
  noteLeftOut(input: { readonly release: string; readonly leftOut: readonly LeftOutNow[] }): Promise<void>;
}

/** @param states of versions, as a condition on `v.state` */
function embargoCarriersIn(states: string): string {
  return `SELECT v.release, v.number AS version, v.minor, v.state, v.changed_at AS at, p ->> 'project' AS project,
      t ->> 'embargo' AS embargo, t ->> 'head' AS head
    FROM effects e
    CROSS JOIN jsonb_array_elements(e.result -> 'versions') AS c
    JOIN versions v ON v.line = 'product' AND v.release = e.release AND v.number = c ->> 'version'
    CROSS JOIN jsonb_array_elements(c -> 'projects') AS p
    CROSS JOIN jsonb_array_elements(p -> 'disclosed' -> 'topics') AS t
    WHERE e.step = 'close' AND v.state ${states} AND v.sort_key[4] <> ${STAGE.internal}
    ORDER BY e.made_at, v.sort_key, project, embargo`;
}

const EMBARGO_CARRIERS: Statement = {
  name: 'fixes.embargo-carriers',
  text: embargoCarriersIn("NOT IN ('burned', 'withdrawn')"),
};
const DISCLOSING_VERSIONS: Statement = {
  name: 'fixes.disclosing-versions',
  text: embargoCarriersIn("IN ('published', 'withdrawn')"),
};
const CHANGE_CARRIERS: Statement = {
  name: 'fixes.change-carriers',
  text: `SELECT v.release, v.number AS version, coalesce(own.minor, v.minor) AS minor, v.state, v.changed_at AS at,
      i.project, i.merge_request AS "mergeRequest"
    FROM inclusions i
    JOIN versions v ON v.line = 'product' AND v.release = i.release AND v.number = i.product_version
    LEFT JOIN versions own ON own.line = i.project AND own.release = i.release AND own.product_version = i.product_version
    WHERE i.project = ANY($1) AND i.merge_request = ANY($2) AND v.state NOT IN ('burned', 'withdrawn')
    ORDER BY v.sort_key`,
};
const LEFT_OUT: Statement = {
  name: 'fixes.left-out',
  text: `SELECT f.release, f.embargo, f.verdict, f.heads, f.at FROM fixes_left_out f
    WHERE EXISTS (SELECT FROM versions v WHERE v.release = f.release AND v.state NOT IN ('burned', 'withdrawn'))
    ORDER BY f.at DESC, f.release`,
};
const FORGET_LEFT_OUT: Statement = {
  name: 'fixes.forget-left-out',
  text: 'DELETE FROM fixes_left_out WHERE release = $1 AND embargo <> ALL($2)',
};
const NOTE_LEFT_OUT: Statement = {
  name: 'fixes.note-left-out',
  text: `INSERT INTO fixes_left_out (release, embargo, verdict, heads)
    SELECT $1, l.embargo, l.verdict, l.heads
      FROM jsonb_to_recordset($2) AS l(embargo text, verdict jsonb, heads text[])
    ON CONFLICT (release, embargo)
      DO UPDATE SET verdict = excluded.verdict, heads = excluded.heads, at = now()`,
};

/** See {@link Fixes.disclosingVersions}. */
export function disclosingVersions(database: Queryable): Promise<readonly EmbargoCarrier[]> {
  return database.rows<EmbargoCarrier>(DISCLOSING_VERSIONS, []);
}

export function createFixes(database: Database): Fixes {
  return {
    embargoCarriers: () => database.rows<EmbargoCarrier>(EMBARGO_CARRIERS, []),
    disclosingVersions: () => disclosingVersions(database),
    changeCarriers: ({ projects, mergeRequests }) =>
      database.rows<ChangeCarrier>(CHANGE_CARRIERS, [projects, mergeRequests]),
    leftOut: () => database.rows<LeftOutThen>(LEFT_OUT, []),
    noteLeftOut: ({ release, leftOut }) =>
      database.transaction(async (transaction) => {
        await transaction.rows(FORGET_LEFT_OUT, [release, leftOut.map(({ embargo }) => embargo)]);
        await transaction.rows(NOTE_LEFT_OUT, [release, JSON.stringify(leftOut)]);
      }),
  };
}
