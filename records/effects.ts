import type { Queryable, Statement } from './database';
import type { Lines } from './transitions';

/** Where a thing made may be seen: on the private repositories only, or by everybody. */
export type Visibility = 'private' | 'public';

export interface MadeTag {
  readonly project: string;
  readonly name: string;
  /** The commit, peeled. */
  readonly sha: string;
  readonly state: Visibility;
}

export interface MadePackage {
  readonly project: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly state: Visibility;
}

/** What was made of a version, written with the effect that made it. */
export interface Artifacts {
  /** The product's version. */
  readonly version: string;
  readonly tags?: readonly MadeTag[];
  readonly packages?: readonly MadePackage[];
}

export interface EffectRecord<T> extends Lines {
  /** Business key: `patch:7/tag/gitlab/v18.6.2-ee`. */
  readonly key: string;
  readonly step: string;
  readonly target: string;
  /** Data that a second attempt makes again, byte for byte; so no instants. */
  readonly result: T & { readonly at?: never };
  readonly artifacts?: Artifacts;
}

/** The result, and when it was first recorded. ISO 8601. */
export type Recorded<T> = T & { readonly at: string };

/** An effect as it is read again. */
export interface EffectDone {
  readonly step: string;
  readonly target: string;
  readonly result: object;
  /** ISO 8601 */
  readonly at: string;
}

export interface Effects {
  /** What a release has done at some step, oldest first. */
  ofStep(input: { readonly release: string; readonly step: string }): Promise<readonly EffectDone[]>;
  find<T extends object>(key: string): Promise<Recorded<T> | undefined>;
  /**
   * Writes the effect, what it made and its lines of the record, all or nothing. Found again when it is there already.
   * @throws RecordsConflict when the key, a tag, a package or a line is there with other content
   */
  record<T extends object>(effect: EffectRecord<T>): Promise<Recorded<T>>;
}

const FIND: Statement = {
  name: 'effects.find',
  text: 'SELECT result, made_at AS at FROM effects WHERE key = $1',
};
const OF_STEP: Statement = {
  name: 'effects.of-step',
  text: 'SELECT step, target, result, made_at AS at FROM effects WHERE release = $1 AND step = $2 ORDER BY made_at, key',
};
const RECORD: Statement = {
  name: 'effects.record',
  text: 'SELECT record_effect($1, $2, $3, $4, $5, $6, $7) AS at',
};
const RECORD_WITH_ARTIFACTS: Statement = {
  name: 'effects.record-with-artifacts',
  text: `SELECT record_effect($1, $2, $3, $4, $5, $6, $7) AS at, record_artifacts($2, $8, $9, $10)`,
};

export function createEffects(database: Queryable): Effects {
  return {
    ofStep: ({ release, step }) => database.rows<EffectDone>(OF_STEP, [release, step]),
    find: (key) => findEffect(database, key),
    record: (effect) => recordEffect(database, effect),
  };
}

export async function findEffect<T extends object>(
  database: Queryable,
  key: string,
): Promise<Recorded<T> | undefined> {
  const [row] = await database.rows<{ result: T; at: string }>(FIND, [key]);
  return row === undefined ? undefined : { ...row.result, at: row.at };
}

/** For writers that record within a transaction of their own. */
export async function recordEffect<T extends object>(
  database: Queryable,
  effect: EffectRecord<T>,
): Promise<Recorded<T>> {
  const { key, release, workflowId, step, target, result, transitions, artifacts } = effect;
  const values = [
    key,
    release,
    workflowId,
    step,
    target,
    JSON.stringify(result),
    JSON.stringify(transitions),
  ];
  const [row] =
    artifacts === undefined
      ? await database.rows<{ at: string }>(RECORD, values)
      : await database.rows<{ at: string }>(RECORD_WITH_ARTIFACTS, [...values, ...artifactValues(artifacts)]);
  if (row === undefined) throw new Error('record_effect answers one row');
  return { ...result, at: row.at };
}

function artifactValues({ version, tags, packages }: Artifacts): readonly string[] {
  return [version, JSON.stringify(tags ?? []), JSON.stringify(packages ?? [])];
}
