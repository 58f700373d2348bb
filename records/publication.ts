import type { ClaimJudgement, FactsUnderLock } from '../domain/embargo/claim-judgement';
import type { Embargo } from '../domain/embargo/embargo';
import { ExplainedError } from '../domain/explained-error';
import { ENGINE, type Transition } from '../domain/release/release';
import type { VersionState } from '../domain/version/superset';
import { RecordsConflict, type Database, type Queryable, type Statement } from './database';
import { lockRegistry } from './embargo-registry';
import { allEmbargoes, moveEmbargo } from './embargoes';
import { appendLines } from './transitions';
import { claimedNumbers, lockMinors, PRODUCT_LINE } from './versions';

/** A step of a release's publication, with the lines of the record that it stands for. */
export interface PublicationStep {
  readonly release: string;
  readonly workflowId: string;
  /** Product versions. */
  readonly versions: readonly string[];
  readonly transitions: readonly Transition[];
}

export interface ClaimStep extends PublicationStep {
  /** Pure. Asked under the locks; absent: nothing is compared but the heads, and nothing disclosed. */
  readonly judge?: (facts: FactsUnderLock) => ClaimJudgement;
}

export interface Claim {
  readonly claimed: boolean;
  /**
   * Product versions that were judged to have moved, or whose minor moved on: another release has published, or is publishing,
   * something they do not contain.
   */
  readonly overtaken: readonly string[];
  /** Minors of which the unit has to have a version, and has none. */
  readonly lacking: readonly string[];
  /** Other releases whose claim has to become public before what was overtaken can be made again: it will contain theirs. */
  readonly unfinished: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

/** A rule says no to the claim, and nothing was changed. */
export class ClaimRefused extends ExplainedError {
  override readonly name = 'ClaimRefused';
}

export interface Publication {
  /**
   * Compare and set over the whole unit, with the disclosure of its fixes: every number is above the head of its minor, and
   * contains it, and nothing has moved, or nothing is claimed. What was claimed before is compared with nothing: its own claim
   * is no foreign fact. The numbers of projects that count their own go with the product version that ships them.
   * @throws RecordsConflict when a version is not this release's, or burned
   * @throws ClaimRefused when it was judged that somebody has to act first
   */
  claim(step: ClaimStep): Promise<Claim>;
  /** @returns the instant, ISO 8601; of the first time when it was marked already */
  markPublished(step: PublicationStep): Promise<string>;
  /**
   * Burns the numbers and marks their tags and packages as withdrawn. Burned ones stay burned for their first reason.
   * @throws RecordsConflict when one of the versions is published, or in a version that another release publishes
   */
  withdraw(step: PublicationStep & { readonly reason: string }): Promise<string>;
  /**
   * Marks published versions as withdrawn: they stay, with their tags and packages, and nothing is cut from them any more.
   * @returns the instant, ISO 8601; of the first time when it was marked already
   * @throws RecordsConflict when one of them is not published
   */
  markWithdrawn(step: PublicationStep & { readonly reason: string }): Promise<string>;
}

interface UnitRow {
  readonly line: string;
  readonly number: string;
  readonly minor: string;
  readonly state: VersionState;
  readonly productVersion: string;
  readonly changedAt: string;
}

const UNIT: Statement = {
  name: 'publication.unit',
  text: `SELECT line, number, minor, state, product_version AS "productVersion", changed_at AS "changedAt"
    FROM versions WHERE release = $1 AND product_version = ANY($2)`,
};
/** The same as `overtakenVersions` of domain/superset.ts, under the lock; test/records holds the two together. */
const OVERTAKEN: Statement = {
  name: 'publication.overtaken',
  text: `SELECT DISTINCT mine.product_version AS version FROM versions mine
    JOIN versions other ON other.line = mine.line AND other.minor = mine.minor
    WHERE mine.release = $1 AND mine.product_version = ANY($2) AND mine.state <> 'published'
      AND CASE WHEN other.state IN ('burned', 'withdrawn') THEN other.sort_key = mine.composed_on
        ELSE other.release <> mine.release AND other.state IN ('publishing', 'published')
          AND (other.sort_key[4] <> 2 OR mine.sort_key[4] = 2)
          AND (mine.composed_on IS NULL OR other.sort_key > mine.sort_key OR other.sort_key > mine.composed_on)
        END
    ORDER BY version`,
};
/** Those of the same minors; and first versions, where somebody has to cover them who did not. */
const UNFINISHED: Statement = {
  name: 'publication.unfinished',
  text: `SELECT DISTINCT other.release FROM versions other
    WHERE other.release <> $1 AND other.state = 'publishing' AND other.sort_key[4] <> 2
      AND ($3 AND other.line = '${PRODUCT_LINE}' AND other.sort_key[3] = 0 AND other.sort_key[4] = 1
        OR EXISTS (SELECT FROM versions mine WHERE mine.line = other.line AND mine.minor = other.minor
          AND mine.release = $1 AND mine.product_version = ANY($2)))
    ORDER BY other.release`,
};
const STANDING_ON: Statement = {
  name: 'publication.standing-on',
  text: `SELECT mine.line, mine.number, other.number AS above, other.release FROM versions mine
    JOIN versions other ON other.line = mine.line AND other.minor = mine.minor AND other.composed_on = mine.sort_key
    WHERE mine.release = $1 AND mine.product_version = ANY($2) AND other.state IN ('publishing', 'published')
      AND NOT (other.release = $1 AND other.product_version = ANY($2))
    ORDER BY mine.line, mine.sort_key LIMIT 1`,
};
const SET_STATE: Statement = {
  name: 'publication.set-state',
  text: `UPDATE versions SET state = $3, changed_at = now()
    WHERE release = $1 AND product_version = ANY($2) AND state <> $3 AND state <> 'published'`,
};
const BURN: Statement = {
  name: 'publication.burn',
  text: `UPDATE versions SET state = 'burned', reason = $3, changed_at = now()
    WHERE release = $1 AND product_version = ANY($2) AND state <> 'burned'`,
};
const MARK_WITHDRAWN: Statement = {
  name: 'publication.mark-withdrawn',
  text: `UPDATE versions SET state = 'withdrawn', reason = $3, changed_at = now()
    WHERE release = $1 AND product_version = ANY($2) AND state = 'published'`,
};
const WITHDRAW_ARTIFACTS: Statement = {
  name: 'publication.withdraw-artifacts',
  text: `WITH gone AS (
      UPDATE tags SET state = 'withdrawn' WHERE release = $1 AND product_version = ANY($2)
    )
    UPDATE packages SET state = 'withdrawn' WHERE release = $1 AND product_version = ANY($2)`,
};

export function createPublication(database: Database): Publication {
  return {
    claim: (step) => database.transaction((transaction) => claim(transaction, step)),
    markPublished: (step) => database.transaction((transaction) => markPublished(transaction, step)),
    withdraw: (step) => database.transaction((transaction) => withdraw(transaction, step)),
    markWithdrawn: (step) => database.transaction((transaction) => markWithdrawn(transaction, step)),
  };
}

const NOTHING: ClaimJudgement = { moved: [], lacking: [], unfinished: [], discloses: [] };

async function claim(transaction: Queryable, step: ClaimStep): Promise<Claim> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['reserved', 'tagged', 'built', 'publishing', 'published'] });
  // One claim after the other, of whatever minor: each moves the window that the others are compared with.
  await lockRegistry(transaction);
  const [embargoes, numbers] = [await allEmbargoes(transaction), await claimedNumbers(transaction)];
  const judged = step.judge?.({ embargoes, claimed: numbers }) ?? NOTHING;
  const isClaimed = unit.every(({ state }) => state === 'publishing' || state === 'published');
  if (!isClaimed && judged.refusal !== undefined) throw new ClaimRefused(judged.refusal);
  const overtaken = isClaimed ? [] : [...judged.moved, ...(await overtakenNow(transaction, step))];
  const { lacking, unfinished: awaited } = isClaimed ? NOTHING : judged;
  const claimed = overtaken.length + lacking.length + awaited.length === 0;
  if (claimed) {
    await transaction.rows(SET_STATE, [step.release, step.versions, 'publishing']);
    const disclosed = embargoes.filter(({ id }) => judged.discloses.includes(id));
    for (const embargo of disclosed) await beginDisclosure(transaction, { release: step.release, embargo });
  }
  const isWider = judged.moved.length + judged.lacking.length > 0;
  const others = claimed ? [] : await unfinishedNow(transaction, { step, isWider });
  const unfinished = [...new Set([...others, ...awaited])];
  const at = await appendLines(transaction, step);
  return { claimed, overtaken: [...new Set(overtaken)].toSorted(), lacking, unfinished, at };
}

