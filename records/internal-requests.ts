import type { InternalRequest } from '../domain/internal/internal-request';
import type { EarlierOffer } from '../domain/internal/installed-floor';
import { RecordsConflict, type Queryable, type Statement } from './database';

export interface InternalRequestRow {
  /** Workflow id: `internal:k3v9x0q2ab`. */
  readonly id: string;
  readonly requestKey: string;
  readonly request: InternalRequest;
}

export interface InternalRequests {
  /**
   * Keeps the request, or finds what the same key asked for: its id is then that of the first.
   * @throws RecordsConflict when the key asked for something else
   */
  open(row: InternalRequestRow): Promise<InternalRequestRow>;
  find(id: string): Promise<InternalRequestRow | undefined>;
  /** What was handed over, in any order. */
  offers(): Promise<readonly EarlierOffer[]>;
}

const COLUMNS = 'workflow_id AS id, request_key AS "requestKey", request';
const OPEN: Statement = {
  name: 'internal-requests.open',
  text: `INSERT INTO internal_requests (workflow_id, request_key, request)
    VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
};
const BY_KEY: Statement = {
  name: 'internal-requests.by-key',
  text: `SELECT ${COLUMNS}, request = $2::jsonb AS "isSame" FROM internal_requests WHERE request_key = $1`,
};
const FIND: Statement = {
  name: 'internal-requests.find',
  text: `SELECT ${COLUMNS} FROM internal_requests WHERE workflow_id = $1`,
};

/** Releases of an older revision have a line of their record alone. */
const OFFERS: Statement = {
  name: 'internal-requests.offers',
  text: `SELECT r.workflow_id AS release, r.request -> 'fixes' AS fixes,
      jsonb_path_query_array(r.request, '$.installations[*].name') AS installations
    FROM internal_requests r
    WHERE EXISTS (SELECT FROM effects e WHERE e.release = r.workflow_id AND e.step = 'hand-over')
      OR EXISTS (SELECT FROM transitions t WHERE t.release = r.workflow_id AND t.to_state = 'handed_over')`,
};

export function createInternalRequests(database: Queryable): InternalRequests {
  return {
    open: (row) => openRequest(database, row),
    find: async (id) => (await database.rows<InternalRequestRow>(FIND, [id]))[0],
    offers: () => offersMade(database),
  };
}

export function offersMade(database: Queryable): Promise<readonly EarlierOffer[]> {
  return database.rows<EarlierOffer>(OFFERS, []);
}

async function openRequest(database: Queryable, row: InternalRequestRow): Promise<InternalRequestRow> {
  const { id, requestKey, request } = row;
  const text = JSON.stringify(request);
  await database.rows(OPEN, [id, requestKey, text]);
  const [kept] = await database.rows<InternalRequestRow & { readonly isSame: boolean }>(BY_KEY, [
    requestKey,
    text,
  ]);
  if (kept === undefined) throw new Error(`request ${id} was neither written nor found`);
  const { isSame, ...first } = kept;
  if (isSame) return first;
  throw new RecordsConflict({
    where: `request key ${requestKey}`,
    what: `it asked for ${first.id}, and now asks for something else`,
    remedy: 'Use a new key for a new release',
  });
}
