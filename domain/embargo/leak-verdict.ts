import type { Evidence, GuardedVerdict, Verdict } from '../verdict';

/** An object of a topic, and the embargoes that it belongs to. */
export interface SecretObject {
  readonly object: string;
  readonly embargoes: readonly string[];
}

/** A place in a push or text that names something secret. */
export interface SecretNamed {
  /** File, message or text, as people find it. */
  readonly place: string;
  /** What stands there. */
  readonly name: string;
  /** Whose it is; none where it is only not public yet. */
  readonly embargoes: readonly string[];
}

/** Everything that is found out about a public push before it is judged. */
export interface PushFacts {
  /** Why git's answers cannot be trusted here. */
  readonly doubts: readonly string[];
  /** Objects that were looked at: all that canonical does not have yet, and maybe some that it has. */
  readonly objects: number;
  /** Among these, commits and tags that are neither made by the effect nor disclosed by its plan. */
  readonly strangers: readonly string[];
  /** Refs that name no commit, or not by a name that the manifest may have. */
  readonly oddRefs: readonly string[];
  /** Among these, objects of embargoes that the plan does not disclose. */
  readonly registered: readonly SecretObject[];
  /** Commits said to be made by the effect, with a reason why they cannot be. */
  readonly misbegotten: readonly { readonly commit: string; readonly reason: string }[];
  readonly named: readonly SecretNamed[];
}

/** What a verdict holds for, and for nothing else. */
export interface LeakVerdict extends GuardedVerdict {
  /** What each embargo's audience may read, which need not be cleared for the others. */
  readonly byEmbargo: ReadonlyMap<string, Verdict>;
}

/** As many as a person looks at. */
const SHOWN = 20;
const MOST_STRANGERS = 1_000;

/**
 * Secret until shown public: passes only what is known. What the uncleared hear of a registered secret is what they hear of
 * any commit that is not public yet.
 */
export function judgePush(facts: PushFacts): LeakVerdict {
  const { doubts, strangers, oddRefs, registered, misbegotten, named } = facts;
  if (doubts.length > 0) return unknown(doubts);
  if (registered.length > 0 || strangers.length > 0) return ofSecrets(facts);
  if (oddRefs.length > 0)
    return denied('It would make something public that is not a version or a branch of the release', {
      evidence: oddRefs.map((value) => ({ label: 'ref', value })),
    });
  if (misbegotten.length > 0)
    return denied(FOREIGN, {
      evidence: misbegotten.map(({ commit, reason }) => ({ label: reason, value: commit })),
    });
  if (named.length > 0) return ofNames(named, 'A file or message in it names something that is not public');
  return passed(`All ${facts.objects} objects that it brings are known to be no secret.`);
}

/** As {@link judgePush}, for a text or package. */
export function judgeText(named: readonly SecretNamed[]): LeakVerdict {
  if (named.length > 0) return ofNames(named, 'It names something that is not public');
  return passed('It names nothing that is not public.');
}

const FOREIGN = 'It would make commits public that neither are public nor were made by this release';

function ofSecrets({ registered, strangers, objects }: PushFacts): LeakVerdict {
  // A whole repository may be strange; a sample tells as much.
  const ids = [...registered.map(({ object }) => object), ...strangers.slice(0, MOST_STRANGERS)];
  const evidence = ids.map((value) => ({ label: 'not public', value }));
  return denied(FOREIGN, {
    evidence,
    byEmbargo: groupedByEmbargo(registered, (own) => ({
      sentence: `It would make ${own.length} of its objects public, among ${objects}`,
      evidence: own.map(({ object }) => ({ label: 'object', value: object })),
    })),
  });
}

function ofNames(named: readonly SecretNamed[], uncleared: string): LeakVerdict {
  const evidenceOf = (some: readonly SecretNamed[]): readonly Evidence[] =>
    some.map(({ place, name }) => ({ label: place, value: name }));
  return denied(uncleared, {
    evidence: evidenceOf(named),
    byEmbargo: groupedByEmbargo(named, (own) => ({
      sentence: `It would be named in ${[...new Set(own.map(({ place }) => place))].slice(0, 3).join(', ')}`,
      evidence: evidenceOf(own),
    })),
  });
}

