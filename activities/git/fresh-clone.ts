import type { Mirror } from './mirror';
import { publicStoreAt, reasonsToDoubtStore, type PublicStore } from './public-store';
import { topicBranches, type TopicBranch } from './topic-branches';
import { reasonsToDoubt } from './trusted-git';

/** A clone that is level with both sides of a project. */
export interface FreshClone {
  readonly directory: string;
  readonly store: PublicStore;
  /** Why git's answers cannot be trusted here. */
  readonly doubts: readonly string[];
  /** Branches of topics on security. */
  readonly topics: readonly TopicBranch[];
  /** Those on canonical, where none belongs. */
  readonly publicTopics: readonly TopicBranch[];
}

/**
 * Security first, and what is on it read before canonical is fetched: so what came to a topic from canonical is known to be
 * public, however late it came, and though others fetch security meanwhile.
 */
export async function freshClone(mirror: Mirror): Promise<FreshClone> {
  const { directory } = mirror;
  const topics = await mirror.fetchBoth(() => topicBranches(directory, 'refs/sides/security/heads/'));
  const store = publicStoreAt(mirror.publicDirectory);
  const [doubts, publicDoubts, publicTopics] = await Promise.all([
    reasonsToDoubt(directory),
    reasonsToDoubtStore(store.directory),
    topicBranches(store.directory, 'refs/heads/'),
  ]);
  return { directory, store, doubts: [...doubts, ...publicDoubts], topics, publicTopics };
}
