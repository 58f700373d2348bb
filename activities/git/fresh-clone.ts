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

/** Security first: what came from canonical to security is known to be public then, however late it came. */
export async function fetchSides(mirror: Mirror): Promise<void> {
  await mirror.fetch('security');
  await mirror.fetch('canonical');
}

export async function freshClone(mirror: Mirror): Promise<FreshClone> {
  await fetchSides(mirror);
  const { directory } = mirror;
  const store = publicStoreAt(mirror.publicDirectory);
  const [doubts, publicDoubts, topics, publicTopics] = await Promise.all([
    reasonsToDoubt(directory),
    reasonsToDoubtStore(store.directory),
    topicBranches(directory, 'refs/sides/security/heads/'),
    topicBranches(store.directory, 'refs/heads/'),
  ]);
  return { directory, store, doubts: [...doubts, ...publicDoubts], topics, publicTopics };
}