interface Telling {
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

function groupedByEmbargo<T extends { readonly embargoes: readonly string[] }>(
  found: readonly T[],
  tell: (own: readonly T[]) => Telling,
): ReadonlyMap<string, Telling> {
  const embargoes = new Set(found.flatMap((one) => one.embargoes));
  return new Map(
    [...embargoes].map((id) => [id, tell(found.filter((one) => one.embargoes.includes(id)))] as const),
  );
}

function unknown(doubts: readonly string[]): LeakVerdict {
  const verdict: Verdict = {
    verdict: 'unknown',
    sentence: 'It cannot be judged what it would make public: the clone is not to be trusted.',
    whoActs: 'operator',
    evidence: doubts.map((value) => ({ label: 'clone', value })),
  };
  return { cleared: verdict, uncleared: verdict, byEmbargo: new Map() };
}

function passed(sentence: string): LeakVerdict {
  const verdict: Verdict = { verdict: 'pass', sentence, evidence: [] };
  return { cleared: verdict, uncleared: verdict, byEmbargo: new Map() };
}

function denied(
  sentence: string,
  told: { readonly evidence: readonly Evidence[]; readonly byEmbargo?: ReadonlyMap<string, Telling> },
): LeakVerdict {
  const forSecurity = ({ sentence: words, evidence }: Telling): Verdict => ({
    verdict: 'fail',
    sentence: `${words}.`,
    whoActs: 'security-engineer',
    evidence: firstOf(evidence),
  });
  return {
    cleared: forSecurity({ sentence, evidence: told.evidence }),
    uncleared: { verdict: 'fail', sentence: `${sentence}.`, whoActs: 'release-manager', evidence: [] },
    byEmbargo: new Map(
      [...(told.byEmbargo ?? [])].map(([id, telling]) => [id, forSecurity(telling)] as const),
    ),
  };
}

function firstOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const more = evidence.length - SHOWN;
  return more > 0 ? [...evidence.slice(0, SHOWN), { label: 'and more', value: String(more) }] : evidence;
}

/** Letters of an abbreviated object id that are enough to find the object. */
export const TELLING_DIGITS = 12;
/** On the security repository, by the short way to name it. */
const MERGE_REQUEST = /\bsecurity(?:\/[\w.-]+)*!\d+/;
const CODE = /(?<![a-z0-9])[a-z0-9]{10}(?![a-z0-9])/g;
const HEX_RUN = new RegExp(`[0-9a-f]{${TELLING_DIGITS},}`, 'gi');

/** What must not stand in anything public. */
export interface SecretNames {
  /** Embargo by the first digits of each of its object ids, whatever project they are of. */
  readonly digits: ReadonlyMap<string, readonly string[]>;
  /** Embargo by the ten letters of its id, which the branches of its topics hold too. */
  readonly codes: ReadonlyMap<string, string>;
  /** Paths of repositories that are not public. */
  readonly paths: readonly string[];
}

/** The secrets that a text names, each once. */
export function namesIn(
  text: string,
  { place, secret }: { readonly place: string; readonly secret: SecretNames },
): readonly SecretNamed[] {
  const found = new Map<string, SecretNamed>();
  for (const [run] of secret.digits.size === 0 ? [] : text.matchAll(HEX_RUN)) {
    for (let at = 0; at + TELLING_DIGITS <= run.length; at++) {
      const digits = run.slice(at, at + TELLING_DIGITS).toLowerCase();
      const embargoes = secret.digits.get(digits);
      if (embargoes !== undefined) found.set(digits, { place, name: digits, embargoes });
    }
  }
  for (const [code] of secret.codes.size === 0 ? [] : text.matchAll(CODE)) {
    const embargo = secret.codes.get(code);
    if (embargo !== undefined) found.set(code, { place, name: code, embargoes: [embargo] });
  }
  if (secret.paths.length === 0) return [...found.values()];
  for (const path of [...secret.paths, ...(MERGE_REQUEST.exec(text) ?? [])])
    if (text.includes(path)) found.set(path, { place, name: path, embargoes: [] });
  return [...found.values()];
}

/** Everything in a text that may be an object id, long enough to find the object. */
export function idsIn(text: string): readonly string[] {
  const runs = [...text.matchAll(HEX_RUN)].map(([run]) => run.toLowerCase());
  return [...new Set(runs.filter((run) => run.length <= 64))];
}