async function unfinishedNow(
  transaction: Queryable,
  { step, isWider }: { readonly step: PublicationStep; readonly isWider: boolean },
): Promise<readonly string[]> {
  const keys = [step.release, step.versions, isWider];
  const rows = await transaction.rows<{ release: string }>(UNFINISHED, keys);
  return rows.map(({ release }) => release);
}

async function overtakenNow(transaction: Queryable, step: PublicationStep): Promise<readonly string[]> {
  const rows = await transaction.rows<{ version: string }>(OVERTAKEN, [step.release, step.versions]);
  return rows.map(({ version }) => version);
}

/** From here on only this release may make it public. */
async function beginDisclosure(
  transaction: Queryable,
  { release, embargo }: { readonly release: string; readonly embargo: Embargo },
): Promise<void> {
  await moveEmbargo(transaction, {
    // A leak in between is a state of its own, from which the same release goes on.
    key: `${release}/disclose/${embargo.id}/${embargo.since}`,
    embargo: embargo.id,
    actor: ENGINE,
    reason: `${release} publishes it`,
    from: embargo.state,
    to: 'disclosing',
    plan: release,
  });
}

async function markPublished(transaction: Queryable, step: PublicationStep): Promise<string> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['publishing', 'published'] });
  await transaction.rows(SET_STATE, [step.release, step.versions, 'published']);
  const at = await appendLines(transaction, step);
  return unit.find(({ state }) => state === 'published')?.changedAt ?? at;
}

