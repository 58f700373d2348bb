import type { Embargo } from '../../domain/embargo/embargo';
import { reachesMinor } from '../../domain/embargo/obligation';
import { tagRulesOf } from '../../domain/version/naming';
import type { ReleaseSettings } from '../../domain/release/release';
import type { ProjectPlan, VersionPlan } from '../effects';
import { disclosedTopics } from '../git/look-for-reverts';
import { revertedFixes } from '../git/reverted-fixes';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';

export interface LackedAsked {
  readonly settings: ReleaseSettings;
  readonly plan: VersionPlan;
  readonly embargoes: readonly Embargo[];
}

/**
 * Embargoes of which a version has the commits in a public tag, and nothing of what they change: somebody has reverted it. What it
 * discloses itself was compared with its tags before it was published.
 */
export async function lackedFixes(outside: Outside, asked: LackedAsked): Promise<ReadonlySet<string>> {
  const tagged = asked.plan.projects.filter((one) => one.tagged);
  const lacked = await Promise.all(tagged.map((one) => lackedIn(outside, { ...asked, one })));
  return new Set(lacked.flat());
}

async function lackedIn(
  outside: Outside,
  { settings, plan: { minor }, embargoes, one }: LackedAsked & { readonly one: ProjectPlan },
): Promise<readonly string[]> {
  const project = projectNamed(settings, one.project);
  const mirror = outside.mirrorOf(project);
  const tag = tagRulesOf(project, one.version).at(-1)?.name ?? '';
  const head = await mirror.resolve(`refs/sides/canonical/tags/${tag}`);
  if (head === undefined) return [];
  const disclosed = await disclosedTopics(outside, { project, embargoes });
  const topics = disclosed.filter(({ line }) => reachesMinor(line, minor));
  const place = { project: project.name, branch: one.stableBranch, line: minor, head };
  const known = await askRecords(() => outside.records.reverts.all());
  return (await revertedFixes(mirror, { place, topics, known })).map(({ embargo }) => embargo);
}
