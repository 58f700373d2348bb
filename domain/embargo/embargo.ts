import type { Explanation } from '../explained-error';
import type { Actor } from '../release/release';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import type { Evidence, GuardedVerdict, Verdict } from '../verdict';

/** `S1` is the gravest. */
export const SEVERITIES = ['S1', 'S2', 'S3', 'S4'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** In order; the last three are side exits. */
export const EMBARGO_STATES = [
  'opened',
  'fixed_on_managed_systems',
  'sealed',
  'disclosing',
  'disclosed',
  'texts_public',
  'withdrawn',
  'compromised',
  'declassified',
] as const;
export type EmbargoState = (typeof EMBARGO_STATES)[number];

/** `default`, or a minor such as `18.6`. */
export type TopicLine = string;

/** A line that has the hole, and how that is known. Ancestry alone lies, so it is told. */
export interface AffectedLine {
  readonly line: TopicLine;
  readonly evidence: string;
}

/** One branch of a fix, on the security repository only. */
export interface Topic {
  readonly project: string;
  readonly line: TopicLine;
  readonly branch: string;
  readonly head: string;
}

/** Who may know of it, until when. Every entry ends by itself. */
export interface AudienceEntry {
  readonly who: { readonly person: string } | { readonly role: string };
  readonly as: 'security' | 'release' | 'owner' | 'reviewer' | 'operator';
  /** ISO 8601 */
  readonly until: string;
}

/** A fix that nothing takes until somebody returns it. Where it was composed in, it is composed again without it. */
export interface Pulled {
  readonly by: Actor;
  readonly reason: string;
  /** ISO 8601 */
  readonly since: string;
}

export interface Embargo {
  /** `embargo:` and ten letters or digits that mean nothing. */
  readonly id: string;
  /** Place in the registry: topics are composed in this order. Never told to people, for its gaps would tell of others. */
  readonly ordinal: number;
  readonly title: string;
  /** A person's id. */
  readonly owner: string;
  readonly severity: Severity;
  readonly state: EmbargoState;
  /** ISO 8601; when it came into its state. */
  readonly since: string;
  readonly affects: readonly AffectedLine[];
  /** ISO 8601: agreed with others; nothing is disclosed before. */
  readonly notBefore?: string;
  /** What it is called in public from its disclosure on; its own title stays secret for longer. */
  readonly publicTitle?: string;
  /** `CVE-2026-12345`, told from its disclosure on. */
  readonly cve?: string;
  /** The release that discloses it: `patch:7`. Set when disclosure begins. */
  readonly plan?: string;
  readonly pulled?: Pulled;
  readonly audience: readonly AudienceEntry[];
  readonly topics: readonly Topic[];
}

const AUDIENCE_DAYS = 90;
const TEXTS_AFTER_DAYS = 30;
const A_DAY_MS = 24 * 60 * 60_000;

/** `topic/k3v9x0q2ab/18.6`: the branch of a topic. */
export function topicBranchOf(embargo: string, line: TopicLine): string {
  return `topic/${embargo.slice('embargo:'.length)}/${line}`;
}

/** What a topic branch is of; undefined for any other branch. */
export function topicOfBranch(
  branch: string,
): { readonly embargo: string; readonly line: TopicLine } | undefined {
  const [, code, line] = /^topic\/([a-z0-9]{10})\/(default|\d+\.\d+)$/.exec(branch) ?? [];
  return code === undefined || line === undefined ? undefined : { embargo: `embargo:${code}`, line };
}

/** The people without whom nothing goes on: security, release managers on shift, the owner and whoever is named. */
export function firstAudience(of: {
  readonly owner: string;
  readonly reviewers: readonly string[];
  readonly operators: readonly string[];
  readonly now: string;
}): readonly AudienceEntry[] {
  const until = later(of.now, AUDIENCE_DAYS);
  const named = (as: AudienceEntry['as'], people: readonly string[]): readonly AudienceEntry[] =>
    people.map((person) => ({ who: { person }, as, until }));
  return [
    { who: { role: SECURITY_ENGINEER }, as: 'security', until },
    { who: { role: RELEASE_MANAGER }, as: 'release', until },
    ...named('owner', [of.owner]),
    ...named('reviewer', of.reviewers),
    ...named('operator', of.operators),
  ];
}

const OPEN_STATES: readonly EmbargoState[] = ['texts_public', 'declassified'];

/** Whether everybody may read it: nothing is a secret any more, not even the words. */
export function isOpenToAll({ state }: Pick<Embargo, 'state'>): boolean {
  return OPEN_STATES.includes(state);
}

/**
 * Whether the last of it is over. What is declassified is public at once, also while managed systems lack it: it is past as long
 * after that as texts stay secret after a disclosure.
 */
export function isPast({ state, since }: Pick<Embargo, 'state' | 'since'>, now: string): boolean {
  if (state === 'declassified') return Date.parse(textsDueAt(since)) <= Date.parse(now);
  return state === 'texts_public';
}

export function mayRead(person: Actor, embargo: Pick<Embargo, 'state' | 'audience'>, now: string): boolean {
  if (isOpenToAll(embargo)) return true;
  return embargo.audience.some(
    ({ who, until }) =>
      Date.parse(now) < Date.parse(until) &&
      ('person' in who ? who.person === person.id : person.roles.includes(who.role)),
  );
}

/** Whether its code is one still: who withdraws a fix has not made it public, and what is being disclosed is not public yet. */
export function isSecret(embargo: Pick<Embargo, 'state'>): boolean {
  return embargo.state !== 'disclosed' && !isOpenToAll(embargo);
}

const UNDISCLOSED: readonly EmbargoState[] = ['opened', 'fixed_on_managed_systems', 'sealed', 'compromised'];

/** Whether it is not disclosed yet, and meant to be. */
export function isUndisclosed({ state }: Pick<Embargo, 'state'>): boolean {
  return UNDISCLOSED.includes(state);
}

/** After a leak what is ready goes out, and no managed system is waited for. */
export function awaitsSystems({ state }: Pick<Embargo, 'state'>): boolean {
  return state !== 'compromised';
}

/** Whether its disclosure is over, and everything that it brought is public. */
export function hasEnded({ state }: Pick<Embargo, 'state'>): boolean {
  return state === 'disclosed' || state === 'texts_public';
}

/** Whether its objects may be in this plan's public push. Who withdraws a fix has not made it public. */
export function mayShow(embargo: Pick<Embargo, 'state' | 'plan'>, plan: string): boolean {
  if (embargo.state === 'disclosing') return embargo.plan === plan;
  return embargo.state === 'disclosed' || isOpenToAll(embargo);
}

export type EmbargoMove =
  | 'fix'
  | 'seal'
  | 'disclose'
  | 'finish'
  | 'publishTexts'
  | 'withdraw'
  | 'compromise'
  | 'declassify';

/** What is known of the world when a move is judged. */
export interface MoveFacts {
  /** The release that is to disclose it. */
  readonly plan?: string;
  /** Every object of its topics was seen on canonical. */
  readonly isPublic?: boolean;
}

interface Need {
  readonly isMet: (asked: Asked) => boolean;
  readonly sentence: string;
  /** When it is met by itself. */
  readonly at?: (embargo: Embargo) => string | undefined;
}

interface Asked {
  readonly embargo: Embargo;
  readonly by: Actor;
  readonly now: string;
  readonly facts: MoveFacts;
}

interface Rule {
  readonly from: readonly EmbargoState[];
  readonly to: EmbargoState;
  /** Roles, or `owner`. */
  readonly by: readonly string[];
  readonly needs: readonly Need[];
  readonly sentence: string;
}

const COVERED: Need = {
  isMet: ({ embargo: { affects, topics } }) =>
    affects.length > 0 && affects.every(({ line }) => topics.some((topic) => topic.line === line)),
  sentence: 'every line that it affects has a topic',
};
const HAS_PLAN: Need = { isMet: ({ facts }) => facts.plan !== undefined, sentence: 'a release discloses it' };
const NOT_PULLED: Need = {
  isMet: ({ embargo: { pulled } }) => pulled === undefined,
  sentence: 'somebody returns it: it was pulled',
};
/** A date that was agreed on binds as long as the secret is one. */
const DUE: Need = {
  isMet: ({ embargo: { state, notBefore }, now }) =>
    state === 'compromised' || notBefore === undefined || Date.parse(notBefore) <= Date.parse(now),
  sentence: 'the date agreed on has come',
  at: ({ notBefore }) => notBefore,
};
const IS_PUBLIC: Need = {
  isMet: ({ facts }) => facts.isPublic === true,
  sentence: 'every object of its topics is on canonical',
};
const A_MONTH_LATER: Need = {
  isMet: ({ embargo: { since }, now }) => Date.parse(textsDueAt(since)) <= Date.parse(now),
  sentence: `${TEXTS_AFTER_DAYS} days have passed since the code was disclosed`,
  at: ({ since }) => textsDueAt(since),
};
const ANOTHER_PERSON: Need = {
  isMet: ({ embargo, by }) => by.id !== embargo.owner,
  sentence: 'somebody else than the owner decides it',
};

const ENGINE_ROLE = 'engine';

/** The life of an embargo. What stands in no row cannot happen. */
export const EMBARGO_MOVES: Readonly<Record<EmbargoMove, Rule>> = {
  fix: {
    from: ['opened'],
    to: 'fixed_on_managed_systems',
    by: ['owner', SECURITY_ENGINEER, RELEASE_MANAGER, ENGINE_ROLE],
    needs: [COVERED],
    sentence: 'is fixed on every managed system',
  },
  seal: {
    from: ['fixed_on_managed_systems'],
    to: 'sealed',
    by: [SECURITY_ENGINEER],
    needs: [COVERED],
    sentence: 'is sealed: what is to be disclosed stands',
  },
  disclose: {
    // After a leak what is ready goes out.
    from: ['sealed', 'compromised'],
    to: 'disclosing',
    by: [RELEASE_MANAGER, ENGINE_ROLE],
    needs: [HAS_PLAN, NOT_PULLED, DUE],
    sentence: 'is being disclosed; from here on only its plan may pass',
  },
  finish: {
    from: ['disclosing'],
    to: 'disclosed',
    by: [ENGINE_ROLE],
    needs: [IS_PUBLIC],
    sentence: 'is disclosed: its code is public',
  },
  publishTexts: {
    from: ['disclosed'],
    to: 'texts_public',
    by: [SECURITY_ENGINEER, ENGINE_ROLE],
    needs: [A_MONTH_LATER],
    sentence: 'has no secret left: its texts are public',
  },
  withdraw: {
    from: ['opened', 'fixed_on_managed_systems', 'sealed'],
    to: 'withdrawn',
    by: ['owner', SECURITY_ENGINEER],
    needs: [],
    sentence: 'is withdrawn; its objects stay secret',
  },
  compromise: {
    from: ['opened', 'fixed_on_managed_systems', 'sealed', 'disclosing'],
    to: 'compromised',
    by: ['owner', SECURITY_ENGINEER, RELEASE_MANAGER, ENGINE_ROLE],
    needs: [],
    sentence: 'is compromised: what is ready has to go out now',
  },
  declassify: {
    from: ['opened', 'fixed_on_managed_systems', 'sealed', 'withdrawn', 'compromised'],
    to: 'declassified',
    by: [SECURITY_ENGINEER],
    needs: [ANOTHER_PERSON],
    sentence: 'is no secret any more',
  },
};

export interface MoveAsked extends Asked {
  readonly move: EmbargoMove;
}

/**
 * Whether a move may be made. The uncleared, and whoever names an embargo that does not exist, hear one and the same.
 * The engine asks for nobody, so it is always cleared.
 */
export function judgeMove({ move, ...asked }: MoveAsked): GuardedVerdict {
  return { cleared: clearedVerdict(move, asked), uncleared: nothingThere(asked.embargo.id) };
}

function clearedVerdict(move: EmbargoMove, asked: Asked): Verdict {
  const { embargo } = asked;
  const rule = EMBARGO_MOVES[move];
  const evidence: readonly Evidence[] = [
    { label: 'state', value: `${embargo.state} since ${embargo.since}` },
  ];
  if (!rule.from.includes(embargo.state))
    return {
      verdict: 'fail',
      sentence: `${embargo.id} is ${words(embargo.state)}; this can be done only while it is ${rule.from.map(words).join(' or ')}.`,
      evidence,
    };
  const notTheirs = moveOfOthers(move, asked);
  if (notTheirs !== undefined) return { ...notTheirs, evidence };
  const unmet = rule.needs.find((need) => !need.isMet(asked));
  if (unmet === undefined) return { verdict: 'pass', sentence: `${embargo.id} ${rule.sentence}.`, evidence };
  const lookAgainAt = unmet.at?.(embargo);
  return {
    verdict: lookAgainAt === undefined ? 'fail' : 'wait',
    sentence: `${embargo.id} waits until ${unmet.sentence}.`,
    ...(lookAgainAt === undefined ? {} : { lookAgainAt }),
    evidence,
  };
}

/** Who may make a move is asked apart from when: the refusal, for whoever may not; undefined for whoever may. */
export function moveOfOthers(
  move: EmbargoMove,
  { embargo, by }: Pick<Asked, 'embargo' | 'by'>,
): Verdict | undefined {
  const { by: allowed } = EMBARGO_MOVES[move];
  if (holdsOne(allowed, { by, owner: embargo.owner })) return undefined;
  return {
    verdict: 'fail',
    sentence: `Only ${allowed.filter((role) => role !== ENGINE_ROLE).join(', ') || 'the engine'} may do this, and ${by.id} is none of them.`,
    whoActs: allowed.join(' or '),
    evidence: [],
  };
}

function holdsOne(
  allowed: readonly string[],
  { by, owner }: { readonly by: Actor; readonly owner: string },
): boolean {
  return allowed.some((role) => (role === 'owner' ? by.id === owner : by.roles.includes(role)));
}

/** The verdict on an embargo that does not exist, or that whoever asks may not know of. */
export function nothingThere(id: string): Verdict {
  const { where, what } = unknownEmbargo(id);
  return { verdict: 'fail', sentence: `${where}: ${what}.`, evidence: [] };
}

/** As {@link nothingThere}, for those who are told by an error. */
export function unknownEmbargo(id: string): Explanation {
  return {
    where: `embargo ${id}`,
    what: 'there is none of that name',
    remedy: 'See `signalbox embargo list` for those there are',
  };
}

/** When the texts of what was disclosed then become public. ISO 8601 */
export function textsDueAt(disclosedAt: string): string {
  return later(disclosedAt, TEXTS_AFTER_DAYS);
}

function words(state: EmbargoState): string {
  return state.replaceAll('_', ' ');
}

function later(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * A_DAY_MS).toISOString();
}
