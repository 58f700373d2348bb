import type { RevertAcceptance, RevertedFix, StandingRevert } from '../domain/fix/reverted-fix';
import type { Database, Statement } from './database';
import { changeRegistry, type RegistryChange } from './embargo-registry';

/** A reverted fix as the last look at its project has found it. */
export interface FoundRevert extends StandingRevert {
  /** ISO 8601; when it was found first. */
  readonly since: string;
}

/** What is accepted: a fix may be gone with a commit, on whichever branch that is. */
export type AcceptedRevert = Pick<RevertedFix, 'embargo' | 'project' | 'commit'>;

export interface Reverts {
  /** What a look at a project has found, in place of what the look before it found. */
  note(found: { readonly project: string; readonly reverts: readonly RevertedFix[] }): Promise<void>;
  /** By embargo, project and branch. */
  all(): Promise<readonly FoundRevert[]>;
  /** Stands in the history of the embargo. */
  accept(change: RegistryChange & Pick<RevertedFix, 'project' | 'commit'>): Promise<void>;
  accepted(): Promise<readonly AcceptedRevert[]>;
}

const ACCEPTED = 'revert_accepted';

const FORGET: Statement = {
  name: 'reverts.forget',
  text: `DELETE FROM reverted_fixes WHERE project = $1
    AND (embargo, branch) NOT IN (SELECT r.embargo, r.branch FROM jsonb_to_recordset($2) AS r(embargo text, branch text))`,
};
const NOTE: Statement = {
  name: 'reverts.note',
  text: `INSERT INTO reverted_fixes (embargo, project, branch, line, merged, commit, is_merge)
    SELECT r.embargo, $1, r.branch, r.line, r.merged, r.commit, r."isMerge"
      FROM jsonb_to_recordset($2) AS r(embargo text, branch text, line text, merged text, commit text, "isMerge" boolean)
    ON CONFLICT (embargo, project, branch) DO UPDATE
      SET line = excluded.line, merged = excluded.merged, commit = excluded.commit, is_merge = excluded.is_merge,
        found_at = CASE WHEN reverted_fixes.commit = excluded.commit THEN reverted_fixes.found_at ELSE now() END`,
};
const ALL: Statement = {
  name: 'reverts.all',
  text: `SELECT r.embargo, r.project, r.branch, r.line, r.merged, r.commit, r.is_merge AS "isMerge", r.found_at AS since,
      (SELECT jsonb_build_object('by', h.actor, 'reason', h.reason,
          'at', to_char(h.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        FROM embargo_history h
        WHERE h.embargo = r.embargo AND h.act = '${ACCEPTED}'
          AND h.details = jsonb_build_object('project', r.project, 'commit', r.commit)
        ORDER BY h.ordinal LIMIT 1) AS acceptance
    FROM reverted_fixes r ORDER BY r.embargo, r.project, r.branch`,
};
const ALL_ACCEPTED: Statement = {
  name: 'reverts.accepted',
  text: `SELECT embargo, details ->> 'project' AS project, details ->> 'commit' AS commit
    FROM embargo_history WHERE act = '${ACCEPTED}' ORDER BY at, key`,
};

export function createReverts(database: Database): Reverts {
  return {
    note: ({ project, reverts }) =>
      database.transaction(async (transaction) => {
        const found = JSON.stringify(reverts);
        await transaction.rows(FORGET, [project, found]);
        await transaction.rows(NOTE, [project, found]);
      }),
    all: async () => {
      const rows = await database.rows<RevertRow>(ALL, []);
      return rows.map(({ acceptance, ...row }) => (acceptance === null ? row : { ...row, acceptance }));
    },
    accept: async ({ project, commit, ...change }) => {
      const act = { ...change, act: ACCEPTED, details: { project, commit } };
      await changeRegistry(database, act, async () => undefined);
    },
    accepted: () => database.rows<AcceptedRevert>(ALL_ACCEPTED, []),
  };
}

type RevertRow = Omit<FoundRevert, 'acceptance'> & { readonly acceptance: RevertAcceptance | null };
