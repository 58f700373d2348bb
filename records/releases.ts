import type { ReleaseKind } from '../domain/release/milestones';
import type { Actor, ReleaseSettings } from '../domain/release/release';
import { RecordsConflict, type Queryable, type Statement } from './database';

/** A release as it was started. Never changed. */
export interface ReleaseRow {
  /** Workflow id: `patch:7`, `monthly:18.7`. */
  readonly id: string;
  readonly kind: ReleaseKind;
  readonly title: string;
  /** What the person's request was keyed with, so that asking twice starts one. */
  readonly requestKey: string;
  readonly settings: ReleaseSettings;
  readonly startedBy: Actor;
  /** ISO 8601. */
  readonly startedAt: string;
}

export type NewRelease = Omit<ReleaseRow, 'startedAt'>;

/** A release whose own record says that it has come to a state. */
export interface ReachedRow extends Pick<ReleaseRow, 'id' | 'kind' | 'requestKey'> {
  readonly to: string;
}

export interface Releases {
  /** The serial of this request: the next of its kind, without gaps; the same again for the same key. */
  nextSerial(input: { readonly kind: ReleaseKind; readonly requestKey: string }): Promise<number>;
  /**
   * Records the release, or finds the one that the same request key started.
   * @throws RecordsConflict when the key started another release, or another key started this one
   */
  open(release: NewRelease): Promise<ReleaseRow>;
  find(id: string): Promise<ReleaseRow | undefined>;
  findByRequestKey(requestKey: string): Promise<ReleaseRow | undefined>;
  /** Newest first. */
  list(): Promise<readonly ReleaseRow[]>;
  /** Those that have come to some states, of every kind; once for each state, in any order. */
  reached(states: readonly string[]): Promise<readonly ReachedRow[]>;
  /** Whose releases they are; undefined before the first. */
  product(): Promise<string | undefined>;
}

const COLUMNS = `workflow_id AS id, kind, title, request_key AS "requestKey", settings,
  started_by AS "startedBy", started_at AS "startedAt"`;

const NEXT_SERIAL: Statement = { name: 'serials.next', text: 'SELECT next_serial($1, $2) AS serial' };
const OPEN: Statement = {
  name: 'releases.open',
  text: `INSERT INTO releases (workflow_id, kind, title, request_key, settings, started_by)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
};
const CLAIMANTS: Statement = {
  name: 'releases.claimants',
  text: `SELECT ${COLUMNS} FROM releases WHERE workflow_id = $1 OR request_key = $2`,
};
const FIND: Statement = {
  name: 'releases.find',
  text: `SELECT ${COLUMNS} FROM releases WHERE workflow_id = $1`,
};
const FIND_BY_KEY: Statement = {
  name: 'releases.find-by-key',
  text: `SELECT ${COLUMNS} FROM releases WHERE request_key = $1`,
};
const LIST: Statement = {
  name: 'releases.list',
  text: `SELECT ${COLUMNS} FROM releases ORDER BY started_at DESC, workflow_id`,
};
const REACHED: Statement = {
  name: 'releases.reached',
  text: `SELECT DISTINCT r.workflow_id AS id, r.kind, r.request_key AS "requestKey", t.to_state AS "to"
    FROM releases r JOIN transitions t ON t.release = r.workflow_id AND t.workflow_id = r.workflow_id
    WHERE t.to_state = ANY($1)`,
};

const PRODUCT: Statement = {
  name: 'releases.product',
  text: `SELECT settings->>'product' AS product FROM releases ORDER BY started_at LIMIT 1`,
};

/** Releases that are under way at one time, with room. */
const REMEMBERED = 200;

export function createReleases(database: Queryable): Releases {
  return {
    nextSerial: (input) => nextSerial(database, input),
    open: (release) => openRelease(database, release),
    find: remembering(async (id) => (await database.rows<ReleaseRow>(FIND, [id]))[0]),
    findByRequestKey: async (key) => (await database.rows<ReleaseRow>(FIND_BY_KEY, [key]))[0],
    list: () => database.rows<ReleaseRow>(LIST, []),
    reached: (states) => database.rows<ReachedRow>(REACHED, [states]),
    product: async () => (await database.rows<{ product: string }>(PRODUCT, []))[0]?.product,
  };
}

/** A release never changes once it is recorded, and the gate asks for it before every public text. */
function remembering(find: Releases['find']): Releases['find'] {
  const known = new Map<string, ReleaseRow>();
  return async (id) => {
    const row = known.get(id) ?? (await find(id));
    if (row === undefined) return undefined;
    known.set(id, row);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return row;
  };
}

async function nextSerial(
  database: Queryable,
  input: { readonly kind: ReleaseKind; readonly requestKey: string },
): Promise<number> {
  const [row] = await database.rows<{ serial: number }>(NEXT_SERIAL, [input.kind, input.requestKey]);
  if (row === undefined) throw new Error('next_serial answers one row');
  return row.serial;
}

async function openRelease(database: Queryable, release: NewRelease): Promise<ReleaseRow> {
  const { id, kind, title, requestKey, settings, startedBy } = release;
  const values = [id, kind, title, requestKey, JSON.stringify(settings), JSON.stringify(startedBy)];
  const [opened] = await database.rows<ReleaseRow>(OPEN, values);
  if (opened !== undefined) return opened;

  const claimants = await database.rows<ReleaseRow>(CLAIMANTS, [id, requestKey]);
  const first = claimants.find((row) => row.id === id && row.requestKey === requestKey);
  if (first !== undefined) return first;
  throw startedDifferently(release, claimants[0]);
}

function startedDifferently(release: NewRelease, other: ReleaseRow | undefined): RecordsConflict {
  if (other?.id === release.id) {
    return new RecordsConflict({
      where: `release ${release.id}`,
      what: `${other.startedBy.id} started it already, at ${other.startedAt}`,
      remedy: 'Look at that one; a release is started once',
    });
  }
  return new RecordsConflict({
    where: `request key ${release.requestKey}`,
    what: `it started ${other?.id ?? 'another release'}, and now asks for ${release.id}`,
    remedy: 'Use a new key for a new release',
  });
}
