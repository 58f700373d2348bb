import { DEFAULT_LINE } from '../embargo/obligation';
import type { DisclosedFix } from '../embargo/disclosed-fix';
import { isUndisclosed, type Embargo } from '../embargo/embargo';
import { every } from '../every';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import { systemsVerdicts, type ProjectOnSystems } from '../version/on-managed-systems';
import type { Verdict } from '../verdict';

/** Between two looks, where the settings say nothing about it. */
export const LOOK_EVERY_MS = 5 * 60_000;

export interface RemediatedFix {
  readonly state: Embargo['state'];
  readonly isPulled?: boolean;
  /** Projects in which it fixes what the managed systems run, each with those systems as they are now. */
  readonly projects: readonly ProjectOnSystems[];
}

/** How a fix stands by the registry, apart from the managed systems. */
export type Standing = Pick<RemediatedFix, 'state' | 'isPulled'> & {
  /** A version was built with another commit of it than it has now. */
  readonly isReworked: boolean;
};

/** Where it is withdrawn, or public, nobody is asked to return it any more. */
export function standingOf(
  embargo: Pick<Embargo, 'id' | 'state' | 'pulled' | 'topics'>,
  built: readonly DisclosedFix[],
): Standing {
  const { id, state, pulled } = embargo;
  const ofIt = built.filter((one) => one.embargo === id);
  return {
    state,
    isPulled: pulled !== undefined && isUndisclosed(embargo),
    isReworked: ofIt.some((one) => isOtherThan(one, embargo)),
  };
}

/** Whether what was built of these fixes may be offered, by the registry as it is. */
export function builtVerdict(
  registry: readonly Embargo[],
  { fixes, built }: { readonly fixes: readonly string[]; readonly built: readonly DisclosedFix[] },
): Verdict {
  const taken = registry.filter(({ id }) => fixes.includes(id));
  return standingVerdict(taken.map((fix) => standingOf(fix, built)));
}

/** What is public needs its branch no more; before that, who takes the branch away has given up what was built of it. */
function isOtherThan(
  { project, minor, head }: DisclosedFix,
  embargo: Pick<Embargo, 'state' | 'topics'>,
): boolean {
  const topic = embargo.topics.find((one) => one.project === project && one.line === minor);
  return topic === undefined ? isUndisclosed(embargo) : topic.head !== head;
}

/**
 * Whether what we run ourselves has the fixes, so that others may get them. The words name no embargo: whoever reads of the
 * release need not know of it.
 */
export function remediationVerdict(fixes: readonly RemediatedFix[]): Verdict {
  const pulled = pulledVerdict(fixes);
  if (pulled !== undefined) return pulled;
  const verdicts = fixes.flatMap(({ state, projects }) => [
    // A system that may lack a fix while it is disclosed is waited for here: installations come after all of ours.
    ...systemsVerdicts(projects, []),
    securityVerdict(state),
  ]);
  const waiting = verdicts.find(({ verdict }) => verdict !== 'pass');
  if (waiting !== undefined) return waiting;
  return {
    verdict: 'pass',
    sentence: 'No managed system lacks what is handed over, and security says that it helps.',
    evidence: verdicts.flatMap(({ evidence }) => evidence),
  };
}

/**
 * Whether what was built with them may still be given to anybody. Systems are not waited for again, and what has leaked or is on its
 * way out helps an installation all the more. Which fix it is, and how it stands, is told to its audience alone.
 */
export function standingVerdict(fixes: readonly (Pick<Standing, 'state'> & Partial<Standing>)[]): Verdict {
  if (fixes.some(({ state }) => state === 'withdrawn'))
    return abortThis('A fix of it was withdrawn since it was asked for: abort this release.');
  if (fixes.some(({ isReworked }) => isReworked === true))
    return abortThis('A fix of it was reworked since it was built: abort this release.');
  return (
    pulledVerdict(fixes) ?? {
      verdict: 'pass',
      sentence: 'What it was built with still stands.',
      evidence: [],
    }
  );
}

function abortThis(sentence: string): Verdict {
  return { verdict: 'fail', sentence, whoActs: RELEASE_MANAGER, evidence: [] };
}

/** Who pulled which and why is told to the audience of the fix alone. */
function pulledVerdict(fixes: readonly Pick<RemediatedFix, 'isPulled'>[]): Verdict | undefined {
  if (!fixes.some(({ isPulled }) => isPulled === true)) return undefined;
  return {
    verdict: 'fail',
    sentence: `A fix of it was pulled: ask ${RELEASE_MANAGER} to return it or to abort this release.`,
    whoActs: RELEASE_MANAGER,
    evidence: [],
  };
}

/** What keeps a release, with the pace of the looks: an instant of the next one would be over before anybody reads it. */
export function lookedAt(verdict: Verdict, everyMs: number): Verdict {
  return { ...verdict, sentence: `${verdict.sentence} Looked at ${every(everyMs)}.` };
}

/** Code that is deployed is no fix yet: whoever found the hole tries it. */
function securityVerdict(state: Embargo['state']): Verdict {
  const evidence = [{ label: 'state', value: state }];
  if (state === 'fixed_on_managed_systems' || state === 'sealed')
    return { verdict: 'pass', sentence: 'Security has verified it.', evidence };
  if (state === 'opened') {
    const sentence =
      'Security has not said yet that it is fixed on managed systems: `signalbox embargo fixed` says so.';
    return { verdict: 'wait', sentence, whoActs: SECURITY_ENGINEER, evidence };
  }
  if (state === 'compromised') {
    const sentence =
      'It has leaked, so it cannot wait for installations: let it go out with a critical patch release, and abort this one.';
    return { verdict: 'fail', sentence, whoActs: SECURITY_ENGINEER, evidence };
  }
  const sentence = `It is ${state.replaceAll('_', ' ')} by now: abort this release; what is still under embargo gets one of its own.`;
  return { verdict: 'fail', sentence, whoActs: RELEASE_MANAGER, evidence };
}

/** The heads that a managed system has to contain, by project: it is deployed from the default branch. */
export function headsOnDefault({ topics }: Pick<Embargo, 'topics'>): ReadonlyMap<string, string> {
  return new Map(
    topics.filter(({ line }) => line === DEFAULT_LINE).map(({ project, head }) => [project, head]),
  );
}
