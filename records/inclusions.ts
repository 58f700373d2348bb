import type { Queryable, Statement } from './database';

/** A merge request that a version carries. The list is frozen when the version is closed. */
export interface Inclusion {
  /** The product's version. */
  readonly version: string;
  readonly project: string;
  /** Number within the project (iid). */
  readonly mergeRequest: number;
  readonly sha: string;
  readonly title: string;
  readonly author: string;
  readonly webUrl: string;
}

export interface Inclusions {
  ofVersion(input: { readonly version: string; readonly project?: string }): Promise<readonly Inclusion[]>;
}

const COLUMNS = `product_version AS version, project, merge_request AS "mergeRequest", sha, title, author,
  web_url AS "webUrl"`;
const OF_VERSION: Statement = {
  name: 'inclusions.of-version',
  text: `SELECT ${COLUMNS} FROM inclusions WHERE product_version = $1 AND ($2::text IS NULL OR project = $2)
    ORDER BY project, merge_request`,
};
const FREEZE: Statement = {
  name: 'inclusions.freeze',
  text: `INSERT INTO inclusions (release, product_version, project, merge_request, sha, title, author, web_url)
    SELECT $1, i.version, i.project, i."mergeRequest", i.sha, i.title, i.author, i."webUrl"
    FROM jsonb_to_recordset($2) AS i(version text, project text, "mergeRequest" integer, sha text, title text,
      author text, "webUrl" text)`,
};

export function createInclusions(database: Queryable): Inclusions {
  return {
    ofVersion: ({ version, project }) => database.rows<Inclusion>(OF_VERSION, [version, project]),
  };
}

/** Within the transaction that reserves the versions' numbers, so that it happens once. */
export async function freezeInclusions(
  database: Queryable,
  input: { readonly release: string; readonly inclusions: readonly Inclusion[] },
): Promise<void> {
  await database.rows(FREEZE, [input.release, JSON.stringify(input.inclusions)]);
}
