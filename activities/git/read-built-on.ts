import type { RecipeTopic } from '../../domain/embargo/composition';
import type { BuiltOn } from '../../domain/embargo/entangled-topics';
import type { Mirror } from './mirror';
import { linesOf } from './run-git';

/** A topic, and the commits that it has and canonical has not. */
interface Holding {
  readonly topic: RecipeTopic;
  readonly commits: ReadonlySet<string>;
}

/**
 * Which topics of a project hold commits of which others. A topic inside another one is not built on it. Where each has
 * commits of its own besides those they share, nobody can tell whose these are, so each is built on the other.
 */
export async function readBuiltOn(
  mirror: Mirror,
  topics: readonly RecipeTopic[],
): Promise<readonly BuiltOn[]> {
  const holdings = await Promise.all(
    topics.map(async (topic): Promise<Holding> => {
      const args = ['rev-list', topic.head, '--not', '--glob=refs/sides/canonical/*'];
      return { topic, commits: new Set(linesOf(await mirror.git(args))) };
    }),
  );
  return holdings.map((one) => ({
    embargo: one.topic.embargo,
    builtOn: [
      ...new Set(holdings.filter((other) => isBuiltOn(one, other)).map(({ topic: { embargo } }) => embargo)),
    ],
  }));
}

function isBuiltOn(one: Holding, other: Holding): boolean {
  if (one.topic.embargo === other.topic.embargo) return false;
  const isInside = other.commits.has(one.topic.head) && one.topic.head !== other.topic.head;
  return !isInside && [...one.commits].some((commit) => other.commits.has(commit));
}
