import { RELEASE_MANAGER } from '../roles';
import type { CalendarEvent } from '../calendar/calendar-event';
import type { PublishedAt } from '../calendar/revise-calendar';
import { secondOf } from '../calendar/wanted-schedules';
import { closesAt, keepingPublications, patchesToCome, publicationsFor } from './carrying';
import type { Deadlines } from './deadlines';
import type { PendingFix } from './pending-fix';
import { PLANNER_REASON } from './planner';
import type { Pull } from './pull-forward';

/**
 * `confirm`: a planned patch brings it in time. `pull_forward`: one does that comes earlier than planned. `critical_patch`: it needs
 * one of its own. `warn`: no date helps by itself, and a person has to know.
 */
export const PLANNING_VERDICTS = ['confirm', 'pull_forward', 'critical_patch', 'warn'] as const;
export type PlanningVerdict = (typeof PLANNING_VERDICTS)[number];

/** What becomes of the deadline of one fix, and what is to be done for it. */
export interface Advice extends Pick<PendingFix, 'id' | 'grade' | 'what' | 'since' | 'dueAt'> {
  /** `error_budget`: of all that is at risk together. `time_to_production`, `blocked_hours`: of a date of the calendar. */
  readonly kind: PendingFix['kind'] | 'error_budget' | 'time_to_production' | 'blocked_hours';
  readonly verdict: PlanningVerdict;
  readonly sentence: string;
  /** Absent where nobody has to do anything. */
  readonly whoActs?: string;
  /** The planned patch that brings it, as the calendar names it. */
  readonly release?: string;
  /** ISO 8601; when that one is published, where a move is proposed for it after that. */
  readonly publishAt?: string;
  /** What whoever acts runs. */
  readonly command?: string;
  /** The id of the advice under which a release manager is asked about it, together with others. */
  readonly askedUnder?: string;
}

export interface Judged {
  /** As it is published. */
  readonly calendar: PublishedAt;
  /** As it would be with all that is proposed. */
  readonly proposed: PublishedAt;
  readonly pulls: readonly Pull[];
  readonly deadlines: Pick<Deadlines, 'critical' | 'warnBeforeMs'>;
  /** Other fixes that would be late if this one were in time. */
  readonly lateInstead: (fix: PendingFix) => readonly string[];
}

export function adviceOn(fix: PendingFix, judged: Judged): Advice {
  const { id, kind, grade, what, since, dueAt } = fix;
  return {
    id,
    kind,
    ...(grade === undefined ? {} : { grade }),
    ...(what === undefined ? {} : { what }),
    since,
    dueAt,
    ...judge(fix, judged),
  };
}

type Told = Omit<Advice, 'id' | 'kind' | 'grade' | 'what' | 'since' | 'dueAt'>;

function judge(fix: PendingFix, judged: Judged): Told {
  const { calendar, proposed, pulls } = judged;
  if (fix.aboard !== undefined && publicationsFor(fix, calendar).length === 0)
    return withoutDate(fix, { id: fix.aboard.id, judged });
  if (fix.lacks !== undefined) return ifReady(fix, { ...fix.lacks, judged });
  const [planned] = keepingPublications(fix, calendar);
  if (planned !== undefined) return confirmed(fix, planned);
  const [keeper] = keepingPublications(fix, proposed);
  const pull = pulls.findLast(({ release }) => release === keeper?.release);
  return pull === undefined ? outOfReach(fix, judged) : pulled(fix, pull);
}

/** `embargo:k3v9x0q2ab (S2) is due 2026-12-12T13:00:00Z` */
export function dueText(fix: Pick<PendingFix, 'id' | 'grade' | 'what' | 'dueAt'>): string {
  return `${subjectOf(fix)} is due ${secondOf(fix.dueAt)}`;
}

function subjectOf({ id, grade, what }: Pick<PendingFix, 'id' | 'grade' | 'what'>): string {
  return what ?? `${id} (${grade})`;
}

function confirmed(fix: PendingFix, { release, at }: CalendarEvent): Told {
  const sentence = `${dueText(fix)}; ${release} brings it on ${secondOf(at)}.`;
  return { verdict: 'confirm', sentence, release, publishAt: at };
}

