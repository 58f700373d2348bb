import { hasEnded, type Embargo } from '../../domain/embargo/embargo';
import { DEFAULT_LINE, reachesMinor } from '../../domain/embargo/obligation';
import { isAccepted, revertWords, type RevertedFix, type RevertWords } from '../../domain/fix/reverted-fix';
import type { Project } from '../../domain/project';
import { firstOf } from '../../domain/version/naming';
import { compareNumbers } from '../../domain/version/number';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import type { Mirror } from './mirror';
import { revertedFixes, type DisclosedHead } from './reverted-fixes';
import { stableLines } from './survey-line';

type Looking = Pick<Outside, 'records' | 'mirrorOf'>;

export interface ToldRevert {
  readonly revert: RevertedFix;
  readonly words: RevertWords;
}

/**
 * Looks on every branch of a project whether it has lost a disclosed fix, and keeps what it finds.
 * @returns what nobody has accepted
 */
export async function lookForReverts(
  { records, mirrorOf }: Looking,
  project: Project,
): Promise<readonly ToldRevert[]> {
  // Read before canonical is fetched: what was disclosed by then is there.
  const embargoes = (await askRecords(() => records.embargoes.all())).filter(hasEnded);
  const topics = await disclosedTopics({ records }, { project, embargoes });
  const known = await askRecords(() => records.reverts.all());
  const mirror = mirrorOf(project);
  await mirror.fetch('canonical');
  const reverts: RevertedFix[] = [];
  for (const { branch, line } of await branchesOf(mirror, { project, topics })) {
    const head = await mirror.resolve(`refs/sides/canonical/heads/${branch}`);
    if (head === undefined) continue;
    const place = { project: project.name, branch, line, head };
    const own = topics.filter((topic) => reachesMinor(topic.line, line));
    reverts.push(...(await revertedFixes(mirror, { place, topics: own, known })));
  }
  await askRecords(() => records.reverts.note({ project: project.name, reverts }));
  const accepted = await askRecords(() => records.reverts.accepted());
  return toldReverts(
    reverts.filter((revert) => !isAccepted(revert, accepted)),
    {
      embargoes,
      canonicalUrl: mirror.urlOf('canonical'),
    },
  );
}

export function toldReverts(
  reverts: readonly RevertedFix[],
  { embargoes, canonicalUrl }: { readonly embargoes: readonly Embargo[]; readonly canonicalUrl: string },
): readonly ToldRevert[] {
  return reverts.flatMap((revert) => {
    const fix = embargoes.find(({ id }) => id === revert.embargo);
    return fix === undefined ? [] : [{ revert, words: revertWords(revert, { fix, canonicalUrl }) }];
  });
}

export interface DisclosedTopic extends DisclosedHead {
  readonly line: string;
}

/** What of a project was disclosed, or is on its way out. */
export async function disclosedTopics(
  { records }: Pick<Outside, 'records'>,
  { project, embargoes }: { readonly project: Project; readonly embargoes: readonly Embargo[] },
): Promise<readonly DisclosedTopic[]> {
  const ended = new Set(embargoes.filter(hasEnded).map(({ id }) => id));
  const topics = await askRecords(() => records.embargoes.disclosedTopics());
  return topics
    .filter((topic) => topic.project === project.name)
    .map(({ embargo, line, head }) => ({ embargo, line, head, isOver: ended.has(embargo) }));
}

/** The default branch and the stable branches, but those that are older than every fix. */
async function branchesOf(
  mirror: Mirror,
  { project, topics }: { readonly project: Project; readonly topics: readonly DisclosedTopic[] },
): Promise<readonly { readonly branch: string; readonly line: string }[]> {
  if (topics.length === 0) return [];
  const minors = topics.flatMap(({ line }) => (line === DEFAULT_LINE ? [] : [firstOf(line)]));
  const [oldest] = minors.toSorted(compareNumbers);
  const stable = await stableLines(mirror, project);
  return [
    { branch: project.defaultBranch, line: DEFAULT_LINE },
    ...stable.filter(({ line }) => oldest === undefined || compareNumbers(firstOf(line), oldest) >= 0),
  ];
}
