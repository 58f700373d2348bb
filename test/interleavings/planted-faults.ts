import type { Verdict } from '../../domain/verdict';
import type { Law } from './checks';
import { HOUSE, type House } from './history';
import { HOUSE_RULES, type Habits, type Rules } from './rules';

/** One thing wrong with the house, and the law that it breaks sooner or later. */
export interface PlantedFault {
  readonly fault: string;
  readonly house: House;
  readonly breaks: Law;
}

const PASS: Verdict = { verdict: 'pass', sentence: 'The planted fault lets it pass.', evidence: [] };

function withRules(rules: Partial<Rules>): House {
  return { ...HOUSE, rules: { ...HOUSE.rules, ...rules } };
}

function withHabits(habits: Partial<Habits>): House {
  return { ...HOUSE, habits: { ...HOUSE.habits, ...habits } };
}

function both(rules: Partial<Rules>, habits: Partial<Habits>): House {
  return { rules: { ...HOUSE.rules, ...rules }, habits: { ...HOUSE.habits, ...habits } };
}

/** A gate that does not see what goes this way. */
function blindTo(way: string): Rules['mayShow'] {
  return (embargo, plan) => plan === way || HOUSE_RULES.mayShow(embargo, plan);
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    fault: 'the gate lets everything out',
    house: withRules({ mayShow: () => true }),
    breaks: 'no secret is public',
  },
  {
    fault: 'a monthly is cut from the package as it was composed, past the gate',
    house: both({ mayShow: blindTo('stable branch') }, { cutsFrom: 'composition' }),
    breaks: 'no secret is public',
  },
  {
    fault: 'nightly packages are built from the newest package, past the gate',
    house: both({ mayShow: blindTo('nightly') }, { nightlyFrom: 'the newest package' }),
    breaks: 'no secret is public',
  },
  {
    fault: 'a pulled fix is reverted on top instead of composing again',
    house: withHabits({ pullsBy: 'reverting' }),
    breaks: 'a claimed plan passes the gate',
  },
  {
    fault: 'topics that are built on each other are disclosed one by one',
    house: withRules({ entanglementVerdict: () => PASS, disclosedWith: (embargoes) => embargoes }),
    breaks: 'a claimed plan passes the gate',
  },
  {
    fault: 'burned numbers are free again',
    house: withRules({
      reservedNumber: ({ taken, ...asked }) =>
        HOUSE_RULES.reservedNumber({ ...asked, taken: taken.filter(({ state }) => state !== 'burned') }),
    }),
    breaks: 'no number twice',
  },
  {
    fault: 'a number is the next after the head, whoever else has taken it',
    house: withRules({ reservedNumber: ({ atLeast }) => atLeast }),
    breaks: 'no number twice',
  },
  {
    fault: 'a composition made twice is another commit',
    house: withHabits({ composesTheSameTwice: false }),
    breaks: 'no number twice',
  },
  {
    fault: 'every number that was tagged is published, burned ones too',
    house: withHabits({ publishes: 'every tagged number' }),
    breaks: 'a burned version is never public',
  },
  {
    fault: 'claiming compares nothing',
    house: withRules({ basisVerdict: () => PASS, overtakenVersions: () => [], supersetVerdict: () => PASS }),
    breaks: 'a later version contains the earlier',
  },
  {
    fault: 'claiming compares numbers, not what a version contains',
    house: withRules({
      basisVerdict: () => PASS,
      supersetVerdict: () => PASS,
      overtakenVersions: ({ registered, ...unit }) =>
        HOUSE_RULES.overtakenVersions({
          ...unit,
          registered: registered.map((row) => ({ ...row, composedOn: row.number })),
        }),
    }),
    breaks: 'a later version contains the earlier',
  },
  {
    fault: 'claiming does not compare the maintained minors and the registry',
    house: withRules({
      basisVerdict: ({ planned, now }) =>
        HOUSE_RULES.basisVerdict({
          planned,
          now: { ...now, window: planned.window, registry: planned.registry },
        }),
    }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'what is burned may be what others stand on',
    house: withRules({
      burnVerdict: (asked) => HOUSE_RULES.burnVerdict({ ...asked, registered: [] }),
      overtakenVersions: (asked) =>
        HOUSE_RULES.overtakenVersions({
          ...asked,
          registered: asked.registered.filter(({ state }) => state !== 'burned'),
        }),
    }),
    breaks: 'a burned version is never public',
  },
  {
    fault: 'a patch covers the minors that were maintained when it opened, and no other',
    house: withRules({ coverageOf: ({ atOpening }) => atOpening }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'a patch covers the minors that are maintained when it publishes, and no other',
    house: withRules({ coverageOf: ({ atPublication }) => atPublication }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'a minor owes fixes only once it is out',
    house: withRules({ owingMinors: ({ maintained }) => maintained }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'X.Y.0 comes out without what was disclosed since its tag',
    house: withRules({ placeOfDisclosedFix: () => 'patch', firstPublicationVerdict: () => PASS }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'the disclosure begins with the first public byte, not with the claim',
    house: withHabits({ disclosureBegins: 'with the first byte' }),
    breaks: 'a claimed plan passes the gate',
  },
  {
    fault: 'the fix floor is ignored',
    house: withRules({ floorVerdict: () => PASS }),
    breaks: 'no managed system loses a fix',
  },
  {
    fault: 'the fix floor is what a system runs, not what it ever had',
    house: withRules({ floorAfter: ({ system }) => ({ system, fixes: [] }) }),
    breaks: 'no managed system loses a fix',
  },
  {
    fault: 'managed systems are asked when the release plans, and not when it claims',
    house: withHabits({ judgesSystems: 'at planning' }),
    breaks: 'fixed on managed systems first',
  },
  {
    fault: 'managed systems are not asked',
    house: withRules({ onManagedSystemsVerdict: () => PASS }),
    breaks: 'fixed on managed systems first',
  },
  {
    fault: 'a monthly lets the other releases end before it plans',
    house: withHabits({ letsOthersEnd: true }),
    breaks: 'no release awaits another',
  },
  {
    fault: 'a release waits for a claimed publication that it needs',
    house: withHabits({ meetsAClaim: 'waits for it' }),
    breaks: 'no release awaits another',
  },
  {
    fault: 'a release tries again later when it needs a claimed publication, and says nothing of it',
    house: withHabits({ meetsAClaim: 'tries again later' }),
    breaks: 'no release awaits another',
  },
  {
    fault:
      'only published versions are heads, so an overtaken version is composed on what overtook it in vain',
    house: withRules({
      headOf: (registered, minor) =>
        HOUSE_RULES.headOf(
          registered.filter(({ state }) => state !== 'publishing'),
          minor,
        ) ?? HOUSE_RULES.headOf(registered, minor),
    }),
    breaks: 'no release awaits another',
  },
  {
    fault: 'a stable branch is born, and no fix is owed to it for that',
    house: withRules({ affectsAfterBirth: ({ affects }) => affects }),
    breaks: 'every version promised has the fix',
  },
  {
    fault: 'nobody carries on what another release has claimed',
    house: withRules({ unfinishedPublications: () => [] }),
    breaks: 'a claimed plan passes the gate',
  },
  {
    fault: 'a release is aborted after its first public byte',
    house: withRules({ burnVerdict: (asked) => HOUSE_RULES.burnVerdict({ ...asked, publicBytes: false }) }),
    breaks: 'a burned version is never public',
  },
  {
    fault: 'a release is aborted after its disclosure has begun',
    house: withRules({ burnVerdict: (asked) => HOUSE_RULES.burnVerdict({ ...asked, disclosing: [] }) }),
    breaks: 'a claimed plan passes the gate',
  },
  {
    fault: 'a release that died after its claim takes it for a foreign one',
    house: withHabits({ findsItsClaim: false }),
    breaks: 'no release awaits another',
  },
  {
    fault: 'a monthly is cut from the newest package, whatever production ran',
    house: withRules({ monthlyBase: (runs) => runs.at(-1)?.package.commits }),
    breaks: 'a monthly is what production ran',
  },
];
