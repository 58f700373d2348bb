import type { Explanation } from '../explained-error';
import { ENGINE } from '../release/release';
import type { ReleaseKind } from '../release/milestones';
import { firstPublicationVerdict, isFirstVersion } from '../version/first-version';
import type { MaintenancePolicy } from '../version/maintenance';
import { minorOf } from '../version/number';
import { isDisclosedBy, movedVersions, type DisclosedFix } from './disclosed-fix';
import { awaitsSystems, hasEnded, type Embargo } from './embargo';
import { affectsMinor } from './obligation';
import { minorsAt, newSinceOpening, type KnownMinors } from './owing-at';

/** A unit whose numbers are to be claimed. */
export interface ClaimAsked {
  readonly release: string;
  readonly kind: ReleaseKind;
  /** Product versions. */
  readonly versions: readonly string[];
  readonly fixes: readonly DisclosedFix[];
  readonly policies: readonly MaintenancePolicy[];
  /** ISO 8601 */
  readonly now: string;
}

/** Embargoes by where all that their topics have for a minor is, on its own line or on the one it was cut from. */
export interface ContainedFixes {
  readonly minor: string;
  /** The greatest version of the unit. */
  readonly version: string;
  readonly inVersion: ReadonlySet<string>;
  readonly onStableBranch: ReadonlySet<string>;
}

/** What is read before a claim. What comes in between is in the records, for nobody publishes without a claim of his own. */
export interface KnownBefore {
  readonly minors: KnownMinors;
  /** Versions that lost their name to a tag of somebody else. */
  readonly taken: readonly string[];
  /** Embargoes whose fix a managed system lacked. */
  readonly absent: ReadonlySet<string>;
  /** Embargoes of which nobody could say so. */
  readonly unsure?: ReadonlySet<string>;
  /** Managed systems of which it is not known what they run, whether or not anything is under embargo. */
  readonly unread?: readonly string[];
  /** Versions without a fix that a public one of their minor has. */
  readonly fallen?: readonly FallenVersion[];
  /** Versions that contain a fix and have nothing left of it, where nobody has accepted that. */
  readonly reverted?: readonly RevertedVersion[];
  /** Of a unit with X.Y.0 in it. */
  readonly contained?: ContainedFixes | undefined;
  /** Embargoes whose disclosure had ended before canonical was fetched, so that what they made public is in what was read. */
  readonly ended: ReadonlySet<string>;
}

/** A version below the floor of its minor: whoever has a public version would lose a fix by it. */
export interface FallenVersion {
  readonly version: string;
  readonly minor: string;
  /** The greatest public version that has what it lacks. */
  readonly floor: string;
  /** Whether the stable branches have all of that, so that what is cut now has it. */
  readonly isOnStableBranch: boolean;
}

/** A version that was cut after a disclosed fix was reverted in public. */
export interface RevertedVersion {
  readonly version: string;
  readonly minor: string;
  /** Whether the stable branches have the fix again, so that what is cut now has it. */
  readonly isOnStableBranch: boolean;
  /** Why it is not published. */
  readonly refusal: Explanation;
}

/** What other releases and people may change, as it is at the moment of a claim. Nobody changes it before the claim is made or refused. */
export interface FactsUnderLock {
  /** The registry, in its order. */
  readonly embargoes: readonly Embargo[];
  /** The product's numbers whose turn was claimed, by whichever release. */
  readonly claimed: readonly string[];
}

export interface ClaimJudgement {
  /** Product versions that are not what they would be made of now. */
  readonly moved: readonly string[];
  /** Minors of which the unit has to have a version, and has none. */
  readonly lacking: readonly string[];
  /** Releases whose disclosure has to be over first. */
  readonly unfinished: readonly string[];
  /** Embargoes that the unit discloses, from this moment on. */
  readonly discloses: readonly string[];
  /** Why it is not claimed until somebody has acted. */
  readonly refusal?: Explanation;
}

