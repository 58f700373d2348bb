/** Small seeded generator (mulberry32): the same seed tells the same story on every machine. */
export interface Random {
  /** 0 ≤ n < 1 */
  next(): number;
  /** low ≤ n ≤ high */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

const { imul } = Math;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
