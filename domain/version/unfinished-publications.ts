import type { RegisteredVersion } from './superset';

/** A claimed release that shows a fix which another one has begun to disclose: in its versions, or in a topic that it merges. */
export interface BorrowedFix {
  readonly release: string;
  readonly fix: string;
  /** The release that discloses it. */
  readonly plan: string;
}

/**
 * Releases whose claimed publication has to be finished before this one's: its versions contain theirs, or it shows a fix that
 * they disclose. A claimed unit is complete and approved, so whoever needs it public carries it out, with the same keys and the same
 * bytes, and waits for nobody. In the order in which they can be carried out.
 */
export function unfinishedPublications(
  release: string,
  claims: {
    readonly registered: readonly RegisteredVersion[];
    /** Of disclosures that have begun and not ended. */
    readonly borrowed: readonly BorrowedFix[];
  },
): readonly string[] {
  const seen = new Set<string>();
  const inOrder: string[] = [];
  const visit = (one: string): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const below of neededBy(one, claims)) visit(below);
    inOrder.push(one);
  };
  visit(release);
  return inOrder.slice(0, -1);
}

function neededBy(
  release: string,
  {
    registered,
    borrowed,
  }: { readonly registered: readonly RegisteredVersion[]; readonly borrowed: readonly BorrowedFix[] },
): readonly string[] {
  const bases = registered.filter((row) => row.release === release && row.composedOn !== undefined);
  const under = registered.filter(
    (row) =>
      row.state === 'publishing' &&
      bases.some(({ line, composedOn }) => row.line === line && row.number === composedOn),
  );
  const lent = borrowed.filter((each) => each.release === release).map(({ plan }) => plan);
  return [...under.map((row) => row.release), ...lent];
}
