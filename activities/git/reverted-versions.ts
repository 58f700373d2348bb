import type { RevertedVersion } from '../../domain/embargo/claim-judgement';
import type { Embargo } from '../../domain/embargo/embargo';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import { revertRefusal, type RevertedFix } from '../../domain/fix/reverted-fix';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import { firstOf, isCandidate } from '../../domain/version/naming';
import { compareNumbers, minorOf } from '../../domain/version/number';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { placesOf } from './contained-fixes';
import { disclosedTopics, isAccepted, toldReverts } from './look-for-reverts';
import { publicBaseOf } from './public-base';
import { revertedFixes } from './reverted-fixes';
import { branchNameOf } from './survey-line';

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
  const found = await Promise.all(
    judgedVersions(unit.versions).map((version) => ofVersion(outside, { unit, version })),
  );
  return found.flat();
}

/** Candidates promise nothing; of a minor that comes out, its greatest version stands for all of them. */
function judgedVersions(versions: readonly string[]): readonly string[] {
  return versions.filter((version) => {
    const minor = minorOf(version);
    const others = versions.filter((other) => minorOf(other) === minor);
    const isFirstOut = others.includes(firstOf(minor));
    return (
      !isCandidate(version) && (!isFirstOut || others.every((other) => compareNumbers(other, version) <= 0))
    );
  });
}

interface Judged {
  readonly unit: Unit;
  readonly version: string;
}

async function ofVersion(outside: Outside, { unit, version }: Judged): Promise<readonly RevertedVersion[]> {
  const minor = minorOf(version);
  const { tagged, stable } = await placesOf(outside, { unit, version, minor });
  const found: RevertedVersion[] = [];
  for (const [name, commit] of tagged) {
    const project = projectNamed(unit.settings, name);
    const base = await publicBaseOf(outside.mirrorOf(project), commit);
    const head = stable.get(name);
    if (base === undefined) continue;
    const lost = await unaccepted(outside, { unit, project, minor, head: base });
    const now = head === undefined ? lost : await unaccepted(outside, { unit, project, minor, head });
    const words = toldReverts(lost, {
      embargoes: unit.embargoes,
      canonicalUrl: outside.mirrorOf(project).urlOf('canonical'),
    });
    for (const told of words) {
      const isOnStableBranch = !now.some(({ embargo }) => embargo === told.revert.embargo);
      found.push({
        version,
        minor,
        isOnStableBranch,
        refusal: revertRefusal(told.revert, { version, words: told.words }),
      });
    }
  }
  return found;
}

interface Place {
  readonly unit: Unit;
  readonly project: Project;
  readonly minor: string;
  readonly head: string;
}

/** What a commit of the line of a minor has lost. */
async function unaccepted(
  outside: Outside,
  { unit: { embargoes }, project, minor, head }: Place,
): Promise<readonly RevertedFix[]> {
  const { records } = outside;
  const topics = await disclosedTopics(outside, { project, embargoes });
  const own = topics.filter(({ line }) => line === minor || line === DEFAULT_LINE);
  if (own.length === 0) return [];
  const mirror = outside.mirrorOf(project);
  const stable = await branchNameOf(mirror, { project, line: minor });
  const isThere = stable !== undefined && (await mirror.resolve(`refs/sides/canonical/heads/${stable}`));
  const branch = isThere ? stable : project.defaultBranch;
  const known = await askRecords(() => records.reverts.all());
  const accepted = await askRecords(() => records.reverts.accepted());
  const place = { project: project.name, branch, line: minor, head };
  const reverts = await revertedFixes(mirror, { place, topics: own, known });
  return reverts.filter((revert) => !isAccepted(revert, accepted));
}
