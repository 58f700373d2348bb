import { RecordsConflict, type Queryable, type Statement } from './database';
import { lockUnit, refuseOthers, type PublicationStep } from './locked-unit';
import { appendLines } from './transitions';

const STANDING_ON: Statement = {
  name: 'publication.standing-on',
  text: `SELECT mine.line, mine.number, other.number AS above, other.release FROM versions mine
    JOIN versions other ON other.line = mine.line AND other.minor = mine.minor AND other.composed_on = mine.sort_key
    WHERE mine.release = $1 AND mine.product_version = ANY($2) AND other.state IN ('publishing', 'published')
      AND NOT (other.release = $1 AND other.product_version = ANY($2))
    ORDER BY mine.line, mine.sort_key LIMIT 1`,
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

/** See `Publication.withdraw`. */
export async function withdraw(
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

/** See `Publication.markWithdrawn`. */
export async function markWithdrawn(
  transaction: Queryable,
  step: PublicationStep & { readonly reason: string },
): Promise<string> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['published', 'withdrawn'] });
  await transaction.rows(MARK_WITHDRAWN, [step.release, step.versions, step.reason]);
  const at = await appendLines(transaction, step);
  return unit.find(({ state }) => state === 'withdrawn')?.changedAt ?? at;
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
