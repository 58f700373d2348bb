import type { Embargo } from '../domain/embargo/embargo';
import type { FloorFacts } from '../domain/internal/installed-floor';
import type { Verdict } from '../domain/verdict';
import type { Database, Queryable } from './database';
import { findEffect, recordEffect, type EffectRecord } from './effects';
import { lockRegistry } from './embargo-registry';
import { allEmbargoes } from './embargoes';
import { disclosingVersions } from './fixes';
import { offersMade } from './internal-requests';
import { appendLines } from './transitions';

export interface Offer extends Omit<EffectRecord<object>, 'result' | 'artifacts'> {
  /** Pure. Asked under the lock of the registry, of which nothing moves until the offer is written. */
  readonly judge: (facts: OfferFacts) => Verdict;
}

export interface OfferFacts extends FloorFacts {
  readonly embargoes: readonly Embargo[];
}

export interface Offered {
  readonly verdict: Verdict;
  /** ISO 8601; where it passes, when it was offered first. */
  readonly at: string;
}

/**
 * Writes that what was built is offered, or answers why it may not be. Its lines of the record are of what was before, so they
 * are written either way. What was offered once stays so, whatever becomes of its fixes.
 */
export function offerBuild(database: Database, { judge, ...offer }: Offer): Promise<Offered> {
  return database.transaction(async (transaction) => {
    await lockRegistry(transaction);
    const offered = await findEffect<Pick<Offered, 'verdict'>>(transaction, offer.key);
    const verdict = offered?.verdict ?? judge(await readOfferFacts(transaction));
    if (verdict.verdict !== 'pass') return { verdict, at: await appendLines(transaction, offer) };
    return recordEffect(transaction, { ...offer, result: { verdict } });
  });
}

/** What is known without a lock is what there was a moment ago. */
export async function readOfferFacts(database: Queryable): Promise<OfferFacts> {
  const embargoes = await allEmbargoes(database);
  const offers = await offersMade(database);
  return { embargoes, offers, published: await disclosingVersions(database) };
}
