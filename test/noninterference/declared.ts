import type { Seen } from './seen';

/** What everybody may see once a fix is disclosed, and nothing else. */
export interface Declared {
  /** Matches what {@link differences} names. */
  readonly shows: RegExp;
  readonly because: string;
}

/** In a world where the fix of gitaly is out. Ids of objects and checksums are no difference by themselves: they follow. */
export const DECLARED: readonly Declared[] = [
  { shows: /^clones gitlab-org\/gitaly$/, because: 'A clone brings the fix.' },
  { shows: /^objects gitlab-org\/gitaly$/, because: 'Its objects are public.' },
  { shows: /^objects asked for gitlab-org\/gitaly <object>$/, because: 'They are given by their ids.' },
  {
    shows: /^GitLab, to (nobody|somebody) \/projects\/gitlab-org%2Fgitaly\/repository\/(branches|tree)$/,
    because: 'It is on the default branch.',
  },
  {
    shows: /^GitLab, to (nobody|somebody) \/projects\/gitlab-org%2Fgitaly\/repository\/commits(\/|$)/,
    because: 'The newest commits of the default branch are others.',
  },
];

/** Ids of objects, long and short, checksums and sizes: what differs wherever content does. */
const FOLLOWS = /\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|"short_id":"[0-9a-f]+"|"size":\d+|"bytes":\d+/g;

export type Everything = Readonly<Record<string, Seen>>;

/** `gateway GET /api/v1/embargoes`, of every place that shows something else in the one world than in the other. */
export function differences(without: Everything, withFixes: Everything): readonly string[] {
  const found: string[] = [];
  for (const surface of Object.keys(without)) {
    const [one, other] = [without[surface] ?? {}, withFixes[surface] ?? {}];
    for (const where of new Set([...Object.keys(one), ...Object.keys(other)]))
      if (told(one[where]) !== told(other[where])) found.push(`${surface} ${told(where)}`);
  }
  return [...new Set(found)].toSorted();
}

function told(text: string | undefined): string | undefined {
  return text?.replaceAll(FOLLOWS, '<object>');
}
