import type { Mirror } from './mirror';
import { linesOf } from './run-git';
import { topicsAhead } from './topic-heads';

/** The head of a topic as it was disclosed. */
export interface TopicHead {
  readonly embargo: string;
  readonly head: string;
}

/** How a fix came to a branch. */
export interface FixArrival extends TopicHead {
  /** The merge that brought it; its own head where no merge did. */
  readonly merged: string;
  /** What it was written on: between that and its head is what it changes. */
  readonly before: string;
}

/** By topic, on all branches that were looked at: how it came to one of them never changes, and asking for it reads the whole history. */
const KNOWN = new WeakMap<Mirror, Map<string, readonly FixArrival[]>>();

/** Of the topics that a commit contains, in the order given. What the clone does not have is contained in nothing. */
export async function fixArrivals(
  mirror: Mirror,
  { head, topics }: { readonly head: string; readonly topics: readonly TopicHead[] },
): Promise<readonly FixArrival[]> {
  const contained = await containedTopics(mirror, { head, topics });
  const known = KNOWN.get(mirror) ?? new Map<string, readonly FixArrival[]>();
  KNOWN.set(mirror, known);
  const before = contained.flatMap((topic) => known.get(topic.head) ?? []);
  const merges = before.map(({ embargo, merged }) => ({ embargo, head: merged }));
  const here = new Set((await containedTopics(mirror, { head, topics: merges })).map((merge) => merge.head));
  const arrivals = new Map(
    before.filter(({ merged }) => here.has(merged)).map((arrival) => [arrival.head, arrival]),
  );
  const unknown = contained.filter((topic) => !arrivals.has(topic.head));
  for (const arrival of await readArrivals(mirror, { head, topics: unknown })) {
    arrivals.set(arrival.head, arrival);
    known.set(arrival.head, [...(known.get(arrival.head) ?? []), arrival]);
  }
  return contained.flatMap(({ embargo, head: topic }) => {
    const arrival = arrivals.get(topic);
    return arrival === undefined ? [] : [{ ...arrival, embargo }];
  });
}

/** Those that a commit has, in the order given. What the clone does not have is contained in nothing. */
export async function containedTopics<T extends { readonly head: string }>(
  mirror: Mirror,
  { head, topics }: { readonly head: string; readonly topics: readonly T[] },
): Promise<readonly T[]> {
  if (topics.length === 0) return [];
  const input = topics.map((topic) => `${topic.head}\n`).join('');
  const there = new Set(
    linesOf(await mirror.git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input })),
  );
  const here = topics.filter((topic) => there.has(`${topic.head} commit`));
  const ahead = new Set(await topicsAhead(mirror, { of: head, topics: here }));
  return here.filter((topic) => !ahead.has(topic));
}

async function readArrivals(
  mirror: Mirror,
  { head, topics }: { readonly head: string; readonly topics: readonly TopicHead[] },
): Promise<readonly FixArrival[]> {
  if (topics.length === 0) return [];
  const wanted = new Map(topics.map((topic) => [topic.head, topic.embargo]));
  const merges = new Map<string, { readonly merged: string; readonly onto: string }>();
  // Newest first: of several merges of the same topic the oldest has brought it.
  for (const row of linesOf(await mirror.git(['rev-list', '--merges', '--parents', '--topo-order', head]))) {
    const [merged = '', onto = '', ...others] = row.split(' ');
    for (const other of others) if (wanted.has(other)) merges.set(other, { merged, onto });
  }
  const arrivals = topics.map(async ({ embargo, head: topic }) => {
    const merge = merges.get(topic);
    const before = await writtenOn(mirror, { topic, onto: merge?.onto });
    return before === undefined ? [] : [{ embargo, head: topic, merged: merge?.merged ?? topic, before }];
  });
  return (await Promise.all(arrivals)).flat();
}

/** Where no merge brought it, somebody has pushed it as it is: its last commit is what can be told of it. */
async function writtenOn(
  mirror: Mirror,
  { topic, onto }: { readonly topic: string; readonly onto: string | undefined },
): Promise<string | undefined> {
  if (onto === undefined) return mirror.resolve(`${topic}^1`);
  return (await mirror.git(['merge-base', onto, topic])).trim();
}
