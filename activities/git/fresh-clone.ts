import type { Mirror } from './mirror';
import { freshPublicStore, type PublicStore } from './public-store';
import { reasonsToDoubt } from './trusted-git';

/** A clone that is level with both sides of a project. */
export interface FreshClone {
  readonly directory: string;
  readonly store: PublicStore;
  /** Why git's answers cannot be trusted here. */
  readonly doubts: readonly string[];
}

export async function freshClone(mirror: Mirror): Promise<FreshClone> {
  await Promise.all([mirror.fetch('canonical'), mirror.fetch('security')]);
  const store = await freshPublicStore(mirror);
  const { directory } = mirror;
  const doubts = await Promise.all([directory, store.directory].map(reasonsToDoubt));
  return { directory, store, doubts: doubts.flat() };
}
