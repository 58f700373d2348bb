import { isUndisclosed, type Embargo, type Severity } from '../embargo/embargo';
import { affectsNow, DEFAULT_LINE } from '../embargo/obligation';
import type { Project } from '../project';
import { RELEASE_MANAGER } from '../roles';
import type { GuardedVerdict } from '../verdict';
import { floorSentence, type LostFixes } from './installed-floor';
import type { InternalRequest } from './internal-request';

/** An embargo as far as a request is judged by it. */
export type RequestedFix = Pick<Embargo, 'id' | 'state' | 'affects' | 'topics' | 'pulled'>;

/** What is known of the world when a request is judged. */
export interface RequestFacts {
  /** Minors that are out, newest first. */
  readonly published: readonly string[];
  /** The embargoes that the request names, as registered; one that is not registered is missing. */
  readonly fixes: readonly RequestedFix[];
  /** Projects whose repositories are all public. */
  readonly publicProjects: readonly string[];
  /** What installations have been handed over and would lose; absent in what was read before that was asked. */
  readonly lost?: readonly LostFixes[];
}

/** Projects of which nothing can be kept back. */
export function publicProjects(
  projects: readonly Pick<Project, 'name' | 'repositories'>[],
): readonly string[] {
  return projects
    .filter(({ repositories: { canonical, security, build } }) => [security, build].includes(canonical))
    .map(({ name }) => name);
}

type Asked = Pick<InternalRequest, 'severity' | 'minors' | 'fixes'>;

const GRAVE: readonly Severity[] = ['S1', 'S2'];
/** How many minors before the newest one the installations may run. */
const BEHIND = 2;

/** A sentence in two renderings. */
interface Rejection {
  readonly cleared: string;
  readonly uncleared: string;
}

/**
 * Whether an internal release may be made at all; where not, the first reason and what would be right. Nobody is asked to approve
 * what is rejected. Whoever reads the release hears no more of a fix than that it is in the way: few of them are of its audience.
 */
export function requestVerdict(request: Asked, facts: RequestFacts): GuardedVerdict {
  const evidence = [
    { label: 'severity', value: request.severity },
    { label: 'minors that are out', value: facts.published.slice(0, BEHIND + 1).join(', ') },
  ];
  const open = severityRejection(request) ?? targetRejection(request, facts) ?? placeRejection(facts);
  const rejection =
    open === undefined
      ? (fixRejection(request, facts) ?? floorRejection(facts))
      : { cleared: open, uncleared: open };
  if (rejection !== undefined) {
    const rejected = { verdict: 'fail', whoActs: 'whoever asked', evidence } as const;
    return {
      cleared: { ...rejected, sentence: rejection.cleared },
      uncleared: { ...rejected, sentence: rejection.uncleared },
    };
  }
  const sentence = `${request.minors.join(', ')} can get an internal release.`;
  const passed = { verdict: 'pass', sentence, evidence } as const;
  return { cleared: passed, uncleared: passed };
}

function severityRejection({ severity }: Asked): string | undefined {
  if (GRAVE.includes(severity)) return undefined;
  return `An internal release is for ${GRAVE.join(' and ')}, and this is ${severity}: let the fix board the next patch release.`;
}

/** Why these are no minors that installations run; undefined where they are. */
export function targetRejection(
  { minors }: Pick<InternalRequest, 'minors'>,
  { published }: Pick<RequestFacts, 'published'>,
): string | undefined {
  const targets = published.slice(1, BEHIND + 1);
  const wrong = minors.find((minor) => !targets.includes(minor));
  if (wrong === undefined && minors.length > 0) return undefined;
  const right = targets.length === 0 ? 'there is none yet' : `name ${targets.join(' or ')}`;
  if (wrong === undefined) return `It names no minor: ${right}.`;
  if (wrong === published[0])
    return `${wrong} is the newest minor that is out, which installations do not run: ${right}.`;
  return `${wrong} is none of the ${BEHIND} minors before the newest one that is out: ${right}.`;
}

function placeRejection({ publicProjects: named }: RequestFacts): string | undefined {
  if (named.length === 0) return undefined;
  return `${named.join(', ')} has no repository that is not public, so a package of it would be: give it security and build repositories of its own.`;
}

function fixRejection({ minors, fixes }: Asked, facts: RequestFacts): Rejection | undefined {
  if (fixes.length === 0) {
    const none =
      'It carries no fix under embargo: a fix that is public goes out with the next patch release.';
    return { cleared: none, uncleared: none };
  }
  for (const id of fixes) {
    const found = facts.fixes.find((fix) => fix.id === id);
    const cleared = found === undefined ? `${id}: there is none of that name.` : faultOf(found, minors);
    if (cleared !== undefined) return { cleared, uncleared: hint(found) };
  }
  return undefined;
}

/** What an installation has it keeps. */
function floorRejection({ lost = [] }: RequestFacts): Rejection | undefined {
  const [first] = lost;
  if (first === undefined) return undefined;
  const { installation, verdict } = first;
  return {
    cleared: `${verdict.sentence} Name it, too, or have it withdrawn.`,
    uncleared: `${floorSentence(first)} Ask ${RELEASE_MANAGER} for every fix that ${installation} has.`,
  };
}

/** Neither name nor state of it, nor who had a hand in it and why. */
function hint(fix: RequestedFix | undefined): string {
  const what = fix?.pulled === undefined ? 'cannot be taken as it is' : 'was pulled';
  return `A fix of it ${what}: ask ${RELEASE_MANAGER}.`;
}

function faultOf({ id, state, pulled, ...fix }: RequestedFix, minors: readonly string[]): string | undefined {
  if (!isUndisclosed({ state }))
    return `${id} is ${state.replaceAll('_', ' ')}: what is no secret any more, or is about to be none, goes out with a patch release.`;
  if (pulled !== undefined)
    return `${pulled.by.id} pulled ${id} at ${pulled.since}, so nothing takes it until somebody returns it: ${pulled.reason}`;
  // A minor that was cut from the default branch since has the hole, too, and its package would go out without the fix.
  const lines = affectsNow({ fix: id, affects: fix.affects.map(({ line }) => line) }, minors);
  const affected = minors.filter((minor) => lines.includes(minor));
  if (affected.length === 0)
    return `${id} affects none of ${minors.join(', ')}: name the minors that it affects.`;
  const lacking = topicsLacking(fix, affected);
  return lacking === undefined
    ? undefined
    : `${id} has no topic for ${lacking}: push it first, then ask again.`;
}

/** The first place without a topic: managed systems get the fix by the default branch, installations by their minors. */
function topicsLacking(
  { affects, topics }: Pick<RequestedFix, 'affects' | 'topics'>,
  affected: readonly string[],
): string | undefined {
  if (topics.length === 0) return affected.join(', ');
  const isManaged = affects.some(({ line }) => line === DEFAULT_LINE);
  const lines = isManaged ? [...affected, DEFAULT_LINE] : affected;
  for (const project of new Set(topics.map((topic) => topic.project))) {
    const lacking = lines.find(
      (line) => !topics.some((topic) => topic.project === project && topic.line === line),
    );
    if (lacking !== undefined) return `${project} on ${lacking}`;
  }
  return undefined;
}
