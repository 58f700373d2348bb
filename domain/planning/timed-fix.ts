import type { FixKind } from '../backport/backport';
import { isUndisclosed, type Embargo, type Severity } from '../embargo/embargo';
import { affectsNow, DEFAULT_LINE } from '../embargo/obligation';
import type { BackportStanding, FixBackports } from '../backport/backport-status';
import type { Carrier } from '../fix/fix-board';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../roles';
import { dueAfter, type Deadlines } from './deadlines';
import type { Aboard, Lack, PendingFix } from './pending-fix';

/** A fix with its deadline, whether it is out or not. */
export interface TimedFix extends PendingFix {
  readonly kind: 'security' | 'backport';
  readonly grade: Severity | FixKind;
  /** ISO 8601; when it was out. */
  readonly outAt?: string;
  /** It cannot be in time any more, whatever is done: its minor gets no fixes. */
  readonly isMissed?: true;
  /** When managed systems were to have it, and had it. ISO 8601 */
  readonly mitigation?: { readonly dueAt: string; readonly doneAt?: string };
}

/** What the records tell of the time that a fix takes. */
export interface KnownOf {
  readonly deadlines: Deadlines;
  /** Those that have it, oldest first. */
  readonly carriers: readonly Pick<Carrier, 'release' | 'state' | 'at'>[];
  /** By the id of a release. */
  readonly aboard: (release: string) => Aboard;
}

export interface EmbargoStory {
  readonly embargo: Embargo;
  /** What was done with it, oldest first. */
  readonly history: readonly { readonly act: string; readonly at: string }[];
}

/**
 * Undefined where there is no deadline: none is promised for its severity, or it was withdrawn, or it is no secret any more and counts
 * as a public change.
 * @param lines that the calendar has patches for
 */
export function timedEmbargo(
  { embargo, history }: EmbargoStory,
  { deadlines, lines, ...known }: KnownOf & { readonly lines: readonly string[] },
): TimedFix | undefined {
  const { id, severity, state, notBefore } = embargo;
  const deadline = deadlines.security[severity];
  const atOf = (act: string): string | undefined => history.find((line) => line.act === act)?.at;
  const since = atOf('opened');
  if (deadline === undefined || since === undefined || state === 'withdrawn' || state === 'declassified')
    return undefined;
  const outAt = atOf('disclosed');
  const aboard = outAt === undefined ? aboardOf(known, embargo.plan) : undefined;
  const lacks = aboard === undefined && isUndisclosed(embargo) ? lackOf(embargo) : undefined;
  const affects = affectsNow({ fix: id, affects: embargo.affects.map(({ line }) => line) }, lines);
  const { mitigatedMs, publishedMs } = deadline;
  return {
    id,
    kind: 'security',
    grade: severity,
    since,
    dueAt: dueAfter(since, publishedMs),
    minors: affects.filter((line) => line !== DEFAULT_LINE),
    ...(lacks === undefined ? {} : { lacks }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(aboard === undefined ? {} : { aboard }),
    ...(outAt === undefined ? {} : { outAt }),
    ...(mitigatedMs === undefined
      ? {}
      : { mitigation: mitigationOf(dueAfter(since, mitigatedMs), atOf('fixed_on_managed_systems')) }),
  };
}

function mitigationOf(dueAt: string, doneAt: string | undefined): NonNullable<TimedFix['mitigation']> {
  return doneAt === undefined ? { dueAt } : { dueAt, doneAt };
}

/** What a patch boards is sealed, or has leaked, and nobody has pulled it. */
function lackOf({ id, owner, state, pulled }: Embargo): Lack | undefined {
  const command = `signalbox embargo check ${id}`;
  if (pulled !== undefined) return { what: 'it was pulled', who: RELEASE_MANAGER, command };
  if (state === 'opened') return { what: 'managed systems do not have it yet', who: owner, command };
  if (state === 'fixed_on_managed_systems')
    return { what: 'it is not sealed', who: SECURITY_ENGINEER, command };
  return undefined;
}

/** Undefined where nothing is owed, or nothing is promised of its kind. */
export function timedBackport(
  { project, iid, kind, author }: Pick<FixBackports, 'project' | 'iid' | 'kind' | 'author'>,
  standing: BackportStanding,
  { deadlines, isLeftBehind, ...known }: KnownOf & { readonly isLeftBehind: (minor: string) => boolean },
): TimedFix | undefined {
  const { minor, owedSince, missedAt, state } = standing;
  const withinMs = deadlines.backports[kind];
  if (withinMs === undefined || state.state === 'declined' || state.state === 'not_needed') return undefined;
  const outAt = known.carriers.find((carrier) => carrier.state === 'published')?.at;
  const aboard = outAt === undefined ? aboardOf(known) : undefined;
  // One that is merged was not missed by its branch; its minor may get no fixes any more before a patch has taken it.
  const isLost =
    missedAt !== undefined || (outAt === undefined && aboard === undefined && isLeftBehind(minor));
  const what = state.state === 'conflicted' ? 'it has conflicts' : 'it is not merged';
  const isReady = state.state === 'merged' || aboard !== undefined;
  return {
    id: `${project}!${iid} ${minor}`,
    kind: 'backport',
    grade: kind,
    since: owedSince,
    dueAt: dueAfter(owedSince, withinMs),
    minors: [minor],
    ...(isReady ? {} : { lacks: { what, who: author, command: `signalbox backport status ${project}` } }),
    ...(aboard === undefined ? {} : { aboard }),
    ...(outAt === undefined ? {} : { outAt }),
    ...(isLost ? { isMissed: true } : {}),
  };
}

/** Whether an embargo is still to be disclosed, wholly. */
export function isToBeOut(embargo: Pick<Embargo, 'state'>): boolean {
  return isUndisclosed(embargo) || embargo.state === 'disclosing';
}

/** What is still to be out. */
export function isPending({ outAt, isMissed }: TimedFix): boolean {
  return outAt === undefined && isMissed === undefined;
}

/** @param plan the release that has begun to disclose it */
function aboardOf(
  { carriers, aboard }: Pick<KnownOf, 'carriers' | 'aboard'>,
  plan?: string,
): Aboard | undefined {
  const under = carriers.findLast(({ state }) => state !== 'published');
  const release = plan ?? under?.release;
  return release === undefined ? undefined : aboard(release);
}
