import type { ClaimJudgement, FactsUnderLock } from '../domain/embargo/claim-judgement';
import type { Embargo } from '../domain/embargo/embargo';
import { ExplainedError } from '../domain/explained-error';
import { ENGINE } from '../domain/release/release';
import { STAGE } from '../domain/version/number';
import type { Queryable, Statement } from './database';
import { lockRegistry } from './embargo-registry';
import { allEmbargoes, moveEmbargo } from './embargoes';
import { lockUnit, refuseOthers, setState, type PublicationStep } from './locked-unit';
import { appendLines } from './transitions';
import { claimedNumbers, PRODUCT_LINE } from './versions';

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

/** The same as `overtakenVersions` of domain/version/superset.ts, under the lock; test/records holds the two together. */
const OVERTAKEN: Statement = {
  name: 'publication.overtaken',
  text: `SELECT DISTINCT mine.product_version AS version FROM versions mine
    JOIN versions other ON other.line = mine.line AND other.minor = mine.minor
    WHERE mine.release = $1 AND mine.product_version = ANY($2) AND mine.state <> 'published'
      AND CASE WHEN other.state IN ('burned', 'withdrawn') THEN other.sort_key = mine.composed_on
        ELSE other.release <> mine.release AND other.state IN ('publishing', 'published')
          AND (other.sort_key[4] <> ${STAGE.internal} OR mine.sort_key[4] = ${STAGE.internal})
          AND (mine.composed_on IS NULL OR other.sort_key > mine.sort_key OR other.sort_key > mine.composed_on)
        END
    ORDER BY version`,
};
/** Those of the same minors; and first versions, where somebody has to cover them who did not. */
const UNFINISHED: Statement = {
  name: 'publication.unfinished',
  text: `SELECT DISTINCT other.release FROM versions other
    WHERE other.release <> $1 AND other.state = 'publishing' AND other.sort_key[4] <> ${STAGE.internal}
      AND ($3 AND other.line = '${PRODUCT_LINE}' AND other.sort_key[3] = 0 AND other.sort_key[4] = ${STAGE.final}
        OR EXISTS (SELECT FROM versions mine WHERE mine.line = other.line AND mine.minor = other.minor
          AND mine.release = $1 AND mine.product_version = ANY($2)))
    ORDER BY other.release`,
};

const NOTHING: ClaimJudgement = { moved: [], lacking: [], unfinished: [], discloses: [] };

/** See `Publication.claim`. */
export async function claimUnit(transaction: Queryable, step: ClaimStep): Promise<Claim> {
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
    await setState(transaction, step, 'publishing');
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
