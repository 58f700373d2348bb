/** What was read, by where. */
export type Seen = Readonly<Record<string, string>>;

/** Places that are called the same are one, and show what all of them do. */
export function gathered(entries: Iterable<readonly [where: string, text: string]>): Seen {
  const found = new Map<string, readonly string[]>();
  for (const [where, text] of entries) found.set(where, [...(found.get(where) ?? []), text]);
  return Object.fromEntries([...found].map(([where, texts]) => [where, texts.toSorted().join('\n')]));
}
