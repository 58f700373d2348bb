import { relationKey, type HeadPair, type Relation } from '../../domain/mirror/mirror-plan';
import { outsideDown } from '../errors';
import type { Mirror, Side } from './mirror';

/** How each side's head stands to canonical's. Objects are fetched as far as they are needed: a side that is behind has nothing new. */
export async function relateHeads(
  mirror: Mirror,
  pairs: readonly HeadPair[],
): Promise<Readonly<Record<string, Relation>>> {
  await fetchFor(mirror, 'canonical', pairs);
  const relations: Record<string, Relation> = {};
  const open: HeadPair[] = [];
  for (const pair of pairs) {
    if (await isBehind(mirror, pair)) relations[relationKey(pair)] = 'behind';
    else open.push(pair);
  }
  for (const side of ['security', 'build'] as const)
    await fetchFor(
      mirror,
      side,
      open.filter((pair) => pair.side === side),
    );
  for (const pair of open) relations[relationKey(pair)] = await relationOf(mirror, pair);
  return relations;
}

async function fetchFor(mirror: Mirror, side: Side, pairs: readonly HeadPair[]): Promise<void> {
  const refs = [...new Set(pairs.map(({ ref }) => ref))];
  if (refs.length > 0) await mirror.fetchRefs(side, refs);
}

async function isBehind(mirror: Mirror, { from, to, ref }: HeadPair): Promise<boolean> {
  if ((await mirror.resolve(to)) === undefined) throw hasMoved(mirror.urlOf('canonical'), ref);
  return (await mirror.resolve(from)) !== undefined && mirror.isAncestor(from, to);
}

async function relationOf(mirror: Mirror, { from, to, ref, side }: HeadPair): Promise<Relation> {
  if ((await mirror.resolve(from)) === undefined) throw hasMoved(mirror.urlOf(side), ref);
  if (await mirror.isAncestor(from, to)) return 'behind';
  return (await mirror.isAncestor(to, from)) ? 'ahead' : 'diverged';
}

/** Rewritten between the question and the fetch. */
function hasMoved(url: string, ref: string): Error {
  return outsideDown({
    where: `${url} ${ref}`,
    what: 'it has moved while it was looked at',
    remedy: 'It is looked at again',
  });
}