function pulled(fix: PendingFix, { release, from, at, day, beyond }: Pull): Told {
  const move = `${release} comes forward from ${from.slice(0, 10)} to ${day}`;
  const sentence = `${dueText(fix)}, and no patch is promised before: ${move}`;
  const common = { verdict: 'pull_forward', release, publishAt: at } as const;
  if (beyond.length === 0) return { ...common, sentence: `${sentence}, by itself.` };
  return {
    ...common,
    sentence: `${sentence} if a release manager says so, for ${beyond.join(', ')}.`,
    whoActs: RELEASE_MANAGER,
    command: moveCommand({ release, day }),
  };
}

/** `signalbox calendar move patch:2026-12-23 --to 2026-12-18 --reason '…'` */
export function moveCommand({ release, day }: Pick<Pull, 'release' | 'day'>): string {
  return `signalbox calendar move ${release} --to ${day} --reason '${PLANNER_REASON}'`;
}

function withoutDate(
  fix: PendingFix,
  {
    id,
    judged: { calendar, deadlines },
  }: { readonly id: string; readonly judged: Pick<Judged, 'calendar' | 'deadlines'> },
): Told {
  const isNear = Date.parse(fix.dueAt) - calendar.now.toMillis() < deadlines.warnBeforeMs;
  const sentence = `${dueText(fix)}; ${id} has it on board, and the calendar has no date of it to come.`;
  if (!isNear) return { verdict: 'confirm', sentence };
  return { verdict: 'warn', sentence, whoActs: RELEASE_MANAGER, command: `signalbox release show ${id}` };
}

/** No date is moved for what may not be ready then. */
function ifReady(
  fix: PendingFix,
  { what, who, command, judged }: NonNullable<PendingFix['lacks']> & { readonly judged: Judged },
): Told {
  const { proposed, deadlines } = judged;
  const last = keepingPublications(fix, proposed).at(-1);
  const acts = { verdict: 'warn', whoActs: who, command } as const;
  if (last === undefined)
    return { ...acts, sentence: `${dueText(fix)}, no patch that takes it is promised before, and ${what}.` };
  const closes = closesAt(proposed.events, last.release);
  const common = { release: last.release, publishAt: last.at };
  const sentence = `${dueText(fix)}; the last patch before that is ${last.release}, which closes ${secondOf(closes)}, and ${what}.`;
  const isNear = Date.parse(closes) - proposed.now.toMillis() < deadlines.warnBeforeMs;
  return isNear ? { ...acts, ...common, sentence } : { verdict: 'confirm', ...common, sentence };
}

/** Nothing that is planned can be in time. */
function outOfReach(fix: PendingFix, judged: Judged): Told {
  const { calendar, deadlines, lateInstead } = judged;
  const isPast = Date.parse(fix.dueAt) <= calendar.now.toMillis();
  const begin = isPast
    ? `${subjectOf(fix)} was due ${secondOf(fix.dueAt)} and is not out`
    : `${dueText(fix)}, and no planned patch can be out before`;
  const isAgreed = fix.notBefore !== undefined && Date.parse(fix.notBefore) > Date.parse(fix.dueAt);
  const isOwed = fix.minors.length > 0 && fix.aboard === undefined;
  const isOwn = fix.kind === 'security' && isOwed && !isAgreed;
  const isCritical = deadlines.critical.some((severity) => severity === fix.grade);
  if (isOwn && isCritical)
    return {
      verdict: 'critical_patch',
      sentence: `${begin}${instead(lateInstead(fix))}: it needs a patch of its own.`,
      whoActs: RELEASE_MANAGER,
      command: `signalbox release start patch ${linesOfNextPatch(fix, calendar).join(' ')} --type critical`,
    };
  const [next] = publicationsFor(fix, calendar);
  const agreed = isAgreed
    ? `; it was agreed that nothing is out before ${secondOf(fix.notBefore ?? '')}`
    : '';
  const then = next === undefined ? 'no patch that takes it is planned' : `${next.release} is the next`;
  return {
    verdict: 'warn',
    sentence: `${begin}${instead(lateInstead(fix))}${agreed}; ${then}.`,
    whoActs: RELEASE_MANAGER,
    command: 'signalbox calendar show',
    ...(next === undefined ? {} : { release: next.release, publishAt: next.at }),
  };
}

/** Those that get fixes now, as far as the calendar tells. */
function linesOfNextPatch({ minors }: PendingFix, calendar: PublishedAt): readonly string[] {
  const [next] = patchesToCome(calendar);
  const both = minors.filter((minor) => next?.minors.includes(minor));
  return both.length === 0 ? minors : both;
}

function instead(late: readonly string[]): string {
  return late.length === 0 ? '' : ` unless ${late.join(', ')} ${late.length === 1 ? 'is' : 'are'} late`;
}
