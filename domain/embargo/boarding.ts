import { isUndisclosed, type Embargo, type Topic } from './embargo';
import { affectsNow, coverageVerdict, DEFAULT_LINE, obligationsOf } from './obligation';
import type { Verdict } from '../verdict';

/** What a patch takes on board when it closes. */
export interface Boarding {
  /** In registry order. */
  readonly boarded: readonly Embargo[];
  /** By name, with the reason; each boards the next patch that it is ready for. */
  readonly leftOut: readonly LeftOut[];
}

/** Labels of the evidence by which the board knows why a ready fix was left out; each says what its value is. */
export const LEFT_OUT_FOR = {
  systems: 'managed systems',
  builtOn: 'built on',
  rootless: 'no common commit',
} as const;

export interface LeftOut {
  readonly embargo: string;
  readonly verdict: Verdict;
}

export interface BoardingFacts {
  /** Minors of which the patch makes a version. */
  readonly minors: readonly string[];
  /** Minors that owe fixes at this moment. */
  readonly owing: readonly string[];
  /** Those of them of which nothing is out: they get a fix on their stable branch, when it is disclosed. */
  readonly born?: readonly string[];
  /** Minors of which the patch has a version with the fix already, by embargo. */
  readonly standing?: ReadonlyMap<string, readonly string[]>;
  /** ISO 8601 */
  readonly now: string;
}

/** Everything that is ready boards, and whole or not at all: half a fix tells where to look for the other half. */
export function boardingOf(embargoes: readonly Embargo[], facts: BoardingFacts): Boarding {
  const boarded: Embargo[] = [];
  const leftOut: LeftOut[] = [];
  for (const embargo of embargoes.toSorted((left, right) => left.ordinal - right.ordinal)) {
    if (!isUndisclosed(embargo)) continue;
    const verdict = boardingVerdict(embargo, facts);
    if (verdict.verdict === 'pass') boarded.push(embargo);
    else leftOut.push({ embargo: embargo.id, verdict });
  }
  return { boarded, leftOut };
}

/** Whether a fix may be in the patch, with the first reason why not, the owner's before those of others. */
export function boardingVerdict(embargo: Embargo, facts: BoardingFacts): Verdict {
  const { minors, owing, born = [], standing, now } = facts;
  const { id, owner, state, notBefore, topics, pulled } = embargo;
  const affects = affectsNow({ fix: id, affects: embargo.affects.map(({ line }) => line) }, owing);
  const evidence = [{ label: 'state', value: `${state} since ${embargo.since}` }];
  if (pulled !== undefined) {
    const sentence = `${pulled.by.id} pulled it at ${pulled.since}: ${pulled.reason}`;
    return { verdict: 'fail', sentence, whoActs: 'release-manager or security-engineer', evidence };
  }
  const missing = missingTopics(embargo, owing);
  if (topics.length === 0 || missing.length > 0) {
    const what = topics.length === 0 ? 'It has no topic yet' : `It has no topic for ${missing.join(', ')}`;
    return { verdict: 'fail', sentence: `${what}.`, whoActs: owner, evidence };
  }
  // After a leak what is ready goes out; nobody is waited for.
  if (state !== 'sealed' && state !== 'compromised') {
    const sentence = 'It is not sealed: AppSec seals it once it is fixed on every managed system.';
    return { verdict: 'wait', sentence, whoActs: 'security-engineer', evidence };
  }
  if (state !== 'compromised' && notBefore !== undefined && Date.parse(now) < Date.parse(notBefore)) {
    const sentence = `It may not be disclosed before ${notBefore}, as agreed with others.`;
    return { verdict: 'wait', sentence, lookAgainAt: notBefore, evidence };
  }
  const fixed = [...minors, ...born, ...(standing?.get(id) ?? [])];
  const covered = coverageVerdict({ fix: id, affects }, { owing, fixed });
  return covered.verdict === 'pass' ? (unversioned(embargo, facts) ?? covered) : covered;
}

/**
 * Disclosure follows the versions that a fix is in: one that is in none stays a secret, and what is built on it would stand on a
 * secret once it is published.
 */
function unversioned(
  { id, owner, topics }: Embargo,
  { minors, standing }: BoardingFacts,
): Verdict | undefined {
  const lines = [...new Set(topics.map(({ line }) => line))];
  if (standing?.has(id) === true || lines.some((line) => minors.includes(line))) return undefined;
  const evidence = [{ label: 'versions of', value: minors.join(', ') }];
  const sentence = `No version of the patch would have it: its topics are for ${lines.join(', ')} alone. It boards the first patch with a version of a minor that it has a topic for.`;
  return { verdict: 'fail', sentence, whoActs: owner, evidence };
}

/** `gitaly on 18.5`: a fix in several projects needs all of them on every line that owes it. */
function missingTopics({ id, affects, topics }: Embargo, owing: readonly string[]): readonly string[] {
  const fix = { fix: id, affects: affects.map(({ line }) => line) };
  const lines = affectsNow(fix, owing);
  const needed = obligationsOf({ ...fix, affects: lines }, { owing });
  const all = lines.includes(DEFAULT_LINE) ? [DEFAULT_LINE, ...needed] : needed;
  const projects = [...new Set(topics.map(({ project }) => project))];
  return projects.flatMap((project) =>
    all
      .filter((line) => !topics.some((topic) => topic.project === project && topic.line === line))
      .map((line) => `${project} on ${line}`),
  );
}

/** The topics that go into one project of one version, in registry order. */
export function topicsFor(
  { boarded }: Pick<Boarding, 'boarded'>,
  { project, line }: Pick<Topic, 'project' | 'line'>,
): readonly { readonly embargo: string; readonly ordinal: number; readonly head: string }[] {
  return boarded.flatMap(({ id, ordinal, topics }) =>
    topics
      .filter((topic) => topic.project === project && topic.line === line)
      .map(({ head }) => ({ embargo: id, ordinal, head })),
  );
}
