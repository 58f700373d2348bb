import { RELEASE_MANAGER } from '../roles';
import type { Advice } from './advice';
import type { CalendarAdvice } from './advise';
import type { BudgetReport } from './error-budget';

/** What the advice that asks for a decision on all that is at risk is called. */
const ERROR_BUDGET = 'error-budget';

/**
 * Once no more may be missed, a warning is not enough: whoever has to make a fix ready may not know what else there is, and that no
 * date helps by itself is no reason to let it go. So a release manager is asked about all of them together. Who acts on each stays: it
 * is still theirs to do. A spent budget moves no date and holds nothing up: what would wait is fixes.
 * @param now ISO 8601
 */
export function underBudget(
  advised: CalendarAdvice,
  { budget: { figures }, now }: { readonly budget: BudgetReport; readonly now: string },
): CalendarAdvice {
  const warned = advised.advice.filter((one) => isWarnedFix(one) && Date.parse(one.dueAt) > Date.parse(now));
  const [first] = warned;
  if (figures?.isSpent !== true || first === undefined) return advised;
  const { missed, ended } = figures;
  const ids = warned.map(({ id }) => id);
  const asked: Advice = {
    id: ERROR_BUDGET,
    kind: 'error_budget',
    since: warned.map(({ since }) => since).reduce((left, right) => (left > right ? left : right)),
    dueAt: first.dueAt,
    verdict: 'warn',
    sentence: `Of ${ended} promises ${missed} were missed, and no more may be: it is to be decided how ${ids.join(', ')} can be in time.`,
    whoActs: RELEASE_MANAGER,
    command: 'signalbox slo report',
  };
  const advice = advised.advice.map((one) =>
    warned.includes(one) ? { ...one, askedUnder: ERROR_BUDGET } : one,
  );
  return { ...advised, advice: [asked, ...advice] };
}

/** Whether it is only told of that the deadline of a fix is at risk. */
function isWarnedFix({ kind, verdict }: Advice): boolean {
  return verdict === 'warn' && (kind === 'security' || kind === 'backport');
}
