import { firstDifferences, type Difference } from './first-difference';
import { gathered, type Seen } from './seen';

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
    shows: /^GitLab, to (nobody|somebody) \/projects\/gitlab-org%2F[\w-]+\/issues\/\d+\/notes(\/<id>)?$/,
    because: 'The announcement on the issue of the release counts its security fixes, and names none.',
  },
  {
    shows: /^GitLab, to (nobody|somebody) \/projects\/gitlab-org%2Fgitaly\/repository\/commits(\/|$)/,
    because: 'The newest commits of the default branch are others.',
  },
];

/** Ids of objects, long and short, checksums and sizes: what differs wherever content does. */
const FOLLOWS = /\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|"short_id":"[0-9a-f]+"|"size":\d+|"bytes":\d+/g;

export type Everything = Readonly<Record<string, Seen>>;

/** By `gateway GET /api/v1/embargoes`: what shows something else in the one world than in the other, ids of objects aside. */
export function differences(
  without: Everything,
  withFixes: Everything,
): Readonly<Record<string, Difference>> {
  const found: Record<string, Difference> = {};
  for (const surface of Object.keys(without)) {
    const [one, other] = [told(without[surface] ?? {}), told(withFixes[surface] ?? {})];
    for (const [where, difference] of Object.entries(firstDifferences(one, other)))
      found[`${surface} ${where}`] = difference;
  }
  return found;
}

function told(seen: Seen): Seen {
  return gathered(Object.entries(seen).map(([where, text]) => [following(where), following(text)]));
}

function following(text: string): string {
  return text.replaceAll(FOLLOWS, '<object>').split('\n').toSorted().join('\n');
}
