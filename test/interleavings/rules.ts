import { mayShow } from '../../domain/embargo/embargo';
import { disclosedWith, entanglementVerdict } from '../../domain/embargo/entangled-topics';
import { firstPublicationVerdict, placeOfDisclosedFix } from '../../domain/version/first-version';
import { floorAfter, floorVerdict } from '../../domain/version/fix-floor';
import { maintainedMinors } from '../../domain/version/maintenance';
import { monthlyBase } from '../../domain/version/monthly-base';
import {
  affectsAfterBirth,
  coverageOf,
  coverageVerdict,
  obligationsOf,
  owingMinors,
} from '../../domain/embargo/obligation';
import { onManagedSystemsVerdict } from '../../domain/version/on-managed-systems';
import { basisVerdict } from '../../domain/version/publication-basis';
import { burnVerdict, replacementFor, reservedNumber } from '../../domain/version/reservation';
import { headOf, overtakenVersions, supersetVerdict } from '../../domain/version/superset';
import { unfinishedPublications } from '../../domain/version/unfinished-publications';

/** The rules of the house that decide in every history. A planted fault puts another one in the place of one. */
export const HOUSE_RULES = {
  affectsAfterBirth,
  basisVerdict,
  burnVerdict,
  coverageOf,
  coverageVerdict,
  disclosedWith,
  entanglementVerdict,
  firstPublicationVerdict,
  floorAfter,
  floorVerdict,
  headOf,
  maintainedMinors,
  mayShow,
  monthlyBase,
  obligationsOf,
  onManagedSystemsVerdict,
  overtakenVersions,
  owingMinors,
  placeOfDisclosedFix,
  replacementFor,
  reservedNumber,
  supersetVerdict,
  unfinishedPublications,
};

export type Rules = typeof HOUSE_RULES;

/** What a process does where no rule of domain/ decides. Each is right as it stands; a planted fault changes one. */
export interface Habits {
  /** What a monthly is cut from: the public commits of the package, or the package as it was composed. */
  readonly cutsFrom: 'public commits' | 'composition';
  /** How a fix leaves a release: composed again without it, or reverted on top of it. */
  readonly pullsBy: 'composing again' | 'reverting';
  /** A composition made twice is the same commit. */
  readonly composesTheSameTwice: boolean;
  /** What is published of a release: its claimed unit, or every number that it ever tagged. */
  readonly publishes: 'the claimed unit' | 'every tagged number';
  /** What a release does when it needs another one's claimed publication. */
  readonly meetsAClaim: 'carries it out' | 'waits for it' | 'tries again later';
  /** When "on managed systems" is judged. */
  readonly judgesSystems: 'at planning and claiming' | 'at planning';
  /** Whether a release lets the other ones end before it plans. */
  readonly letsOthersEnd: boolean;
  /** What nightly packages are built from. */
  readonly nightlyFrom: 'canonical' | 'the newest package';
  /** Whether disclosure begins in the same transaction as the claim. */
  readonly disclosureBegins: 'with the claim' | 'with the first byte';
  /** Whether a release that died after its claim finds it when it claims again. */
  readonly findsItsClaim: boolean;
}

export const HOUSE_HABITS: Habits = {
  cutsFrom: 'public commits',
  pullsBy: 'composing again',
  composesTheSameTwice: true,
  publishes: 'the claimed unit',
  meetsAClaim: 'carries it out',
  judgesSystems: 'at planning and claiming',
  letsOthersEnd: false,
  nightlyFrom: 'canonical',
  disclosureBegins: 'with the claim',
  findsItsClaim: true,
};