async function withdraw(
  transaction: Queryable,
  step: PublicationStep & { readonly reason: string },
): Promise<string> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['reserved', 'tagged', 'built', 'publishing', 'burned'] });
  await refuseContained(transaction, step);
  await transaction.rows(BURN, [step.release, step.versions, step.reason]);
  await transaction.rows(WITHDRAW_ARTIFACTS, [step.release, step.versions]);
  return appendLines(transaction, step);
}

async function markWithdrawn(
  transaction: Queryable,
  step: PublicationStep & { readonly reason: string },
): Promise<string> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['published', 'withdrawn'] });
  await transaction.rows(MARK_WITHDRAWN, [step.release, step.versions, step.reason]);
  const at = await appendLines(transaction, step);
  return unit.find(({ state }) => state === 'withdrawn')?.changedAt ?? at;
}

/** The rows may have changed while the lock was waited for, so they are read under it. */
async function lockUnit(transaction: Queryable, step: PublicationStep): Promise<readonly UnitRow[]> {
  const keys = [step.release, step.versions];
  await lockMinors(transaction, await transaction.rows<UnitRow>(UNIT, keys));
  return transaction.rows<UnitRow>(UNIT, keys);
}

interface Unit {
  readonly unit: readonly UnitRow[];
  readonly allowed: readonly VersionState[];
}

function refuseOthers(step: PublicationStep, { unit, allowed }: Unit): void {
  for (const version of step.versions) {
    if (!unit.some((row) => row.productVersion === version)) throw notReserved(step.release, version);
  }
  const wrong = unit.find(({ state }) => !allowed.includes(state));
  if (wrong === undefined) return;
  throw new RecordsConflict({
    where: `${wrong.line} ${wrong.number} of ${step.release}`,
    what: `it is ${wrong.state} since ${wrong.changedAt}; this step wants ${allowed.join(' or ')}`,
    remedy: 'Close the release again for a new number, or look at what happened to this one',
  });
}

/** Whoever composed on a claimed version and claimed in turn makes it public, whatever becomes of its own release. */
async function refuseContained(transaction: Queryable, step: PublicationStep): Promise<void> {
  const [found] = await transaction.rows<{ line: string; number: string; above: string; release: string }>(
    STANDING_ON,
    [step.release, step.versions],
  );
  if (found === undefined) return;
  throw new RecordsConflict({
    where: `${found.line} ${found.number} of ${step.release}`,
    what: `${found.above}, which ${found.release} publishes, contains it`,
    remedy: 'Publish it: the only way is forward',
  });
}

function notReserved(release: string, version: string): RecordsConflict {
  return new RecordsConflict({
    where: `version ${version}`,
    what: `${release} has not reserved it`,
    remedy: 'A version gets its number when its release closes',
  });
}
