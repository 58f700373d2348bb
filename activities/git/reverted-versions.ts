import type { RevertedVersion } from '../../domain/embargo/claim-judgement';
import type { Embargo } from '../../domain/embargo/embargo';
import { reachesMinor } from '../../domain/embargo/obligation';
import { isAccepted, revertRefusal, type RevertedFix } from '../../domain/fix/reverted-fix';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import { versionsHeldToFixes } from '../../domain/version/first-version';
import { minorOf } from '../../domain/version/number';
import type { AcceptedRevert } from '../../records/reverts';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { taggedCommits } from './contained-fixes';
import { disclosedTopics, toldReverts, type DisclosedTopic } from './look-for-reverts';
import type { Mirror } from './mirror';
import { publicBaseOf } from './public-base';
import { revertedFixes } from './reverted-fixes';
import { stableBranchFor } from './survey-line';

interface Unit {
  readonly release: string;
  readonly settings: ReleaseSettings;
  /** Product versions. */
  readonly versions: readonly string[];
  /** As they were before canonical was fetched. */
  readonly embargoes: readonly Embargo[];
}

/**
 * Versions of a unit that were cut after a disclosed fix was reverted, by the public commits that they were cut from: a fix that is a
 * secret still may do what an older one did, and nobody is told. As canonical was last fetched.
 */
export async function revertedVersions(outside: Outside, unit: Unit): Promise<readonly RevertedVersion[]> {
  const { records } = outside;
  const known = await askRecords(() => records.reverts.all());
  const accepted = await askRecords(() => records.reverts.accepted());
  const found: RevertedVersion[] = [];
  for (const project of unit.settings.projects) {
    const topics = await disclosedTopics(outside, { project, embargoes: unit.embargoes });
    if (!topics.some(({ isOver }) => isOver)) continue;
    const mirror = outside.mirrorOf(project);
    // What is tagged is on the private side.
    await mirror.fetch('security');
    for (const version of versionsHeldToFixes(unit.versions))
      found.push(...(await ofVersion(outside, { unit, project, mirror, topics, known, accepted, version })));
  }
  return found;
}

interface Judged {
  readonly unit: Unit;
  readonly project: Project;
  readonly mirror: Mirror;
  readonly topics: readonly DisclosedTopic[];
  readonly known: readonly RevertedFix[];
  readonly accepted: readonly AcceptedRevert[];
  readonly version: string;
}

async function ofVersion(outside: Outside, judged: Judged): Promise<readonly RevertedVersion[]> {
  const { unit, project, mirror, version } = judged;
  const minor = minorOf(version);
  const commit = (await taggedCommits(outside, { ...unit, version })).get(project.name);
  const base = commit === undefined ? undefined : await publicBaseOf(mirror, commit);
  // A project that is not tagged for a version brings nothing of it to anybody.
  if (base === undefined) return [];
  const stable = await stableBranchFor(mirror, { project, minor });
  const branch = stable?.stableBranch ?? project.defaultBranch;
  const lost = await unaccepted(judged, { branch, line: minor, head: base });
  if (lost.length === 0) return [];
  // What later commits are in the way of telling is as it was found a moment ago.
  const now =
    stable === undefined
      ? lost
      : await unaccepted(
          { ...judged, known: [...lost, ...judged.known] },
          { branch, line: minor, head: stable.head },
        );
  const canonicalUrl = mirror.urlOf('canonical');
  return toldReverts(lost, { embargoes: unit.embargoes, canonicalUrl }).map(({ revert, words }) => ({
    version,
    minor,
    isOnStableBranch: !now.some(({ embargo }) => embargo === revert.embargo),
    refusal: revertRefusal(revert, { version, words }),
  }));
}

/** What a commit of the line of a minor has lost. */
async function unaccepted(
  { project, mirror, topics, known, accepted }: Judged,
  at: { readonly branch: string; readonly line: string; readonly head: string },
): Promise<readonly RevertedFix[]> {
  const own = topics.filter(({ line }) => reachesMinor(line, at.line));
  const place = { project: project.name, ...at };
  const reverts = await revertedFixes(mirror, { place, topics: own, known });
  return reverts.filter((revert) => !isAccepted(revert, accepted));
}
