import type { WantedRef } from './push-refs';
import { readObjects } from './read-objects';

export interface PeeledRefs {
  /** Refs that do not name a commit in the way that their kind does. */
  readonly odd: readonly string[];
  /** Every tag object on the way to the commits. */
  readonly tags: ReadonlySet<string>;
}

/** Follows each ref through its tags to what it names in the end. */
export async function peelRefs(directory: string, refs: readonly WantedRef[]): Promise<PeeledRefs> {
  const tags = new Set<string>();
  const odd = new Set(refs.filter(({ ref }) => !/^refs\/(heads|tags)\/./.test(ref)).map(({ ref }) => ref));
  let ends = new Map<string, readonly WantedRef[]>();
  for (const one of refs) ends.set(one.object, [...(ends.get(one.object) ?? []), one]);
  while (ends.size > 0) {
    const next = new Map<string, readonly WantedRef[]>();
    const named = ends;
    await readObjects({ directory, ids: [...named.keys()] }, ({ id, type, content }) => {
      const of = named.get(id) ?? [];
      if (type === 'tag') {
        tags.add(id);
        for (const { ref } of of) if (ref.startsWith('refs/heads/')) odd.add(ref);
        const target = /^object ([0-9a-f]+)$/m.exec(content.toString('latin1'))?.[1] ?? '';
        next.set(target, [...(next.get(target) ?? []), ...of]);
      } else if (type !== 'commit') for (const { ref } of of) odd.add(ref);
    });
    ends = next;
  }
  return { odd: [...odd], tags };
}
