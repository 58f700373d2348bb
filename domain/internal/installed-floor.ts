import { hasEnded, type Embargo } from '../embargo/embargo';
import { affectsMinor } from '../embargo/obligation';
import { RELEASE_MANAGER } from '../roles';
import type { Verdict } from '../verdict';
import { floorAfter, floorVerdict, type FixFloor, type SettledFixes } from '../version/fix-floor';
import { firstOf } from '../version/naming';
import { compareNumbers } from '../version/number';
import type { InternalRequest } from './internal-request';

/** What an internal release has handed over: from then on the installations may run it. */
export interface EarlierOffer {
  readonly release: string;
  readonly installations: readonly string[];
  /** Embargoes whose fixes are in it. */
  readonly fixes: readonly string[];
}

/** What the records know, as it is when it is judged. */
export interface FloorFacts {
  readonly embargoes: readonly Pick<Embargo, 'id' | 'state' | 'affects'>[];
  readonly offers: readonly EarlierOffer[];
  /** Which versions disclosed which fix, also where they were withdrawn. A later one of the same minor contains it too. */
  readonly published: readonly {
    readonly embargo: string;
    readonly minor: string;
    readonly version: string;
  }[];
}

/** A package for installations. */
export interface WantedPackage {
  readonly minor: string;
  /** `18.5.3-internal1`; absent before it is cut, when it will stand on the newest version that is out. */
  readonly version?: string;
}

export interface FloorAsked {
  /** Absent before it is started. */
  readonly release?: string;
  readonly request: Pick<InternalRequest, 'installations' | 'fixes'>;
  readonly packages: readonly WantedPackage[];
}

/** What an installation would lose by a package. For the audience of those fixes alone. */
export interface LostFixes {
  readonly installation: string;
  readonly package: string;
  readonly fixes: readonly string[];
  readonly verdict: Verdict;
}

/**
 * What has been handed over to an installation is its floor, and no package without all of that is handed over to it: a tenant
 * would lose a fix of a hole that attackers may know. Whoever wants to has the fix withdrawn.
 */
export function lostFixes(asked: FloorAsked, facts: FloorFacts): readonly LostFixes[] {
  const withdrawn = facts.embargoes.filter(leavesFloors).map(({ id }) => id);
  return asked.request.installations.flatMap(({ name }) => {
    const floor = floorOf(name, { release: asked.release, facts, withdrawn });
    return asked.packages.flatMap((wanted) => {
      const offered = settledBy(wanted, { fixes: asked.request.fixes, facts });
      const verdict = floorVerdict(floor, { offered, withdrawn });
      if (verdict.verdict === 'pass') return [];
      const fixes = floor.fixes.filter((fix) => !offered.settles.includes(fix));
      return [{ installation: name, package: offered.package, fixes, verdict }];
    });
  });
}

/** Of one that is declassified the records do not know which versions have it: whoever merged it in public did so by hand. */
function leavesFloors({ state }: Pick<Embargo, 'state'>): boolean {
  return state === 'withdrawn' || state === 'declassified';
}

function floorOf(
  system: string,
  {
    release,
    facts: { offers },
    withdrawn,
  }: {
    readonly release: string | undefined;
    readonly facts: FloorFacts;
    readonly withdrawn: readonly string[];
  },
): FixFloor {
  let floor: FixFloor = { system, fixes: [] };
  for (const offer of offers) {
    if (offer.release === release || !offer.installations.includes(system)) continue;
    floor = floorAfter(floor, { runs: { package: offer.release, settles: offer.fixes }, withdrawn });
  }
  return floor;
}

/**
 * What a package is built with, what the public version has that it stands on, and what its minor never had the hole of. A minor that
 * came out after the disclosure has the fix from its first version on, and no version of it discloses it again.
 */
function settledBy(
  { minor, version }: WantedPackage,
  {
    fixes,
    facts: { embargoes, published },
  }: { readonly fixes: readonly string[]; readonly facts: FloorFacts },
): SettledFixes {
  const isBelow = (one: string): boolean => version === undefined || compareNumbers(one, version) < 0;
  const settled = embargoes.filter((embargo) => {
    const { id } = embargo;
    const disclosing = published.filter((one) => one.embargo === id);
    return (
      fixes.includes(id) ||
      !affectsMinor(embargo, minor) ||
      disclosing.some((one) => one.minor === minor && isBelow(one.version)) ||
      (hasEnded(embargo) && disclosing.length > 0 && disclosing.every((one) => isLater(minor, one.minor)))
    );
  });
  return { package: version ?? `A package of ${minor}`, settles: settled.map(({ id }) => id) };
}

function isLater(minor: string, other: string): boolean {
  return compareNumbers(firstOf(minor), firstOf(other)) > 0;
}

/** In the words for those who read the release: few of them are of the audience of the fix. */
export function floorSentence({ installation, package: lacking }: LostFixes): string {
  return `${lacking} lacks a fix that ${installation} has, so it is not handed over.`;
}

/** Why what is built may not be handed over; undefined where nobody loses anything. */
export function floorRefusal(asked: FloorAsked, facts: FloorFacts): Verdict | undefined {
  const [lost] = lostFixes(asked, facts);
  if (lost === undefined) return undefined;
  const sentence = `${floorSentence(lost)} Abort this release, and ask for one with every fix that ${lost.installation} has.`;
  return { verdict: 'fail', sentence, whoActs: RELEASE_MANAGER, evidence: [] };
}