/** Compares what the versions were made of with what there is now. What was claimed before is held against none of it. */
export function judgeClaim(
  asked: ClaimAsked,
  { known, now }: { readonly known: KnownBefore; readonly now: FactsUnderLock },
): ClaimJudgement {
  const { release, kind, versions, fixes, policies, now: at } = asked;
  const { embargoes, claimed } = now;
  const minors = minorsAt(known.minors, { claimed, policies, at });
  const news = kind === 'patch' ? newSinceOpening(minors, versions.map(minorOf)) : [];
  const comes = [...minors.born, ...news];
  const mine = new Set(fixes.map(({ embargo }) => embargo));
  const isLeaked = embargoes.some((embargo) => mine.has(embargo.id) && !awaitsSystems(embargo));
  const { unread = [], unsure = new Set<string>() } = known;
  // What has leaked goes out at once, without those of which nobody knows; and where every system can be read, a refusal for a
  // fix alone would tell that there is one.
  const absent = isLeaked || unread.length === 0 ? new Set([...known.absent, ...unsure]) : known.absent;
  const facts = { release, by: ENGINE, embargoes, owing: minors.owing, comes, absent, now: at };
  const { fallen = [], reverted = [] } = known;
  const mended = [...fallen, ...reverted].filter(({ isOnStableBranch }) => isOnStableBranch);
  // X.Y.0 is never cut again: what it lacks comes in one version more.
  const cutAgain = mended.map(({ version }) => version).filter((version) => !isFirstVersion(version));
  const moved = [...new Set([...known.taken, ...cutAgain, ...movedVersions(fixes, facts)])];
  const fell = fallen.find(({ isOnStableBranch }) => !isOnStableBranch);
  const lost = reverted.find(({ isOnStableBranch }) => !isOnStableBranch);
  const { lacking, ...first } = judgeFirst(release, { known, embargoes });
  const succeeded = mended.filter(({ version }) => isFirstVersion(version)).map(({ minor }) => minor);
  return {
    moved,
    lacking: [...new Set([...news, ...lacking, ...succeeded])],
    ...(unread.length > 0 && !isLeaked && moved.length === 0 ? { refusal: unreadSystems(unread) } : {}),
    ...first,
    ...(lost === undefined ? {} : { refusal: lost.refusal }),
    ...(fell === undefined ? {} : { refusal: belowFloor(fell) }),
    discloses: embargoes
      .filter((embargo) => mine.has(embargo.id) && !isDisclosedBy(embargo, release))
      .map(({ id }) => id),
  };
}

/** Which fix it is stands in no text before the texts of its embargo are public. */
function belowFloor({ version, minor, floor }: FallenVersion): Explanation {
  return {
    where: version,
    what: `it lacks a security fix that ${floor} has`,
    remedy: `Have the stable branch of ${minor} contain ${floor} again, then resume the step: ${version} is cut again`,
  };
}

/** The same words with a fix and without: a refusal that only a fix brings would tell that there is one. */
function unreadSystems(unread: readonly string[]): Explanation {
  const names = unread.join(', ');
  return {
    where: names,
    what: 'what was brought there last is a commit that no repository of its project has, so nobody knows what runs there',
    remedy: `Have the operators of ${names} deploy what is in one, then resume the step`,
  };
}

/**
 * No X.Y.0 without every disclosed fix in it or in its unit. What is on its stable branch comes in one version more; what is on
 * its way out by another release gets there with that one; what is public and not on the stable branch, somebody has to merge.
 */
function judgeFirst(
  release: string,
  { known, embargoes }: { readonly known: KnownBefore; readonly embargoes: readonly Embargo[] },
): Pick<ClaimJudgement, 'lacking' | 'unfinished' | 'refusal'> {
  const { contained, ended } = known;
  if (contained === undefined) return { lacking: [], unfinished: [] };
  const others = embargoes.filter(({ plan }) => plan !== release);
  const lacked = lackedFixes(others, contained);
  const unmerged = lacked.filter(({ id }) => !contained.onStableBranch.has(id));
  if (unmerged.length === 0) return { lacking: lacked.length > 0 ? [contained.minor] : [], unfinished: [] };
  const plans = unmerged.flatMap(({ id, plan }) => (plan === undefined || ended.has(id) ? [] : [plan]));
  if (plans.length === unmerged.length) return { lacking: [], unfinished: plans };
  return { lacking: [], unfinished: [], refusal: unmergedFix(contained) };
}

/** What the minor is affected by and the unit lacks, though it is public or on its way out. */
function lackedFixes(
  embargoes: readonly Embargo[],
  { minor, inVersion }: ContainedFixes,
): readonly Embargo[] {
  return embargoes.filter((embargo) => {
    const isOut = embargo.state === 'disclosing' || hasEnded(embargo);
    return isOut && affectsMinor(embargo, minor) && !inVersion.has(embargo.id);
  });
}

/** Which one it is stands in no text before the texts of its embargo are public. */
function unmergedFix({ version, minor }: ContainedFixes): Explanation {
  const { sentence } = firstPublicationVerdict({
    version,
    disclosed: [{ fix: 'a security fix', in: 'neither' }],
  });
  return {
    where: version,
    what: sentence.slice(0, -1),
    remedy: `Merge what is public on the default branch into the stable branch of ${minor}, then resume the step`,
  };
}
