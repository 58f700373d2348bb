import { claimUnit, type Claim, type ClaimStep } from './claim-unit';
import type { Database, Queryable } from './database';
import { lockUnit, refuseOthers, setState, type PublicationStep } from './locked-unit';
import { appendLines } from './transitions';
import { markWithdrawn, withdraw } from './withdraw-unit';

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

export function createPublication(database: Database): Publication {
  return {
    claim: (step) => database.transaction((transaction) => claimUnit(transaction, step)),
    markPublished: (step) => database.transaction((transaction) => markPublished(transaction, step)),
    withdraw: (step) => database.transaction((transaction) => withdraw(transaction, step)),
    markWithdrawn: (step) => database.transaction((transaction) => markWithdrawn(transaction, step)),
  };
}

async function markPublished(transaction: Queryable, step: PublicationStep): Promise<string> {
  const unit = await lockUnit(transaction, step);
  refuseOthers(step, { unit, allowed: ['publishing', 'published'] });
  await setState(transaction, step, 'published');
  const at = await appendLines(transaction, step);
  return unit.find(({ state }) => state === 'published')?.changedAt ?? at;
}
