import { unmeasured, type Measured } from './measures';
import type { MeasuredFix } from './slo-report';
import { withinText } from './within-text';

/** How many promises about fixes may be missed. */
export interface BudgetPolicy {
  /** Share of promises that are to be met, between 0 and 1. */
  readonly objective: number;
  /** Milliseconds over which it is counted. */
  readonly windowMs: number;
}

export interface BudgetReport extends Measured {
  /** Absent where nothing is to be counted. */
  readonly figures?: BudgetFigures;
}

export interface BudgetFigures {
  /** Promises that were met or missed within the window. */
  readonly ended: number;
  readonly missed: number;
  /** How many of those that ended may be missed, in whole ones. */
  readonly allowed: number;
  /** How many more may be missed. */
  readonly left: number;
  /** Those for which there is time, and which will be missed if nobody does anything. */
  readonly atRisk: number;
  /** How fast it is used up: at 1 it is used up just as the window ends. Two decimals. */
  readonly burnRate: number;
  /** Whether nothing may be missed any more, or nothing could be once all that is at risk was. */
  readonly isSpent: boolean;
}

/** A promise ends when it is met, or when it can be met no more. */
export function errorBudget(
  fixes: readonly Pick<MeasuredFix, 'standing' | 'dueAt' | 'doneAt'>[],
  { policy, now }: { readonly policy: BudgetPolicy | undefined; readonly now: string },
): BudgetReport {
  if (policy === undefined) return unmeasured('`measures.errorBudget` is not in signalbox.yaml');
  const { objective, windowMs } = policy;
  const until = Date.parse(now);
  const ended = fixes.filter((fix) => {
    const at = endOf(fix, until);
    return at !== undefined && at > until - windowMs;
  });
  const missed = ended.filter(({ standing }) => standing === 'missed').length;
  const atRisk = fixes.filter(({ standing }) => standing === 'at_risk').length;
  if (ended.length + atRisk === 0)
    return unmeasured(`no promise was met or missed within ${withinText(windowMs)}`);
  const allowed = allowedOf(ended.length, objective);
  const figures: BudgetFigures = {
    ended: ended.length,
    missed,
    allowed,
    left: Math.max(0, allowed - missed),
    atRisk,
    burnRate: ended.length === 0 ? 0 : rounded(missed / ended.length / (1 - objective)),
    isSpent:
      isSpent(missed, allowed) || isSpent(missed + atRisk, allowedOf(ended.length + atRisk, objective)),
  };
  return { standing: standingOf(figures), sentence: sentenceOf(figures, policy), figures };
}

/** Milliseconds since 1970; undefined while it goes on. What can be met no more before it is due has ended already. */
function endOf(
  { standing, dueAt, doneAt }: Pick<MeasuredFix, 'standing' | 'dueAt' | 'doneAt'>,
  now: number,
): number | undefined {
  if (standing === 'missed') return Math.min(Date.parse(dueAt), now);
  return standing === 'met' && doneAt !== undefined ? Date.parse(doneAt) : undefined;
}

function allowedOf(promises: number, objective: number): number {
  // 1 - 0.9 is a little less than 0.1.
  return Math.floor(Number(((1 - objective) * promises).toFixed(9)));
}

/** Where few promises end, none may be missed: that is spent by the first that is. */
function isSpent(missed: number, allowed: number): boolean {
  return missed > 0 && missed >= allowed;
}

function standingOf({ missed, allowed, isSpent: isGone }: BudgetFigures): Measured['standing'] {
  if (missed > allowed) return 'broken';
  return isGone ? 'at_risk' : 'kept';
}

function sentenceOf(figures: BudgetFigures, { objective, windowMs }: BudgetPolicy): string {
  const { ended, missed, allowed, left, atRisk, burnRate } = figures;
  return [
    `Promises that ended within ${withinText(windowMs)}: ${ended}, missed of them: ${missed}.`,
    `At ${rounded(objective * 100)} % ${allowed} may be missed, ${left} more may; burn rate ${burnRate}.`,
    ...(atRisk === 0 ? [] : [`At risk: ${atRisk}.`]),
  ].join(' ');
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
